// Words of what devices report: days, weeks, apps, the timeline.

export * from '../texts.js';

export const timeline = {
  title: 'Timeline',
  label: 'Timeline by device',
  instructions:
    'Arrow keys move from session to session and between devices. Plus and minus zoom, zero shows everything, shift and arrows move the view, Enter opens the app.',
  hint: 'Ctrl and wheel to zoom, drag to move',
  hintTouch: 'Pinch to zoom, drag to move',
  zoomIn: 'Zoom in',
  zoomOut: 'Zoom out',
  whole: 'Show all',
  now: 'now',
  clockForward: (/** @type {string} */ by) => `clock + ${by}`,
  clockBack: (/** @type {string} */ by) => `clock − ${by}`,
  partial: (/** @type {string} */ have, /** @type {string} */ all) => `${have} of ${all} sessions so far`,
  stopped: (/** @type {string} */ have, /** @type {string} */ all) => `the latest ${have} of ${all} sessions`,
  summary: (/** @type {string} */ sessions, /** @type {string} */ pages, /** @type {string} */ lanes) =>
    `${sessions} sessions and ${pages} pages in ${lanes} lanes`,
  browser: 'Browser',
  noSite: 'Files and pages of extensions',
  entry: 'Time entry',
  gap: (/** @type {string} */ length) => `nothing for ${length}`,
  loadMore: 'Load the rest',
  failed: 'The sessions could not be loaded.',
};

export const apps = {
  title: 'Where it went',
  note: 'by app, of screen time',
  search: 'Search apps',
  all: (/** @type {string} */ count) => `All ${count} apps`,
  fewer: 'Fewer',
  none: 'No app of that name here.',
  website: 'website',
  open: (/** @type {string} */ name, /** @type {string} */ time) => `${name}, ${time}: show its sessions`,
};

export const categories = {
  title: 'What it was for',
  note: 'by category, of screen time',
  score: 'of 100 for productivity',
  noScore: 'No score: less than 5 minutes are of a category.',
  split: (/** @type {string} */ productive, /** @type {string} */ neutral, /** @type {string} */ distracting) =>
    `${productive} productive, ${neutral} neutral, ${distracting} distracting`,
  weights: ['very distracting', 'distracting', 'neutral', 'productive', 'very productive'],
  none: 'No category',
  edit: 'Edit',
};

export const hours = {
  fullest: (/** @type {string} */ span) => `${span}, the fullest hour`,
  title: 'Hour by hour',
  note: 'screen time by clock hour',
  label: 'Hour of the day',
  of: (/** @type {string} */ hour, /** @type {string} */ time) => `${hour}: ${time}`,
};

export const days = {
  title: 'Day by day',
  note: 'attention, and screen time beyond it',
  open: (/** @type {string} */ day, /** @type {string} */ attention, /** @type {string} */ screen) =>
    `${day}: ${attention} attention, ${screen} screen time. Open the day.`,
  attention: 'Attention',
  rest: 'Screen time beyond',
};

export const deviceTotals = { title: 'By device', note: 'screen time' };

export const sessions = {
  title: (/** @type {string} */ what) => what,
  none: 'Nothing here.',
  sum: 'Together',
  loading: 'Loading the sessions…',
  cut: 'Sessions that reach beyond this span count with their part in it.',
  overlap: (/** @type {string} */ together, /** @type {string} */ once) =>
    `${together} in all, of which ${once} once each moment is counted once.`,
};

// Words of the leaderboard.

import { plural } from '../texts.js';

export * from '../texts.js';

export const leaderboard = {
  title: 'Leaderboard',
  boards: 'Boards',
  names: { xp: 'Points', 'focus-time': 'Focus time', streak: 'Longest streak', sessions: 'Sessions' },
  periods: { all: 'All time', month: 'This month', week: 'This week' },
  rank: 'Rank',
  who: 'Who',
  you: 'you',
  levels: 'Level',
  level: (/** @type {number} */ level) => `level ${level}`,
  points: (/** @type {string} */ count, /** @type {number} */ n) => `${count} ${plural(n, 'point', 'points')}`,
  days: (/** @type {string} */ count, /** @type {number} */ n) => `${count} ${plural(n, 'day', 'days')}`,
  people: (/** @type {string} */ count, /** @type {number} */ n) => `${count} ${plural(n, 'person', 'people')}`,
  yours: (/** @type {string} */ rank) => `you are number ${rank}`,
  hidden: 'Your profile is hidden: you are on nobody’s board but your own.',
  hiddenLink: 'Make it public in the settings',
  empty: {
    all: 'Nobody is on this board yet',
    month: 'Nobody is on this board yet this month',
    week: 'Nobody is on this board yet this week',
  },
  emptyText: 'The first completed session opens it.',
  emptyButton: 'Start a session',
  together: 'Everybody together',
  everybody: 'People',
  activeToday: 'Active today',
};

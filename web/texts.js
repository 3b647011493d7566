// The words of every page. Those of a feature are in texts/ and come with its pages; each file there passes these on, so
// that a module imports all it says as `t`. Words are nowhere else, so that a language can be added beside English.

export const plural = (/** @type {number} */ count, /** @type {string} */ one, /** @type {string} */ many) =>
  count === 1 ? one : many;

export const brand = 'Almanac';

export const skip = 'Skip to content';

export const nav = {
  label: 'Main',
  today: 'Today',
  week: 'Week',
  focus: 'Focus',
  time: 'Time',
  garden: 'Garden',
  household: 'Household',
  browsing: 'Browsing',
  insights: 'Insights',
  leaderboard: 'Leaderboard',
  devices: 'Devices',
  more: 'More',
  settings: 'Settings',
  admin: 'Admin',
  help: 'Shortcuts',
};

export const person = {
  menu: (/** @type {string} */ name) => `Signed in as ${name}`,
  unknown: 'Signed in',
  safety: 'Sign-in and password',
  signOut: 'Sign out',
};

export const connection = {
  up: 'Connected',
  upAt: (/** @type {string} */ time) => `Connected. Last answer at ${time}.`,
  live: 'Live. What is new appears by itself.',
  reconnecting: 'Reconnecting. What is new appears a little later.',
  offline: 'Offline',
  offlineNote: (/** @type {string | null} */ time) =>
    time
      ? `The server does not answer. What you see is from ${time}; Almanac keeps trying.`
      : 'The server does not answer. Almanac keeps trying.',
  back: 'The server answers again.',
};

export const theme = { label: 'Theme', light: 'Light', dark: 'Dark', system: 'System' };

/** The focus session that runs. */
export const timer = {
  running: (/** @type {string} */ time) => `Focus session running, ${time}. Open it.`,
  resting: (/** @type {string} */ time) => `Break, ${time} left. Open the timer.`,
  done: 'Focus session complete',
  rested: 'The break is over',
  started: 'The next focus session has begun',
  state: { completed: 'completed', abandoned: 'given up', running: 'running' },
};

/** The time entry that runs. */
export const tracker = {
  running: (/** @type {string} */ name, /** @type {string} */ time) => `${name}, running since ${time}`,
  unnamed: 'Without a description',
  stop: 'Stop',
  stopThis: (/** @type {string} */ name) => `Stop: ${name}`,
};

export const period = {
  label: 'Period',
  day: 'Day',
  week: 'Week',
  today: 'Today',
  thisWeek: 'This week',
  dayBefore: 'Day before',
  dayAfter: 'Day after',
  weekBefore: 'Week before',
  weekAfter: 'Week after',
  pick: 'Pick a date',
  device: 'Device',
  allDevices: 'All devices',
  dayStarts: (/** @type {string} */ time) => `day starts ${time}`,
  zoneNote: (/** @type {string} */ zone, /** @type {string} */ offset) => `${zone}, ${offset}`,
  zoneHelp: 'Times on this page are in the time zone of the account, not of this browser.',
  shortDay: (/** @type {string} */ at) => `The clocks went forward at ${at}.`,
  longDay: (/** @type {string} */ at) => `The clocks went back at ${at}.`,
  span: (/** @type {string} */ from, /** @type {string} */ to) => `${from} to ${to}`,
  since: (/** @type {string} */ from) => `since ${from}`,
  timesIn: (/** @type {string} */ zone) => `Times are in ${zone}.`,
  hoursLong: (/** @type {string} */ hours) => `${hours}-hour day`,
};

export const span = {
  kinds: { week: 'Week', month: 'Month', year: 'Year', custom: 'Dates' },
  now: { week: 'This week', month: 'This month', year: 'This year', custom: 'This month' },
  back: { week: 'Week before', month: 'Month before', year: 'Year before', custom: 'As many days before' },
  ahead: { week: 'Week after', month: 'Month after', year: 'Year after', custom: 'As many days after' },
  custom: 'Other dates',
  which: 'Which dates',
  first: 'From',
  last: 'To',
  show: 'Show',
  order: 'The last date must not come before the first.',
};

export const totals = {
  attention: 'Attention',
  attentionNote: 'each moment once',
  screen: 'Screen time',
  screenNote: 'all devices added',
  screenOne: 'this device',
  sessions: 'Sessions',
  sessionsNote: (/** @type {string} */ apps, /** @type {number} */ n) => `in ${apps} ${plural(n, 'app', 'apps')}`,
  twoScreens: (/** @type {string} */ time) => `${time} on two screens at once`,
  twoApps: (/** @type {string} */ time) => `${time} in two apps at once`,
  overlap: (/** @type {string} */ time) => `${time} of overlap`,
  noOverlap: 'one thing at a time',
  more: (/** @type {string} */ by) => `${by} more`,
  less: (/** @type {string} */ by) => `${by} less`,
  same: 'the same',
  than: (/** @type {string} */ what) => `than ${what}`,
  as: (/** @type {string} */ what) => `as ${what}`,
  soFar: (/** @type {string} */ what, /** @type {string} */ time) => `so far; ${what} had ${time}`,
  lastWeek: 'the week before',
  none: 'nothing',
  average: 'A day on average',
  averageNote: (/** @type {number} */ days) => `over ${days} ${plural(days, 'day', 'days')} with use`,
  open: (/** @type {string} */ what) => `${what}: see what it is made of`,
};

export const counts = {
  sessions: (/** @type {string} */ count, /** @type {number} */ n) => `${count} ${plural(n, 'session', 'sessions')}`,
};

export const columns = {
  from: 'From',
  to: 'To',
  length: 'Length',
  app: 'App',
  name: 'Name',
  kind: 'Kind',
  title: 'Title',
  url: 'Address',
  device: 'Device',
  share: 'Share',
  category: 'Category',
  weight: 'Weight',
  sessions: 'Sessions',
  hour: 'Hour',
  day: 'Day',
  date: 'Date',
  seconds: 'Seconds',
  attention: 'Attention',
  screen: 'Screen time',
  attentionSeconds: 'Attention seconds',
  screenSeconds: 'Screen time seconds',
};

export const card = {
  table: 'Table',
  chart: 'Chart',
  csv: 'CSV',
  csvLong: (/** @type {string} */ what) => `Save ${what} as CSV`,
  showMore: (/** @type {string} */ count) => `Show ${count} more`,
  less: 'less',
  more: 'more',
};

export const problems = /** @type {Record<string, string>} */ ({
  ACCOUNT_NOT_EMPTY: 'This account has something already. An archive goes into one that has nothing yet.',
  ARCHIVE_CUT: 'There is not all of the archive in this file: it was cut off. Nothing of it was kept.',
  ARCHIVE_INVALID: 'This file is not an archive of Almanac.',
  ARCHIVE_VERSION: 'This archive was written by a newer Almanac than this.',
  INVALID_CREDENTIALS: 'The username or e-mail, or the password, is wrong.',
  ACCOUNT_DISABLED: 'An admin has disabled this account.',
  PASSWORD_WRONG: 'The password is wrong.',
  LAST_ADMIN: 'This is the last admin: make somebody else an admin first.',
  REGISTRATION_CLOSED: 'Nobody can register on this server at present. Ask its admin.',
  INVITE_NEEDED: 'An invite code is needed to register here.',
  INVITE_INVALID: 'This invite code is unknown, used up, or has run out.',
  USERNAME_TAKEN: 'This username is taken.',
  EMAIL_TAKEN: 'There is an account with this e-mail address.',
  USERNAME_INVALID: 'A username has 1 to 64 letters, digits, or . _ - + and ’.',
  EMAIL_INVALID: 'This is not an e-mail address.',
  PASSWORD_TOO_SHORT: 'A password has at least 8 characters.',
  PASSWORD_TOO_LONG: 'This is too long: 72 letters at the most, fewer with accents or other scripts.',
  PASSWORD_COMMON: 'This is one of the passwords that are tried first. Choose another.',
  RESET_TOKEN_INVALID: 'This link is unknown, was used, or has run out. Ask the admin for another.',
  DEVICE_CLAIMED: 'This device is somebody’s already.',
  ADMIN_ONLY: 'This is for admins.',
  TIME_ENTRIES_OVERLAP: 'It overlaps another entry, and your settings forbid that.',
  TIME_IN_FUTURE: 'This has not been yet.',
  TIMER_RUNNING: 'A timer that was started later is running. Stop it first.',
  ENDS_BEFORE_START: 'It ends before it begins.',
  TOO_LONG: 'This is too long: an entry has 999 hours at the most.',
  TAG_INVALID: 'A tag has no comma.',
  SESSION_ACTIVE: 'A session is running already.',
  SESSION_ENDED: 'This session has ended already.',
  PLANT_LOCKED: 'This plant is not unlocked yet.',
  DURATION_INVALID: 'A session is planned for 1 to 480 minutes.',
});

export const states = {
  loading: 'Loading',
  retry: 'Try again',
  errorTitle: 'This could not be loaded',
  offlineTitle: 'The server does not answer',
  offlineText:
    'This page works without it, but the figures live there. It will load by itself when the server is back.',
  busy: 'The server is busy. It asks to be tried again in a moment.',
  tooOften: (/** @type {string} */ wait) => `Too many requests. Try again in ${wait}.`,
  requestId: (/** @type {string} */ id) => `Request ${id}`,
  emptyDayTitle: 'Nothing was recorded on this day',
  emptyTodayTitle: 'Nothing recorded yet today',
  emptyWeekTitle: 'Nothing was recorded in this week',
  emptyText: 'Figures appear here as soon as a device has reported.',
  emptyButton: 'See the devices',
  onlyFocus: 'No device reported anything on this day.',
  onlyPages: 'No device reported the use of apps on this day.',
  emptyOnDevice: 'This device reported nothing here.',
  emptyOnDeviceButton: 'Show all devices',
  notFoundTitle: 'There is no such page',
  notFoundText: 'The address leads nowhere in Almanac.',
  notFoundButton: 'Go to Today',
  updated: (/** @type {string} */ time) => `Updated ${time}`,
};

export const form = {
  missing: 'This is needed.',
  notADate: 'This is not a date.',
  showPassword: 'Show the password',
  hidePassword: 'Hide the password',
  newPassword: 'New password',
  passwordHelp: 'At least 8 characters. A few words in a row are easy to keep and hard to guess.',
};

export const undo = { button: 'Undo' };

export const copy = { button: 'Copy', done: 'Copied.' };

export const dialog = { cancel: 'Cancel', close: 'Close' };

export const help = {
  title: 'Keyboard shortcuts',
  off: 'Single-key shortcuts are turned off in the settings.',
  groups: [
    {
      name: 'Anywhere',
      keys: [
        [['?'], 'Show this list'],
        [['g', 't'], 'Go to Today'],
        [['g', 'w'], 'Go to Week'],
        [['g', 'f'], 'Go to Focus'],
        [['g', 'm'], 'Go to Time'],
        [['g', 'g'], 'Go to the Garden'],
        [['g', 'h'], 'Go to the Household'],
        [['g', 'b'], 'Go to Browsing'],
        [['g', 'i'], 'Go to Insights'],
        [['g', 'l'], 'Go to the Leaderboard'],
        [['g', 'd'], 'Go to Devices'],
        [['g', 's'], 'Go to Settings'],
        [['Esc'], 'Close what is open'],
      ],
    },
    { name: 'For admins', admin: true, keys: [[['g', 'a'], 'Go to Admin']] },
    {
      name: 'Focus',
      keys: [
        [['t'], 'Start a session'],
        [['c'], 'Complete it; so does the space bar'],
        [['x'], 'Give it up; asks first'],
        [['l'], 'Write what it is for'],
        [['u'], 'Take a deletion back'],
      ],
    },
    {
      name: 'Time',
      keys: [
        [['n'], 'Type an entry: “9:00-10:30 Tides”, “1h 20m Tides”, “Tides”; @ for the project, # for tags'],
        [['Enter'], 'Start it, or add it'],
        [['s'], 'Stop what runs'],
        [['c'], 'Go on with the last entry'],
        [['←', '→'], 'Day or week before, after'],
        [['d'], 'Day'],
        [['w'], 'Week'],
        [['p'], 'Pick a date'],
        [['r'], 'Report'],
        [['u'], 'Take back what was done last'],
      ],
    },
    {
      name: 'Garden',
      keys: [
        [['←', '→'], 'Day, month or year before, after'],
        [['d'], 'Day'],
        [['m'], 'Month'],
        [['y'], 'Year'],
      ],
    },
    {
      name: 'Household',
      keys: [
        [['n'], 'Enter what was consumed, or a reading'],
        [['←', '→'], 'Week, month or year before, after'],
        [['w'], 'Week'],
        [['m'], 'Month'],
        [['y'], 'Year'],
        [['r'], 'Records'],
        [['u'], 'Take back what was done last'],
      ],
    },
    {
      name: 'Browsing',
      keys: [
        [['←', '→'], 'Fewer, more days'],
        [['/'], 'Search sites'],
      ],
    },
    { name: 'Insights and the weekly report', keys: [[['←', '→'], 'Day or week before, after']] },
    { name: 'Categories', keys: [[['u'], 'Take the last change back']] },
    { name: 'Leaderboard', keys: [[['←', '→'], 'Board before, after']] },
    {
      name: 'Today and Week',
      keys: [
        [['←'], 'Day or week before'],
        [['→'], 'Day or week after'],
        [['d'], 'Day'],
        [['w'], 'Week'],
        [['p'], 'Pick a date'],
        [['/'], 'Search apps'],
        [['z'], 'Go to the timeline'],
      ],
    },
    {
      name: 'In the timeline',
      keys: [
        [['←', '→'], 'Session before, after'],
        [['↑', '↓'], 'Device above, below'],
        [['+', '−'], 'Zoom in, out'],
        [['0'], 'Show all'],
        [['Shift', '← →'], 'Move the view'],
        [['Enter'], 'Open the app'],
      ],
    },
  ],
};

// Words of devices, and of how they join an account.

export * from '../texts.js';

export const devices = {
  title: 'Devices',
  intro: 'Everything that reports to your account.',
  lastSeen: (/** @type {string} */ ago) => `seen ${ago}`,
  never: 'never seen',
  revoked: (/** @type {string} */ ago) => `revoked ${ago}`,
  rename: 'Rename',
  revoke: 'Revoke',
  remove: 'Delete',
  name: 'Name',
  renameTitle: (/** @type {string} */ name) => `Rename ${name}`,
  renamed: (/** @type {string} */ name) => `The device is called ${name} now.`,
  revokeTitle: (/** @type {string} */ name) => `Revoke ${name}?`,
  revokeText:
    'Its access ends with the next request, and it cannot report any more. What it has reported stays. This cannot be taken back.',
  revokedNow: (/** @type {string} */ name) => `${name} has no access any more.`,
  removeTitle: (/** @type {string} */ name) => `Delete ${name} and all it reported?`,
  removeText: (/** @type {string} */ sessions) =>
    `${sessions} will be gone from every day and total. This cannot be taken back.`,
  typeName: (/** @type {string} */ name) => `Type ${name} to confirm`,
  removed: (/** @type {string} */ name) => `${name} and its data are gone.`,
  empty: 'No device reports to your account yet',
  emptyText: 'Add the first one: its app asks for a code that you get here.',
  more: 'Show more devices',
  add: 'Add a device',
  addIntro: 'Open the app on the device and scan this picture, or enter the server and the code.',
  picture: (/** @type {string} */ code) => `QR code that holds the pairing code ${code}`,
  server: 'Server',
  code: 'Pairing code',
  codeLeft: (/** @type {string} */ time) => `Serves once, for another ${time}.`,
  waiting: 'Waiting for the device…',
  joined: (/** @type {string} */ name) => `${name} has joined your account.`,
  done: 'Done',
  codeEnded: 'The code has run out.',
  newCode: 'Get another code',
  claim: 'Claim a device',
  claimTitle: 'Claim a device that already reports',
  claimText:
    'A device that registered without an account reports to a guest account of its own. With its id and its key, which its app shows, it becomes yours with all it has reported.',
  claimId: 'Device id',
  claimIdWrong: 'A device id looks like 01990a6e-5c1f-7d3a-9b52-7e1a4c0f8d21.',
  claimKey: 'Device key',
  claimUnknown: 'There is no guest device with this id and this key.',
  claimed: (/** @type {string} */ name) => `${name} is yours now.`,
};

export const pairing = {
  title: 'A code for your device',
  intro:
    'This picture is meant for the app on the device that is to report. Open the app there and scan it again, or enter the server and this code.',
  wrong: 'This address holds no pairing code. Get one under Devices, “Add a device”.',
  go: 'Open the dashboard',
};

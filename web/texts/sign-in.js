// Words of the doors: signing in, registering, a new password.

export * from '../texts.js';

export const signIn = {
  title: 'Sign in',
  login: 'Username or e-mail',
  password: 'Password',
  button: 'Sign in',
  busy: 'Signing in…',
  tooMany: (/** @type {string} */ wait, /** @type {string} */ at) =>
    `Too many tries failed for this account. Try again in ${wait}, at ${at}.`,
  forgot: 'Forgot the password? An admin of this server can hand you a link to set a new one.',
  noAccount: 'No account yet?',
  register: 'Register',
  ended: 'You have been signed out. Sign in again to go on where you were.',
};

export const register = {
  title: 'Register',
  intro: 'Your account holds what your devices report. Nobody else sees it.',
  email: 'E-mail',
  username: 'Username',
  usernameHelp: 'Optional. Made from your e-mail address when left out.',
  name: 'Name',
  optional: 'Optional.',
  invite: 'Invite code',
  inviteHelp: 'On this server people register by invitation. An admin gives out the codes.',
  firstIsAdmin: 'On a fresh server the first account becomes its admin.',
  button: 'Register',
  busy: 'Registering…',
  haveAccount: 'Have an account?',
  welcome: (/** @type {string} */ name) => `Welcome, ${name}`,
  admin:
    'Yours is the first account here, so you are the admin of this server. Under Admin you decide who else may register.',
  next: 'Add a device',
  toAdmin: 'Open Admin',
};

export const reset = {
  title: 'Set a new password',
  intro: 'When it is set, you are signed out everywhere and sign in with it.',
  button: 'Set the password',
  done: 'The new password is set. Sign in with it.',
  missing: 'This address is not whole: the link that an admin gave you ends in a long code.',
  signIn: 'Go to sign-in',
};

// How the timer is set: here at once, and with the account as soon as nothing more is changed.

import * as preferences from '../../preferences.js';

/** Milliseconds without another change. */
const CALM = 600;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let waiting;

/**
 * @param {import('../../main.js').Context} ctx
 * @param {Partial<preferences.FocusPreferences>} change
 */
export function setTimer(ctx, change) {
  const before = JSON.stringify(preferences.timer());
  preferences.setFocus(change);
  ctx.update();
  if (JSON.stringify(preferences.timer()) === before) return;
  clearTimeout(waiting);
  waiting = setTimeout(async () => {
    // Without an answer it stays this browser's own; the next change sends it all again.
    const account = await ctx.api
      .send('PATCH', '/users/me', { settings: { timer: preferences.timer() } })
      .catch(() => null);
    if (account) ctx.api.account = account;
  }, CALM);
}

// Focus in the tests: sessions that have been, and a clock of the test's own.

/**
 * Sessions one after another, the newest first: minutes ago they ended, and how.
 * @param {import('./account.mjs').Account} account
 * @param {{ago: number, minutes?: number, label?: string | null, completed?: boolean, plant_type?: string}[]} sessions
 */
export async function addSessions(account, sessions) {
  const now = Math.floor(Date.now() / 60_000) * 60_000;
  for (const { ago, minutes = 25, label = null, completed = true, plant_type } of sessions) {
    const end = now - ago * 60_000;
    await account.call('POST', '/sessions', {
      body: {
        duration_min: minutes,
        label,
        completed,
        plant_type,
        started_at: new Date(end - minutes * 60_000).toISOString(),
        ended_at: new Date(end).toISOString(),
      },
    });
  }
}

/** A day in minutes. */
export const DAY = 1440;

/**
 * Sets the browser's clock back and lets the test move it on. The server's answers are dated by it, and what is
 * started is started by it: so whole sessions pass while the server's own clock stands almost still.
 * @param {import('@playwright/test').BrowserContext} context
 * @param {number} minutes how far back
 */
export async function setBack(context, minutes) {
  const back = minutes * 60_000;
  let moved = 0;
  // While the clock is moved nothing is asked or answered: it would be dated by one clock and read by the other.
  let moving = Promise.resolve();
  const there = () => Date.now() - back + moved;
  await context.clock.install({ time: there() });
  await context.route('**/api/v1/**', async (route) => {
    const request = route.request();
    // A stream has no end that could be waited for.
    if (request.url().endsWith('/live')) {
      await route.fulfill({ contentType: 'text/event-stream', body: 'event: hello\ndata: {}\n\n' });
      return;
    }
    await moving;
    const starts = request.method() === 'POST' && request.url().endsWith('/sessions');
    const sent = starts ? { ...request.postDataJSON(), started_at: new Date(there()).toISOString() } : undefined;
    try {
      const answer = await route.fetch(sent ? { postData: JSON.stringify(sent) } : {});
      const body = await answer.body();
      await moving;
      const headers = { ...answer.headers(), date: new Date(there()).toUTCString() };
      await route.fulfill({ status: answer.status(), headers, body });
    } catch (error) {
      // The page that asked may be gone.
      if (!/closed|disposed|ended/i.test(error.message)) throw error;
    }
  });
  return {
    /** @param {number} seconds */
    async forward(seconds) {
      moving = context.clock.fastForward(seconds * 1000).then(() => {
        moved += seconds * 1000;
      });
      await moving;
    },
  };
}

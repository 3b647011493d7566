// What every browser test has: an account with real data, and the certainty that nothing ran that should not.

import { test as base, expect } from '@playwright/test';
import { ADMIN, Account, noonZone } from './account.mjs';
import { Server } from './server.mjs';

export { expect };
export { day, dayOfBoth, noonZone, password } from './account.mjs';

export const test = base.extend({
  /** A worker's server, with an admin who is nobody of the tests; its address is handed on by the environment. */
  server: [
    async ({}, use) => {
      const server = await Server.fresh();
      await Account.make(server.url, { username: ADMIN, email: `${ADMIN}@example.org` });
      process.env.ALMANAC_URL = server.url;
      await use(server);
      await server.remove();
    },
    { scope: 'worker', auto: true, timeout: 90_000 },
  ],

  /** An account with the repository's real data. */
  account: async ({}, use) => {
    const account = await Account.make(process.env.ALMANAC_URL);
    await use(await account.addRealData());
  },

  /** The zone of `bare`. */
  timezone: ['UTC', { option: true }],

  /** An account with nothing in it but a device that has reported nothing. */
  bare: async ({ timezone }, use) => {
    const account = await Account.make(process.env.ALMANAC_URL, { timezone });
    await account.addDevice('Phone');
    await use(account);
  },

  /** Errors a test expects, as parts of their text. */
  expected: async ({}, use) => use([]),

  page: async ({ page, expected }, use) => {
    const wrong = [];
    await page.addInitScript(() => {
      addEventListener('securitypolicyviolation', (event) =>
        console.error(`CSP: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`),
      );
    });
    page.on('console', (message) => message.type() === 'error' && !isNobody(message) && wrong.push(message.text()));
    page.on('pageerror', (error) => wrong.push(`${error.name} ${error.message} ${error.stack}`));
    page.on('dialog', (dialog) => {
      wrong.push(`a dialog opened: ${dialog.message()}`);
      dialog.dismiss();
    });
    await use(page);
    expect(wrong.filter((text) => !expected.some((part) => text.includes(part)))).toEqual([]);
  },
});

/** For `test.use`: it is noon where `bare` is. */
export const atNoon = { timezone: async ({}, use) => use(noonZone()) };

/** A browser asks who it is; where nobody is signed in, it is told so. */
function isNobody(message) {
  return message.text().includes('status of 401') && message.location().url.endsWith('/auth/refresh');
}

/**
 * Signs the page's browser in and goes to an address.
 * @param {import('@playwright/test').Page} page
 * @param {Account} account
 * @param {string} [path]
 */
export async function open(page, account, path = '/today') {
  await account.signIn(page.context());
  await page.goto(account.url + path);
  await expect(page.locator('.rail')).toBeVisible();
  await ready(page);
}

/** Waits until figures, lists or a message stand where grey shapes were. */
export async function ready(page) {
  await expect(page.locator('[aria-busy="true"]')).toHaveCount(0);
  await expect(page.locator('main > *').first()).toBeVisible();
}

/** That the page hears at once of what happens. */
export const live = (page) => page.locator('.connection', { hasText: 'Live.' });

/** Waits until the page has asked for all it wants. (The network is never idle: a page listens to what happens.) */
export async function settled(page) {
  const asked = () => page.evaluate(() => performance.getEntriesByType('resource').length);
  await ready(page);
  for (let [before, now] = [-1, await asked()]; before !== now; [before, now] = [now, await asked()]) {
    await page.waitForTimeout(500);
  }
}

/** Keeps the page from listening to what happens, where a test is about what it does by itself. */
export function deafen(page) {
  return page.route('**/api/v1/live', () => {});
}

/** Keeps the answers to `path` back, each as it was when it was asked for; says how they are let go, by their places. */
export async function keepBack(page, path) {
  const held = [];
  await page.route(path, async (route) => {
    const answer = await route.fetch();
    await new Promise((resolve) => held.push(resolve));
    await route.fulfill({ response: answer });
  });
  return {
    held,
    letGo: async (first, last) => {
      for (const release of held.slice(first, last)) release();
      await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 500)));
    },
  };
}

/** What a figure on the page says exactly. */
export async function exactly(page, selector) {
  return Number(await page.locator(selector).getAttribute('value'));
}

/** The page does not scroll sideways. */
export async function fitsItsWidth(page) {
  const [inside, across] = await page.evaluate(() => [
    document.documentElement.scrollWidth,
    document.documentElement.clientWidth,
  ]);
  expect(inside).toBeLessThanOrEqual(across);
}

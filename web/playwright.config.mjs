import { defineConfig } from '@playwright/test';

/** What pages look like: long, and nothing in it matters to others. */
const looks = ['accessibility.spec.mjs', 'pictures.spec.mjs'];

/**
 * One browser, the system's; one server for a run; a fresh account for every test. `npm run test:browser` tests looks two at
 * a time; what people do is one after another, because some of it (who may register) is the whole server's.
 */
export default defineConfig({
  testDir: 'tests',
  projects: [
    { name: 'looks', testMatch: looks, fullyParallel: true, timeout: 120_000 },
    {
      name: 'deeds',
      testMatch: '*.spec.mjs',
      testIgnore: process.env.IMAGES ? looks : [...looks, 'images.spec.mjs'],
    },
  ],
  outputDir: 'test-results',
  workers: 1,
  forbidOnly: Boolean(process.env.CI),
  // On a shared machine a browser may be kept waiting past any limit. Who passes only then is listed as flaky.
  retries: process.env.CI ? 1 : 0,
  timeout: 45_000,
  expect: { timeout: 8_000 },
  reporter: [['list']],
  globalSetup: './tests/setup.mjs',
  use: {
    browserName: 'chromium',
    headless: true,
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
    viewport: { width: 1440, height: 900 },
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
    },
  },
});

import { defineConfig } from '@playwright/test';

/** The system's browser; two workers, each with a server of its own; a fresh account for every test. */
export default defineConfig({
  testDir: 'tests',
  testIgnore: process.env.IMAGES ? [] : 'images.spec.mjs',
  outputDir: 'test-results',
  workers: 2,
  forbidOnly: Boolean(process.env.CI),
  // On a shared machine a browser may be kept waiting past any limit. Who passes only then is listed as flaky.
  retries: process.env.CI ? 1 : 0,
  timeout: 45_000,
  expect: { timeout: 8_000 },
  reporter: [['list']],
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

import { Account } from './account.mjs';
import { addHalfHour } from './browsing.mjs';
import { DAY, addSessions } from './focus.mjs';
import { addDays } from './household.mjs';
import { addEntries, addWork } from './time.mjs';
import { day, dayOfBoth, expect, fitsItsWidth, open, settled, test } from './almanac.mjs';

test.describe.configure({ mode: 'parallel', timeout: 120_000 });

/** Before the door. */
const doors = [
  ['sign-in', '/'],
  ['register', '/register#invite=K7QM-3XWD-9PLT'],
  ['reset', '/reset#token'],
  ['pairing', '/#pair=K7QM-3XWD'],
];
const pages = [
  ['today', () => '/today'],
  ['day', (both) => `/day/${both}`],
  ['week', () => `/week/${day(-7)}`],
  ['focus', () => '/focus'],
  ['time', () => '/time'],
  ['time-day', () => `/time/day/${day(-1)}`],
  ['time-report', () => '/time/report?by=project&and=week'],
  ['time-import', () => '/time/import'],
  ['projects', () => '/projects'],
  ['garden', () => '/garden/year'],
  ['leaderboard', () => '/leaderboard'],
  ['household', () => '/household'],
  ['household-records', () => '/household/records'],
  ['household-meters', () => '/household/meters'],
  ['household-import', () => '/household/import'],
  ['browsing', () => '/browsing/30'],
  ['categories', () => '/categories'],
  ['insights', (both) => `/insights/${both}`],
  ['report', (both) => `/report?date=${both}`],
  ['devices', () => '/devices'],
  ['settings', () => '/settings'],
  ['settings-sign-in', () => '/settings/sign-in'],
  ['settings-webhooks', () => '/settings/webhooks'],
];
const adminPages = [
  ['admin-users', '/admin'],
  ['admin-devices', '/admin/devices'],
  ['admin-audit', '/admin/audit'],
  ['admin-server', '/admin/server'],
];

// Between narrow and wide it is the places that matter, not the colours.
for (const [theme, widths] of [
  ['light', [360, 768, 1440]],
  ['dark', [360, 1440]],
]) {
  for (const width of widths) {
    test(`${theme} at ${width} px`, async ({ page, account }) => {
      await page.emulateMedia({ colorScheme: theme });
      await page.setViewportSize({ width, height: width < 500 ? 780 : 900 });
      const picture = async (name) => {
        await fitsItsWidth(page);
        await page.screenshot({ path: `screenshots/${theme}-${width}-${name}.png`, fullPage: true });
      };
      for (const [name, path] of doors) {
        await page.goto('about:blank');
        await page.goto(account.url + path);
        await expect(page.locator('.door')).toBeVisible();
        await picture(name);
      }
      const both = await dayOfBoth(account);
      await addSessions(account, [
        { ago: 5, label: 'Write' },
        { ago: 50, minutes: 12, completed: false },
        { ago: DAY },
      ]);
      await addDays(account, 'electricity', 400, (ago) => (ago % 11 === 7 ? null : 4 + (ago % 7)));
      await addDays(account, 'gas', 90, (ago) => 20 + (ago % 5));
      await addDays(account, 'water', 60, (ago) => 180 + (ago % 9) * 10);
      for (const ago of [1, 2, 5, 9]) await addHalfHour(account, account.devices[1], day(-ago));
      const [{ id: project_id }] = await addWork(account);
      await addEntries(account, [{ ago: 12, description: 'Read proofs', project_id, tags: ['maps'], billable: true }]);
      for (const [name, address] of pages) {
        await open(page, account, address(both));
        await settled(page);
        await picture(name);
      }
      await open(page, account, '/devices');
      await page.getByRole('button', { name: 'Add a device' }).click();
      await expect(page.locator('.qr')).toBeVisible();
      await picture('add-device');
      await page.keyboard.press('Escape');
      await page.getByLabel(/^Signed in as/).click();
      await picture('person');
      const admin = await Account.admin();
      for (const [name, path] of adminPages) {
        await open(page, admin, path);
        await picture(name);
      }
    });
  }
}

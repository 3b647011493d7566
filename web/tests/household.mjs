// A household in the tests: records of days, and what a month of them comes to.

import { day } from './almanac.mjs';

/**
 * Adds a record for each day from so many days ago until today.
 * @param {import('./account.mjs').Account} account
 * @param {'electricity' | 'gas' | 'water'} type
 * @param {number} days
 * @param {(ago: number) => number | null} amount of the day so many days ago; none: a gap
 */
export async function addDays(account, type, days, amount) {
  const unit = type === 'water' ? 'L' : 'kWh';
  const records = Array.from({ length: days }, (_, ago) => ({ ago, amount: amount(ago) }))
    .filter(({ amount: one }) => one !== null)
    .map(({ ago, amount: one }) => ({
      consumption_type: type,
      amount: one,
      unit,
      consumption_date: day(-ago),
    }));
  await account.call('POST', '/consumption', { body: { records } });
}

/** The days of the present month so far, and the first day of the month so many months ago. */
export function monthOf(months = 0) {
  const [year, month, date] = day(0).split('-').map(Number);
  const first = new Date(Date.UTC(year, month - 1 - months, 1)).toISOString().slice(0, 10);
  return { first, days: date };
}

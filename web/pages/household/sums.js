// Adding up the days of an answer. In whole thousandths, so that no binary fraction comes into it.

/**
 * @typedef {import('../../api-types.d.ts').ConsumptionPeriod} Period
 *
 * @typedef {object} Sum
 * @property {number | null} total none where no day has a record
 * @property {number} days that have one
 * @property {number} estimated days of which something is estimated
 */

const THOUSAND = 1000;

/**
 * What the days from one date to another add up to.
 * @param {Period[]} days
 * @param {string} first
 * @param {string} last
 * @returns {Sum}
 */
export function sumOf(days, first, last) {
  let [thousandths, count, estimated] = [0, 0, 0];
  for (const day of days) {
    if (day.start_date < first || day.start_date > last || typeof day.total !== 'number') continue;
    thousandths += Math.round(day.total * THOUSAND);
    count += 1;
    estimated += day.estimated_days ? 1 : 0;
  }
  return { total: count > 0 ? thousandths / THOUSAND : null, days: count, estimated };
}

/**
 * By how much more it is than before: the difference, and its part of what was before. Nothing where either is unknown.
 * @param {number | null | undefined} now
 * @param {number | null | undefined} before
 * @returns {{amount: number, share: number | null} | null}
 */
export function changeOf(now, before) {
  if (typeof now !== 'number' || typeof before !== 'number') return null;
  const amount = (Math.round(now * THOUSAND) - Math.round(before * THOUSAND)) / THOUSAND;
  return { amount, share: before > 0 ? amount / before : null };
}

/**
 * The value at the top of a scale: a round number at or above the largest.
 * @param {number} largest
 */
export function topOf(largest) {
  if (!(largest > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(largest));
  const step = [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10].find((round) => largest <= round * power * (1 + 1e-9)) ?? 10;
  return Number((step * power).toPrecision(2));
}

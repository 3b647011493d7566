// Importing files of the household: amounts, intervals, readings.

import * as format from '../format.js';
import * as t from '../texts/household-import.js';
import { addressOf } from './household.js';
import { otherwise } from './household/import-otherwise.js';
import { reportView } from './household/import-report.js';
import { sections } from './household/sections.js';
import { TYPES, UNITS } from './household/units.js';
import { ImportPage } from './import-page.js';

const words = t.householdFile;

/**
 * @param {import('./import/questions.js').Question} question
 * @param {import('./import/run.js').Given} given
 * @returns {[string, string][]}
 */
function choicesOf(question, { consumption_type: type }) {
  if (question === 'date_order') return Object.entries(words.dateOrders);
  if (question === 'decimal') return Object.entries(words.decimals);
  if (question === 'consumption_type') return TYPES.map((one) => [one, t.household.types[one]]);
  const known = TYPES.find((one) => one === type);
  const units = known ? UNITS[known] : [...new Set(TYPES.flatMap((one) => UNITS[one]))];
  return units.map((one) => [one, format.unit(one)]);
}

/** @extends {ImportPage<import('../api-types.d.ts').ImportReport>} */
export class HouseholdImportPage extends ImportPage {
  /** @param {import('../main.js').Context} ctx */
  constructor(ctx) {
    super(ctx, {
      section: 'household',
      path: '/consumption',
      changes: 'consumption.updated',
      words,
      top: () => sections('import'),
      tells: (report, name) => reportView(ctx, report, name),
      otherwise: (report, given, again) => otherwise(ctx, report, given, again),
      choicesOf,
      see: (first, last) => addressOf('custom', first, last),
    });
  }
}

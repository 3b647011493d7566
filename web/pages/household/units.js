// The types of consumption, their units, and amounts as people type them.

import * as format from '../../format.js';
import * as t from '../../texts/household.js';

/** @typedef {import('../../api-types.d.ts').ConsumptionType} Type */

/** In the order in which they are shown. @type {Type[]} */
export const TYPES = ['electricity', 'gas', 'water'];

/** Units of a type, the usual one first. @type {Record<Type, string[]>} */
export const UNITS = {
  electricity: ['kWh', 'Wh', 'MWh'],
  gas: ['m3', 'kWh', 'MWh', 'ft3', 'ccf', 'therm'],
  water: ['m3', 'L', 'gal', 'ft3', 'ccf'],
};

/** The units of a type, for a field. @param {Type} type */
export function unitChoices(type) {
  return UNITS[type].map((unit) => /** @type {[string, string]} */ ([unit, format.unit(unit)]));
}

/** @type {Record<Type, string>} */
export const ICONS = { electricity: 'lightning-charge', gas: 'fire', water: 'droplet' };

/** Days of water are told in litres; a month of it in cubic metres. */
export const SHOWN_UNIT = 'L';

const DECIMALS = 3;
const DIGITS = 9;

/**
 * An amount as somebody typed it, as the API takes it. Both decimal signs are taken: where both are there, the last is the
 * decimal one; one that comes more than once parts thousands.
 * @param {string} typed
 * @returns {{amount: string} | {problem: string}}
 */
export function readAmount(typed) {
  const text = typed.replace(/[\s'’\u00a0\u202f]/g, '');
  if (!/^\d*([.,]\d+)*[.,]?$/.test(text) || !/\d/.test(text)) return { problem: t.household.amountWrong };
  const last = text[Math.max(text.lastIndexOf('.'), text.lastIndexOf(','))];
  const parts = text.split(/[.,]/);
  const signs = parts.length - 1;
  const ofLast = signs === 0 ? 0 : text.split(last).length - 1;
  const repeated = ofLast > 1;
  if (repeated && ofLast < signs) return { problem: t.household.amountWrong };
  const fraction = signs === 0 || repeated ? '' : /** @type {string} */ (parts.pop());
  // What parts thousands leaves three digits after it.
  if (parts.slice(1).some((part) => part.length !== 3)) return { problem: t.household.amountWrong };
  const whole = parts.join('').replace(/^0+(?=\d)/, '') || '0';
  const decimals = fraction.replace(/0+$/, '');
  if (decimals.length > DECIMALS) return { problem: t.household.amountLong };
  if (whole.length > DIGITS) return { problem: t.household.amountLarge };
  return { amount: decimals ? `${whole}.${decimals}` : whole };
}

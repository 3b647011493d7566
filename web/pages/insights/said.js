// What a text says, as people say it: texts are checked and kept with the identifiers and dates of the data.

import { appName } from '../../app-names.js';
import * as format from '../../format.js';

/**
 * A text with its dates written out, and with the names of apps that it quotes.
 * @param {string} text
 */
export function said(text) {
  const date = (/** @type {string} */ told) => (Number.isNaN(Date.parse(told)) ? told : format.date(told, 'long'));
  return text
    .replace(/\b\d{4}-\d{2}-\d{2}\b/g, date)
    .replace(/"([^"]+)"/g, (_, /** @type {string} */ name) => `"${appName(name)}"`);
}

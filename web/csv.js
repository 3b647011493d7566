// CSV of what a chart shows. Stored text stays text in a spreadsheet too.

/** @typedef {string | number | null | undefined} Cell */

/**
 * A cell that a spreadsheet would read as a formula gets an apostrophe in front.
 * @param {Cell} value
 */
export function cell(value) {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return String(value);
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/**
 * RFC 4180, with a byte order mark so that spreadsheets read it as UTF-8.
 * @param {string[]} head
 * @param {Cell[][]} rows
 */
export function csv(head, rows) {
  return '\ufeff' + [head, ...rows].map((row) => row.map(cell).join(',') + '\r\n').join('');
}

/**
 * Hands the browser a file to save.
 * @param {string} name
 * @param {string[]} head
 * @param {Cell[][]} rows
 */
export function download(name, head, rows) {
  save(name, new Blob([csv(head, rows)], { type: 'text/csv;charset=utf-8' }));
}

/**
 * The same with a file that is there already.
 * @param {string} name
 * @param {Blob} file
 */
export function save(name, file) {
  const url = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

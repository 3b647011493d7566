// The address in a pairing picture: its code stands in the fragment, which browsers do not send.

/** Eight letters and digits in two halves, as the server makes them. */
const CODE = /^[0-9A-Z]{4}-[0-9A-Z]{4}$/;

/**
 * @param {string} origin
 * @param {string} code
 */
export function pairingAddress(origin, code) {
  return `${origin}/#pair=${encodeURIComponent(code)}`;
}

/**
 * The code of such an address' fragment.
 * @param {string} fragment without its #
 * @returns {string | null}
 */
export function codeIn(fragment) {
  const code = new URLSearchParams(fragment).get('pair')?.trim().toUpperCase() ?? '';
  return CODE.test(code) ? code : null;
}

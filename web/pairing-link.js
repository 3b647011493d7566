// The link that opens an account: its key stands in the fragment, which browsers do not send.

/** Characters. */
const SHORTEST = 8;

/**
 * The device key in what somebody pasted: a pairing link, its fragment, or the key itself.
 * @param {string} text
 * @returns {string | null}
 */
export function deviceKeyIn(text) {
  const trimmed = text.trim();
  const found = trimmed.match(/#(?:.*&)?pair=([^&\s]+)/);
  let key = trimmed;
  if (found) {
    try {
      key = decodeURIComponent(found[1]);
    } catch {
      return null;
    }
  }
  return key.length >= SHORTEST && key.length <= 200 ? key : null;
}

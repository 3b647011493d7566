import { html } from '../html.js';

/**
 * An icon of the vendored sprite; it says nothing to a screen reader, the words beside it do.
 * @param {string} name
 */
export function icon(name) {
  return html`<svg class="icon" aria-hidden="true" focusable="false">
    <use href="/vendor/bootstrap-icons/icons.svg#${name}"></use>
  </svg>`;
}

/** @type {Record<string, string>} */
const platforms = {
  android: 'phone',
  ios: 'phone',
  windows: 'display',
  macos: 'laptop',
  linux: 'display',
  browser: 'globe2',
};

/** @param {string} platform */
export function platformIcon(platform) {
  return icon(platforms[platform] ?? 'window');
}

/** @type {Record<string, string>} */
const names = {
  windows: 'Windows',
  macos: 'macOS',
  linux: 'Linux',
  android: 'Android',
  ios: 'iOS',
  browser: 'Browser',
  other: 'Other',
};

/** @param {string} platform */
export function platformName(platform) {
  return names[platform] ?? platform;
}

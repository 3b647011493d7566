// What a client calls itself, read well enough for people to recognise their own.

/** The first that is named counts: most browsers also claim to be others. @type {[RegExp, string][]} */
const clients = [
  [/\bEdg(?:e|A|iOS)?\/\d/, 'Edge'],
  [/\bOPR\/\d/, 'Opera'],
  [/\bVivaldi\/\d/, 'Vivaldi'],
  [/\bSamsungBrowser\/\d/, 'Samsung Internet'],
  [/\b(?:Firefox|FxiOS)\/\d/, 'Firefox'],
  [/\b(?:Headless)?(?:Chrome|CriOS|Chromium)\/\d/, 'Chrome'],
  [/\bVersion\/[\d.]+ .*\bSafari\/\d/, 'Safari'],
  [/^curl\/\d/i, 'curl'],
];

/** @type {[RegExp, string][]} */
const systems = [
  [/\b(?:iPhone|iPod)\b/, 'iPhone'],
  [/\biPad\b/, 'iPad'],
  [/\bAndroid\b/, 'Android'],
  [/\bWindows\b/, 'Windows'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\b(?:Macintosh|Mac OS X)\b/, 'macOS'],
  [/\bLinux\b/, 'Linux'],
];

/**
 * @param {string} agent the `User-Agent` header
 * @returns {{client: string | null, system: string | null, mobile: boolean}}
 */
export function readAgent(agent) {
  const client = clients.find(([pattern]) => pattern.test(agent))?.[1] ?? null;
  const system = systems.find(([pattern]) => pattern.test(agent))?.[1] ?? null;
  return { client, system, mobile: ['iPhone', 'iPad', 'Android'].includes(system ?? '') };
}

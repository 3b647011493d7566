// Writes the list of the dashboard's files where it is needed: the preloads of index.html, so that modules come
// in one round trip, and the service worker's shell.
//   node scripts/shell-files.mjs           writes both
//   node scripts/shell-files.mjs --check   only compares
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';

const web = dirname(dirname(fileURLToPath(import.meta.url)));
const read = (path) => readFile(join(web, path), 'utf8');

/**
 * The modules that main.js reaches, itself included, as addresses.
 * @param {RegExp} imports how a module is asked for
 */
async function modules(imports) {
  const found = new Set();
  const queue = ['/main.js'];
  while (queue.length > 0) {
    const path = queue.shift();
    if (found.has(path)) continue;
    found.add(path);
    const text = await read(path);
    for (const [, still, moving] of text.matchAll(imports)) {
      queue.push(posix.join(posix.dirname(path), still ?? moving));
    }
  }
  return [...found].sort();
}

// A static import is needed for the first page; one in brackets comes with the first visit to its page.
const now = /(?:^|[\s;}])(?:import|export)\s*(?:[^'"();]*?from)?\s*["'](\.[^"']+)["']/g;
const ever = new RegExp(`${now.source}|await import\\(["'](\\.[^"']+)["']\\)`, 'g');
const [first, scripts] = [await modules(now), await modules(ever)];
const shell = [
  '/',
  '/alarm.js',
  '/charts.css',
  '/focus.css',
  '/garden.css',
  '/household.css',
  '/icon.svg',
  '/leaderboard.css',
  '/manifest.webmanifest',
  '/pages.css',
  '/shell.css',
  '/theme-init.js',
  '/theme.css',
  '/vendor/bootstrap/bootstrap.min.css',
  '/vendor/bootstrap-icons/icons.svg',
  '/vendor/inter/inter-latin.woff2',
  ...scripts,
];

const preloads = first
  .filter((path) => path !== '/main.js')
  .map((path) => `    <link rel="modulepreload" href="${path}" />`)
  .join('\n');
const targets = [
  {
    path: 'index.html',
    pattern: /( {4}<!-- modulepreload -->\n)(?: {4}<link rel="modulepreload"[^\n]*\n)*/,
    text: `$1${preloads}\n`,
  },
  {
    path: 'sw.js',
    pattern: /( {2}\/\/ shell files\n)[^\]]*(\];)/,
    text: `$1${shell.map((path) => `  '${path}',\n`).join('')}$2`,
  },
];

for (const { path, pattern, text } of targets) {
  const before = await read(path);
  const after = before.replace(pattern, text);
  if (before === after) continue;
  if (process.argv.includes('--check')) {
    console.error(`${path} does not list the dashboard's files as they are. Run: npm run shell`);
    process.exitCode = 1;
  } else {
    await writeFile(join(web, path), after);
  }
}

// Writes the list of the dashboard's files where it is needed: the preloads of index.html and of preload.js, so that
// modules come in one round trip, and the service worker's shell.
//   node scripts/shell-files.mjs           writes all
//   node scripts/shell-files.mjs --check   only compares
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';

const web = dirname(dirname(fileURLToPath(import.meta.url)));
const read = (path) => readFile(join(web, path), 'utf8');

/**
 * The modules that a module reaches, itself included, as addresses.
 * @param {RegExp} imports how a module is asked for
 * @param {string} [start]
 */
async function modules(imports, start = '/main.js') {
  const found = new Set();
  const queue = [start];
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

/** Pages that are called as the first part of their addresses. */
const PAGES = [
  'today',
  'week',
  'focus',
  'time',
  'garden',
  'household',
  'browsing',
  'leaderboard',
  'devices',
  'settings',
  'categories',
];

// A static import is needed for every page; one in brackets comes with the first visit to its page.
const now = /(?:^|[\s;}])(?:import|export)\s*(?:[^'"();]*?from)?\s*["'](\.[^"']+)["']/g;
const ever = new RegExp(`${now.source}|await import\\(["'](\\.[^"']+)["']\\)`, 'g');
const [first, scripts] = [await modules(now), await modules(ever)];
const beyond = {};
for (const page of PAGES) {
  const all = await modules(now, `/pages/${page}.js`);
  beyond[page] = all.filter((path) => !first.includes(path));
}
const shell = [
  '/',
  '/alarm.js',
  '/browsing.css',
  '/charts.css',
  '/focus.css',
  '/garden.css',
  '/household.css',
  '/insights.css',
  '/icon.svg',
  '/leaderboard.css',
  '/manifest.webmanifest',
  '/pages.css',
  '/preload.js',
  '/print.css',
  '/shell.css',
  '/theme-init.js',
  '/theme.css',
  '/time.css',
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
    path: 'preload.js',
    pattern: /( {6}\/\/ modules\n)[^)]*( {4}\}\),)/,
    text: `$1${Object.entries(beyond)
      .map(([page, paths]) => `      ${page}: [\n${paths.map((path) => `        '${path}',\n`).join('')}      ],\n`)
      .join('')}$2`,
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

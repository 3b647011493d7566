// Copies what the dashboard needs from its npm packages into vendor/, with the licences.
//   node scripts/vendor.mjs           writes vendor/
//   node scripts/vendor.mjs --check   writes it elsewhere and compares
import { cp, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const web = dirname(dirname(fileURLToPath(import.meta.url)));
const packages = join(web, 'node_modules');

/** Files taken as they are: package, folder under vendor/, files (source, or [source, name]). */
const copies = [
  {
    package: 'bootstrap',
    to: 'bootstrap',
    files: [['dist/css/bootstrap.min.css', 'bootstrap.min.css'], 'LICENSE'],
  },
  {
    package: 'lit-html',
    to: 'lit-html',
    files: [
      'lit-html.js',
      'directive.js',
      'directive-helpers.js',
      'directives/live.js',
      'directives/repeat.js',
      // The types too, for checking; a browser never asks for them.
      'lit-html.d.ts',
      'directive.d.ts',
      'directive-helpers.d.ts',
      'directives/live.d.ts',
      'directives/repeat.d.ts',
      'LICENSE',
    ],
  },
  {
    package: '@fontsource-variable/inter',
    to: 'inter',
    files: [
      ['files/inter-latin-wght-normal.woff2', 'inter-latin.woff2'],
      ['files/inter-latin-ext-wght-normal.woff2', 'inter-latin-ext.woff2'],
      'LICENSE',
    ],
  },
  {
    package: 'uqr',
    to: 'uqr',
    files: [['dist/index.mjs', 'uqr.js'], ['dist/index.d.mts', 'uqr.d.ts'], 'LICENSE'],
  },
];

/** Icons of bootstrap-icons that become one sprite: `<use href="/vendor/bootstrap-icons/icons.svg#NAME">`. */
const icons = [
  'arrow-clockwise',
  'arrow-counterclockwise',
  'arrow-down',
  'arrow-repeat',
  'arrow-up',
  'archive',
  'box-arrow-right',
  'bell',
  'brightness-high',
  'calendar-event',
  'calendar-range',
  'calendar-week',
  'calendar3',
  'cash-coin',
  'check2',
  'check2-circle',
  'chevron-left',
  'chevron-right',
  'circle-half',
  'clock-history',
  'copy',
  'cup-hot',
  'dash-lg',
  'display',
  'download',
  'droplet',
  'exclamation-circle',
  'exclamation-triangle',
  'eye',
  'eye-slash',
  'fire',
  'flower1',
  'funnel',
  'globe2',
  'hourglass-split',
  'house-door',
  'laptop',
  'lightbulb',
  'lightning-charge',
  'link-45deg',
  'lock-fill',
  'moon-stars',
  'pencil',
  'person',
  'person-circle',
  'phone',
  'phone-vibrate',
  'play-fill',
  'plus-lg',
  'printer',
  'question-circle',
  'search',
  'shield-lock',
  'sliders',
  'speedometer2',
  'stop-fill',
  'stopwatch',
  'table',
  'three-dots',
  'trash3',
  'trophy',
  'upload',
  'wifi-off',
  'window',
  'x-lg',
];

async function build(vendor) {
  await rm(vendor, { recursive: true, force: true });
  const versions = [];
  for (const { package: name, to, files } of copies) {
    for (const file of files) {
      const [source, target] = Array.isArray(file) ? file : [file, file];
      const path = join(vendor, to, target);
      await mkdir(dirname(path), { recursive: true });
      if (/\.(m?js|m?ts|css)$/.test(source)) {
        const text = await readFile(join(packages, name, source), 'utf8');
        // The maps are not taken along, so what points to them goes too.
        await writeFile(path, text.replace(/\n?(\/\/|\/\*)# sourceMappingURL=.*$/m, ''));
      } else {
        await cp(join(packages, name, source), path);
      }
    }
    versions.push(await version(name));
  }
  await sprite(join(vendor, 'bootstrap-icons'));
  versions.push(await version('bootstrap-icons'));
  await writeFile(
    join(vendor, 'README.md'),
    `# Libraries of the dashboard\n\nWritten by \`npm run vendor\` from the packages below; not edited by hand.\n\n${versions.join('\n')}\n`,
  );
}

async function version(name) {
  const about = JSON.parse(await readFile(join(packages, name, 'package.json'), 'utf8'));
  return `- ${name} ${about.version} (${about.license})`;
}

async function sprite(folder) {
  const symbols = [];
  for (const name of icons) {
    const svg = await readFile(join(packages, 'bootstrap-icons/icons', `${name}.svg`), 'utf8');
    const shapes = svg.replace(/^[\s\S]*?<svg[^>]*>/, '').replace(/<\/svg>\s*$/, '');
    symbols.push(`<symbol id="${name}" viewBox="0 0 16 16">${shapes.replace(/\s*\n\s*/g, '')}</symbol>`);
  }
  await mkdir(folder, { recursive: true });
  await writeFile(
    join(folder, 'icons.svg'),
    `<svg xmlns="http://www.w3.org/2000/svg">\n${symbols.join('\n')}\n</svg>\n`,
  );
  await cp(join(packages, 'bootstrap-icons/LICENSE'), join(folder, 'LICENSE'));
}

async function listing(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
}

async function differences(one, other) {
  const [mine, fresh] = [await listing(one), await listing(other)];
  const found = new Set([...mine, ...fresh].filter((file) => !mine.includes(file) || !fresh.includes(file)));
  for (const file of mine.filter((name) => fresh.includes(name))) {
    const [a, b] = [await readFile(join(one, file)), await readFile(join(other, file))];
    if (!a.equals(b)) found.add(file);
  }
  return [...found];
}

const vendor = join(web, 'vendor');
if (process.argv.includes('--check')) {
  const fresh = await mkdtemp(join(tmpdir(), 'almanac-vendor-'));
  await build(fresh);
  const found = await differences(vendor, fresh);
  await rm(fresh, { recursive: true });
  if (found.length > 0) {
    console.error(`vendor/ differs from its packages: ${found.join(', ')}. Run: npm run vendor`);
    process.exit(1);
  }
  console.log('vendor/ is what its packages hold');
} else {
  await build(vendor);
}

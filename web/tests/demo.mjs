// The real data of the repository, as sessions.

import { readFile, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = process.env.ALMANAC_DEMO ?? join(dirname(fileURLToPath(import.meta.url)), '../../data/demo');

export async function readDemo() {
  const files = (await readdir(folder)).filter((name) => name.endsWith('.csv')).sort();
  const rows = (await Promise.all(files.map((name) => readFile(join(folder, name), 'utf8')))).flatMap(parse);
  const of = (platform) => rows.filter((row) => row.platform === platform).map((row) => row.session);
  return { phone: of('android'), computer: of('windows') };
}

/** @param {string} text */
function parse(text) {
  const [head, ...lines] = text.trim().split(/\r?\n/);
  const names = head.split(',');
  return lines.map((line) => {
    const cells = Object.fromEntries(line.split(',').map((cell, index) => [names[index], cell]));
    return {
      platform: cells.platform,
      session: { app: cells.app, started_at: cells.start, ended_at: cells.end },
    };
  });
}

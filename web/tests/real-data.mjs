// The real data of the repository, as sessions: a phone of two weeks and a computer of four days.

import { readFile } from 'node:fs/promises';

const folder = new URL('../../data/app_usage/', import.meta.url);

export async function readRealData() {
  const [phone, computer] = await Promise.all(
    ['android_phone_a_span1_sessions.csv', 'windows_pc_w_sessions.csv'].map(async (name) =>
      parse(await readFile(new URL(name, folder), 'utf8')),
    ),
  );
  return { phone, computer };
}

/** @param {string} text with a header, and no quoted cells */
function parse(text) {
  const [head, ...lines] = text.trim().split(/\r?\n/);
  const [app, start, end] = ['app', 'start', 'end'].map((name) => head.split(',').indexOf(name));
  return lines.map((line) => {
    const cells = line.split(',');
    return { app: cells[app], started_at: cells[start], ended_at: cells[end] };
  });
}

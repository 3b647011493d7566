// Draws every picture in this folder: plants/<species>/0.svg to 5.svg, and withered.svg.
//   node plants/draw.mjs
import { mkdir, writeFile } from 'node:fs/promises';
import { picture } from './draw/pen.mjs';
import { species } from './draw/species.mjs';

for (const { id, name, stages, withered } of species) {
  const folder = new URL(`${id}/`, import.meta.url);
  await mkdir(folder, { recursive: true });
  for (const [stage, draw] of stages.entries()) {
    await writeFile(new URL(`${stage}.svg`, folder), picture(`${name}, stage ${stage}`, draw()));
  }
  await writeFile(new URL('withered.svg', folder), picture(`${name}, withered`, withered()));
}

import { line, oval, paint, place, range, seeded } from '../pen.mjs';
import { fleck } from '../shapes.mjs';
import { grown, leaves, mound, seed, tree, witheredTree } from '../parts.mjs';
import { bark, green, wisteriaLilac } from '../tones.mjs';

const wisteriaShape = {
  limbs: [
    [11, 6, [-3, 0], [5, 18], [-4, 38], [3, 60], [-1, 80]],
    [5.5, 3, [5, 0], [-5, 20], [5, 40], [-2, 60]],
    [5, 2.4, [0, 62], [-16, 80], [-36, 84]],
    [5, 2.4, [0, 60], [16, 80], [37, 82]],
  ],
  lumps: [
    [-37, 83, 13],
    [37, 82, 13],
    [-24, 92, 13],
    [25, 91, 13],
    [-8, 97, 14],
    [9, 98, 13],
  ],
};

const wisteriaLeaf = (x, y, angle) => fleck(x, y, 7.5, 3.4, angle);

/** Hanging clusters [x, y, length]: florets in rows that narrow towards the tip. */
function racemes(all, colours) {
  const random = seeded(33);
  const [shade, mid, light] = [[], [], []];
  for (const [x, y, length] of all) {
    const rows = Math.round(length / 4.8);
    shade.push([
      [x, y],
      [x + 0.4, y + length - 2],
    ]);
    for (const row of range(rows)) {
      const half = Math.min(5.8, length * 0.17) * (1 - row / rows) ** 0.8;
      const down = y + row * 4.8 + 1.6 * random();
      shade.push([[x + half, down + 1]]);
      mid.push([[x + half * 0.15, down + 2]]);
      if (row < rows * 0.7) light.push([[x - half, down]]);
    }
  }
  return line(colours.shade, 4.6, ...shade) + line(colours.mid, 5, ...mid) + line(colours.light, 4.2, ...light);
}

/** Feathered leaves [x, y, length, angle]: leaflets along a stalk. */
const feathers = (all, tones) => {
  const pairs = all.flatMap(([x, y, length, angle]) => {
    const at = place(x, y, angle);
    const leaflet = (up, turn) => [...at(0, length * up), length * 0.42, length * 0.24, angle + turn];
    return [0.3, 0.6].flatMap((up) => [leaflet(up, -58), leaflet(up, 58)]).concat([leaflet(0.75, 0)]);
  });
  const stalks = all.map(([x, y, length, angle]) => [[x, y], place(x, y, angle)(0, length * 0.8)]);
  return line(tones.shade, 1, ...stalks) + leaves(pairs, tones);
};

/** Clusters along the crown: long ones hang from below it, short ones among its leaves. */
const wisteriaFlowers = (scale, count, length) =>
  racemes(
    range(count).map((index) => {
      const part = (index / (count - 1)) * 2 - 1;
      const among = index % 2;
      const [x, y] = grown(scale)([part * 43, 86 - 9 * part * part + among * 10]);
      return [x, y, length * (among ? 0.72 : 1) * (0.86 + 0.14 * Math.cos(index * 2.2))];
    }),
    wisteriaLilac,
  );

export const wisteria = {
  id: 'wisteria',
  name: 'Wisteria',
  stages: [
    () =>
      feathers(
        [
          [60, 142, 7, -38],
          [60, 142, 7, 36],
        ],
        green.wisteria,
      ) +
      line(green.wisteria.shade, 1.6, [
        [60, 148],
        [60.4, 145],
        [60, 141],
      ]) +
      mound(24) +
      seed(69, { light: '#b3a077', mid: '#8a7756' }, 3, 75),
    () =>
      line(bark.mid, 2.2, [
        [60, 148],
        [62, 138],
        [59, 130],
        [61, 122],
      ]) +
      feathers(
        [
          [61, 137, 14, 66],
          [59.4, 131, 13, -62],
          [61, 122, 13, 24],
        ],
        green.wisteria,
      ) +
      mound(26),
    () =>
      line(bark.mid, 3, [
        [60, 148],
        [63, 132],
        [57, 118],
        [61, 102],
        [66, 97],
      ]) +
      feathers(
        [
          [62, 133, 16, 72],
          [58, 122, 17, -70],
          [59, 110, 16, 62],
          [59.5, 106, 15, -48],
          [66, 97, 15, 66],
          [62, 101, 15, -6],
        ],
        green.wisteria,
      ) +
      mound(28),
    () => tree(wisteriaShape, 0.66, bark, green.wisteria, wisteriaLeaf, 41) + mound(32),
    () => tree(wisteriaShape, 0.88, bark, green.wisteria, wisteriaLeaf, 41) + wisteriaFlowers(0.88, 7, 23) + mound(36),
    () =>
      tree(wisteriaShape, 1.12, bark, green.wisteria, wisteriaLeaf, 41, { rim: 1, dashes: 3 }) +
      wisteriaFlowers(1.12, 9, 42) +
      mound(42) +
      paint(wisteriaLilac.mid, oval(84, 148, 2, 1.1, 10), oval(38, 148.6, 1.8, 1, -10), oval(92, 149, 1.6, 1)),
  ],
  withered() {
    const faded = { light: '#b7aab5', mid: '#998c98', shade: '#7e727e' };
    return (
      witheredTree(wisteriaShape, 0.96, (x, y, angle) => fleck(x, y, 8.5, 3.2, angle), 2) +
      racemes(
        [
          [31, 74, 22],
          [89, 76, 24],
          [67, 74, 18],
        ],
        faded,
      ) +
      mound(38)
    );
  },
};

import { line, oval, paint, place, range } from '../pen.mjs';
import { almond, fleck, halfAlmond, ribbon } from '../shapes.mjs';
import { leaves, mound, sprout } from '../parts.mjs';
import { dry, green, roseRed } from '../tones.mjs';

/** Leaves of three leaflets, as roses have: [x, y, length, angle] each. */
function roseLeaves(all, tones = green.rose) {
  const leaflet = ([x, y, length, angle], up, size, turn) => [
    ...place(x, y, angle)(0, length * up),
    ...[length * size, length * size * 0.66, angle + turn],
  ];
  const sides = all.flatMap((each) => [-66, 66].map((turn) => fleck(...leaflet(each, 0.34, 0.52, turn))));
  const stalks = all.map(([x, y, length, angle]) => [[x, y], place(x, y, angle)(0, length * 0.5)]);
  return (
    line(tones.shade, 1, ...stalks) +
    paint(tones.mid, sides) +
    leaves(
      all.map((each) => leaflet(each, 0.4, 0.68, 0)),
      tones,
    )
  );
}

/** A bloom from above and the side: round petals outside, a turning heart inside. Small ones show less of it. */
function roseBloom(x, y, radius, tones = roseRed) {
  const petals = (out, size, turn) =>
    range(5).map((index) => oval(...place(x, y, turn + index * 72)(0, radius * out), radius * size));
  const lip = (turn, out, reach) =>
    [-reach, 0, reach].map((angle) => place(x, y - radius * 0.04, turn + angle)(0, radius * out));
  const inner = radius < 15 ? [] : [lip(150, 0.16, 80)];
  return (
    paint(tones.shade, petals(0.54, 0.48, 30)) +
    paint(
      tones.mid,
      petals(0.46, 0.42, 20).filter((_, index) => index !== 1),
    ) +
    paint(tones.light, oval(...place(x, y, -45)(0, radius * 0.7), radius * 0.4, radius * 0.18, -45)) +
    paint(tones.shade, oval(x + radius * 0.05, y + radius * 0.03, radius * 0.58)) +
    paint(tones.mid, oval(x - radius * 0.03, y - radius * 0.06, radius * 0.52)) +
    paint(tones.shade, oval(x, y - radius * 0.04, radius * 0.3)) +
    line(tones.light, radius * 0.08, lip(-50, 0.47, 62), lip(-20, 0.28, 60), ...inner) +
    line(tones.shade, radius * 0.07, lip(150, 0.44, 55))
  );
}

/** A closed bud in its sepals, its foot at (x, y). */
const roseBud = (x, y, size, angle, tones = roseRed) =>
  paint(tones.mid, almond(x, y, size * 1.35, size * 1.1, angle)) +
  paint(tones.light, halfAlmond(x, y, size * 1.35, size * 1.1, angle, 0, -1)) +
  paint(green.rose.shade, almond(x, y, size * 0.9, size * 0.45, angle + 26)) +
  paint(green.rose.mid, almond(x, y, size * 0.95, size * 0.45, angle - 24), oval(x, y, size * 0.3));

/** Canes [width, ...points], the leaves on them, and what blooms at their ends. */
const roseBush = (canes, foliage, blooms, tones = green.rose) =>
  paint(tones.shade, ...canes.map(([width, ...points]) => ribbon(points, width, width * 0.6))) +
  paint(tones.mid, ...canes.map(([width, ...points]) => ribbon(points, width, width * 0.6, -0.2, 0.6))) +
  roseLeaves(foliage, tones) +
  blooms.join('');

export const rose = {
  id: 'rose',
  name: 'Rose',
  stages: [
    () => sprout(12, { light: '#b98a6c', mid: '#8f8456', shade: '#6f7a4e' }) + mound(24),
    () =>
      roseBush(
        [[2, [60, 148], [60.6, 138], [60, 128]]],
        [
          [60, 140, 13, -66],
          [60.4, 135, 13, 62],
          [60, 128, 13, -6],
        ],
        [],
      ) + mound(26),
    () =>
      roseBush(
        [
          [2.2, [60, 148], [65, 134], [70, 122]],
          [2.6, [60, 148], [61, 128], [59, 110]],
        ],
        [
          [61, 138, 16, -74],
          [66, 133, 14, 74],
          [70, 122, 15, 34],
          [61, 126, 17, -58],
          [60.6, 120, 14, 54],
          [59, 110, 15, -6],
        ],
        [],
      ) + mound(28),
    () =>
      roseBush(
        [
          [2.6, [60, 148], [50, 127], [45, 110]],
          [2.4, [61, 148], [72, 126], [76, 114]],
          [3.2, [60, 148], [61, 116], [60, 88]],
        ],
        [
          [55, 138, 17, -82],
          [48, 120, 18, -74],
          [45, 110, 16, -14],
          [67, 134, 17, 84],
          [74, 120, 17, 78],
          [76, 114, 15, 18],
          [61, 122, 17, 52],
          [61, 114, 18, -54],
          [60.6, 102, 17, 56],
          [60, 97, 15, -52],
        ],
        [roseBud(60, 89, 8, 0)],
      ) + mound(32),
    () =>
      roseBush(
        [
          [2.8, [60, 148], [47, 122], [40, 96]],
          [2.6, [61, 148], [76, 122], [82, 102]],
          [3.6, [60, 148], [61, 112], [60, 72]],
        ],
        [
          [54, 136, 19, -86],
          [45, 116, 19, -80],
          [43, 108, 17, 36],
          [70, 132, 19, 84],
          [79, 112, 18, 78],
          [80, 110, 16, -34],
          [61, 124, 19, 58],
          [61, 116, 19, -54],
          [61, 98, 20, 60],
          [60.6, 90, 20, -58],
        ],
        [roseBud(40, 97, 9, -12), roseBud(82, 103, 8, 14), roseBloom(60, 68, 13)],
      ) + mound(34),
    () =>
      roseBush(
        [
          [3, [60, 148], [45, 120], [37, 86]],
          [3, [61, 148], [78, 118], [85, 92]],
          [4, [60, 148], [61, 108], [60, 60]],
        ],
        [
          [54, 137, 20, -88],
          [43, 114, 20, -84],
          [41, 104, 18, 40],
          [71, 132, 20, 86],
          [81, 112, 20, 80],
          [81, 108, 17, -40],
          [61, 119, 22, 58],
          [61, 97, 24, 60],
          [60.6, 88, 23, -58],
        ],
        [roseBloom(36, 82, 14), roseBloom(86, 89, 12.5), roseBloom(60, 54, 19)],
      ) + mound(36),
  ],
  withered() {
    const faded = { light: '#c3a097', mid: '#a37f78', shade: '#84665f' };
    return (
      roseBush(
        [
          [3, [60, 148], [46, 120], [36, 104], [28, 108]],
          [3, [61, 148], [76, 120], [84, 106], [90, 110]],
          [3.6, [60, 148], [60, 104], [63, 78], [72, 72], [76, 80]],
        ],
        [
          [47, 123, 18, 210],
          [38, 106, 16, 196],
          [74, 124, 18, 150],
          [88, 108, 16, 172],
          [60, 120, 19, 148],
          [60, 108, 19, 208],
          [61, 92, 17, 200],
        ],
        [roseBloom(76, 86, 11, faded), roseBloom(27, 112, 7.5, faded)],
        dry,
      ) +
      mound(34) +
      paint(faded.mid, oval(84, 148, 4, 2.2, -8), oval(40, 148.4, 3.4, 1.8, 10)) +
      paint(faded.light, oval(92, 148.8, 2.6, 1.5, 14))
    );
  },
};

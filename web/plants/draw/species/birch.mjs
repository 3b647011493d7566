import { line } from '../pen.mjs';
import { fleck } from '../shapes.mjs';
import { grown, leaf, mound, shoot, sprout, tree, witheredTree } from '../parts.mjs';
import { bark, birchBark, birchMark, green } from '../tones.mjs';

const birchShape = {
  limbs: [
    [7.5, 2.4, [0, 0], [2, 36], [-1, 74], [2, 112]],
    [3, 1.4, [1, 36], [-8, 52], [-15, 62]],
    [3, 1.4, [1, 42], [10, 56], [17, 64]],
  ],
  lumps: [
    [-17, 56, 9],
    [17, 52, 9],
    [-12, 72, 11],
    [14, 70, 11],
    [-14, 89, 10],
    [16, 87, 10],
    [0, 92, 12],
    [-7, 106, 9],
    [9, 104, 9],
    [2, 118, 8],
  ],
  front: [
    [-6, 76, 8],
    [6, 99, 8],
  ],
};

const birchCrown = { rim: 2, dashes: 3, hang: [0.5, 2.8], flat: 1.35 };
const birchLeaf = (x, y, angle) => fleck(x, y, 4.8, 2.4, angle > 90 && angle < 270 ? angle : 180 + angle * 0.4);

/** The dark dashes of the bark, by turns from the left and the right edge. */
const birchMarks = (scale, colour = birchMark) => {
  const at = grown(scale);
  return line(
    colour,
    1.1,
    ...[
      [7, -3, 0],
      [15, 1.2, 4],
      [23, -1.6, 0.6],
      [31, 2.6, 5],
      [39, -1.4, 0.8],
      [49, 0.8, 3.4],
      [58, -1.6, 0.4],
    ].map(([up, from, to]) => [at([from, up]), at([to, up + 0.5])]),
  );
};

/** A birch's trunk shows through its crown: lumps behind it, and two before it. */
const birchTree = (scale, start) =>
  tree(birchShape, scale, birchBark, green.birch, birchLeaf, start, birchCrown) +
  tree(
    { limbs: birchShape.limbs.slice(0, 1), lumps: birchShape.front },
    scale,
    birchBark,
    green.birch,
    birchLeaf,
    start,
    { ...birchCrown, rim: 1 },
  ) +
  birchMarks(scale);

const birchShoot = (height, leaves, length, width) =>
  shoot((x, y, long, angle) => leaf(x, y, long, long * 0.72, angle, green.birch), {
    height,
    leaves,
    length,
    width,
    tones: { ...bark, mid: '#a58a72', shade: '#836b59' },
  });

export const birch = {
  id: 'birch',
  name: 'Birch',
  stages: [
    () => sprout(11, green.birch, { length: 6, width: 4.4 }) + mound(22),
    () => birchShoot(30, 6, 11, 1.8) + mound(24),
    () => birchShoot(58, 11, 14, 2.6) + mound(26),
    () => birchTree(0.66, 17) + mound(30),
    () => birchTree(0.88, 17) + mound(32),
    () => birchTree(1.04, 17) + mound(36),
  ],
  withered: () =>
    witheredTree(birchShape, 0.98, (x, y, angle) => fleck(x, y, 7.5, 3.2, angle), 5, {
      light: '#d6cdbf',
      mid: '#bdb3a5',
      shade: '#978d80',
    }) +
    birchMarks(0.98, '#6f665c') +
    mound(32),
};

import { line, seeded } from '../pen.mjs';
import { fleck } from '../shapes.mjs';
import { blossoms, leaf, mound, scatter, seed, shoot, sprout, tree, witheredTree } from '../parts.mjs';
import { appleBlossom, appleRed, bark, green, seedHeart } from '../tones.mjs';

const apple = {
  limbs: [
    [11, 6, [0, 0], [1, 16], [-1, 34], [1, 56]],
    [5.5, 2.5, [0, 28], [-12, 42], [-24, 58]],
    [5, 2.5, [0, 34], [13, 46], [25, 58]],
  ],
  lumps: [
    [-28, 62, 18],
    [28, 61, 18],
    [-1, 62, 20],
    [-19, 84, 19],
    [19, 83, 19],
    [0, 98, 18],
  ],
};

const appleLeaf = (x, y, angle) => fleck(x, y, 6.5, 4, angle);

/** Apples [x, y], with a stalk and a gleam. */
const apples = (spots, size) =>
  line(
    bark.shade,
    0.9,
    ...spots.map(([x, y]) => [
      [x, y - size * 0.6],
      [x + 0.8, y - size * 1.4],
    ]),
  ) +
  line(appleRed.shade, size * 2, ...spots.map((spot) => [spot])) +
  line(appleRed.mid, size * 1.64, ...spots.map(([x, y]) => [[x - size * 0.13, y - size * 0.1]])) +
  line(
    appleRed.light,
    size * 0.55,
    ...spots.map(([x, y]) => [
      [x - size * 0.42, y - size * 0.3],
      [x - size * 0.28, y - size * 0.46],
    ]),
  );

const appleShoot = (height, leaves, length, width) =>
  shoot((x, y, long, angle) => leaf(x, y, long, long * 0.56, angle, green.apple), {
    height,
    leaves,
    length,
    width,
    tones: { ...bark, mid: green.apple.shade, shade: bark.shade },
  });

export const appleTree = {
  id: 'apple-tree',
  name: 'Apple tree',
  stages: [
    () => sprout(12, green.apple) + mound(24) + seed(52, seedHeart, 2.4, 60),
    () => appleShoot(27, 5, 14, 2) + mound(26),
    () => appleShoot(50, 9, 17, 3) + mound(28),
    () => tree(apple, 0.62, bark, green.apple, appleLeaf, 31) + mound(32),
    () => {
      const flowers = scatter(tree.lumps(apple, 0.84), 11, seeded(4));
      return (
        tree(apple, 0.84, bark, green.apple, appleLeaf, 31) +
        blossoms(
          flowers.filter((_, index) => index % 3),
          4.2,
          appleBlossom.light,
          appleBlossom.shade,
        ) +
        blossoms(
          flowers.filter((_, index) => index % 3 === 0),
          4.2,
          appleBlossom.mid,
          appleBlossom.shade,
        ) +
        mound(36)
      );
    },
    () =>
      tree(apple, 1.02, bark, green.apple, appleLeaf, 31) +
      apples(
        [
          [34, 84],
          [52, 92],
          [80, 94],
          [45, 63],
          [70, 72],
          [63, 48],
          [86, 66],
          [28, 98],
        ],
        5.2,
      ) +
      mound(42) +
      apples([[82, 145.4]], 4.4),
  ],
  withered: () => witheredTree(apple, 0.92, (x, y, angle) => fleck(x, y, 9, 3.6, angle), 3) + mound(38),
};

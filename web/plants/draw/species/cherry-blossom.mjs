import { oval, paint, seeded } from '../pen.mjs';
import { fleck } from '../shapes.mjs';
import { blossoms, leaf, mound, scatter, seed, shoot, sprout, tree, witheredTree } from '../parts.mjs';
import { cherryBark, cherryPink, green, pink } from '../tones.mjs';

const cherry = {
  limbs: [
    [11, 5, [0, 0], [-2, 16], [2, 32], [0, 48]],
    [6, 2.4, [0, 28], [-14, 44], [-32, 58]],
    [6, 2.4, [1, 32], [15, 46], [34, 56]],
    [5, 2, [0, 40], [-4, 60], [-10, 78]],
    [4.6, 2, [1, 42], [10, 60], [17, 76]],
  ],
  lumps: [
    [-38, 60, 14],
    [39, 57, 14],
    [-18, 66, 16],
    [20, 66, 16],
    [1, 72, 17],
    [-27, 82, 14],
    [28, 80, 14],
    [-9, 92, 15],
    [12, 91, 14],
  ],
};

const cherryDab = (x, y) => oval(x, y, 2.4);
const cherryLeaf = (x, y, angle) => fleck(x, y, 6, 3.4, angle);

const cherryShoot = (height, count, length, width) =>
  shoot((x, y, long, angle) => leaf(x, y, long, long * 0.48, angle, green.cherry), {
    height,
    leaves: count,
    length,
    width,
    tones: cherryBark,
  });

/** Blossoms spread over a crown. */
function cherryFlowers(scale, count, size) {
  const spots = scatter(tree.lumps(cherry, scale), count, seeded(3), 0.85);
  const some = (rest) => spots.filter((_, index) => (index % 3 === 0) === rest);
  return blossoms(some(false), size, cherryPink.light, pink.mid) + blossoms(some(true), size, '#fff4f2', pink.mid);
}

export const cherryBlossom = {
  id: 'cherry-blossom',
  name: 'Cherry blossom',
  stages: [
    () =>
      sprout(12, green.cherry, { length: 7, width: 3.4 }) +
      mound(24) +
      seed(51, { light: '#d9b48c', mid: '#b58a63' }, 2.8, 20),
    () => cherryShoot(28, 5, 14, 2) + mound(26),
    () =>
      cherryShoot(48, 8, 18, 3) +
      blossoms(
        [
          [57, 102],
          [65, 111],
        ],
        4.6,
        cherryPink.light,
        pink.mid,
      ) +
      mound(28),
    () => tree(cherry, 0.64, cherryBark, green.cherry, cherryLeaf, 5) + cherryFlowers(0.64, 5, 3.8) + mound(32),
    () =>
      tree(cherry, 0.84, cherryBark, cherryPink, cherryDab, 5, { rim: 3, dashes: 4 }) +
      cherryFlowers(0.84, 7, 4.2) +
      mound(36),
    () =>
      tree(cherry, 1.08, cherryBark, cherryPink, cherryDab, 5, { rim: 2, dashes: 3 }) +
      cherryFlowers(1.08, 11, 4.8) +
      mound(44) +
      paint(
        cherryPink.mid,
        ...[
          [20, 118, 30],
          [97, 126, -40],
          [83, 146, 70],
          [35, 147, -60],
          [48, 143, 60],
        ].map(([x, y, angle]) => fleck(x, y, 4.6, 2.8, angle)),
      ) +
      paint(
        cherryPink.shade,
        ...[
          [29, 134, 80],
          [90, 108, 20],
          [74, 149, -80],
        ].map(([x, y, angle]) => fleck(x, y, 4.2, 2.6, angle)),
      ),
  ],
  withered: () => witheredTree(cherry, 0.94, (x, y, angle) => fleck(x, y, 8, 3.6, angle), 14) + mound(38),
};

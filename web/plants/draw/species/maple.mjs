import { line, oval, paint, place } from '../pen.mjs';
import { almond, star } from '../shapes.mjs';
import { fallen, mound, shoot, sprout, tree, witheredTree } from '../parts.mjs';
import { autumn, bark, green } from '../tones.mjs';

const mapleShape = {
  limbs: [
    [10, 5, [0, 0], [-1, 18], [1, 40], [0, 66]],
    [5, 2.4, [0, 36], [-13, 52], [-22, 68]],
    [5, 2.4, [0, 30], [13, 48], [24, 62]],
  ],
  lumps: [
    [-27, 62, 17],
    [27, 60, 17],
    [0, 58, 18],
    [-24, 86, 18],
    [23, 84, 19],
    [0, 82, 20],
    [-9, 106, 17],
    [11, 105, 15],
  ],
};

const mapleCrown = { rim: 3, dashes: 2, marks: 1 };
const mapleLeaf = (x, y, angle) => star(x, y, 6, angle);
const mapleShoot = (height, leaves, length, width) =>
  shoot(
    (x, y, long, angle) => {
      const foot = place(x, y, angle)(0, long * 0.35);
      const lit = place(...foot, angle)(-long * 0.04, long * 0.1);
      return (
        line(autumn.shade, 0.9, [[x, y], foot]) +
        paint(green.maple.mid, star(...foot, long * 0.72, angle)) +
        paint(green.maple.light, star(...lit, long * 0.44, angle))
      );
    },
    { height, leaves, length, width, tones: { ...green.maple, mid: '#8d6a4f', shade: '#6e5140' } },
  );

/** A winged seed. */
const samara = (x, y, angle) =>
  paint('#c9a36b', almond(x, y, 9, 4.6, angle, 1.4)) + paint('#a97f4c', oval(x, y, 1.7, 2.2, angle));

export const maple = {
  id: 'maple',
  name: 'Maple',
  stages: [
    () => sprout(12, green.maple, { length: 8.4, width: 3 }) + mound(24) + samara(49, 145, -62),
    () => mapleShoot(25, 4, 16, 2) + mound(26),
    () => mapleShoot(47, 7, 21, 2.8) + mound(28),
    () => tree(mapleShape, 0.6, bark, green.maple, mapleLeaf, 12, mapleCrown) + mound(32),
    () => tree(mapleShape, 0.84, bark, green.maple, mapleLeaf, 12, mapleCrown) + mound(36),
    () =>
      tree(mapleShape, 1.06, bark, autumn, mapleLeaf, 12, mapleCrown) +
      mound(42) +
      fallen(autumn, (x, y, angle) => star(x, y, 5, angle), [-27, -70], [27, 80], [-18, 60]),
  ],
  withered: () => witheredTree(mapleShape, 0.94, (x, y, angle) => star(x, y, 7, angle), 6) + mound(38),
};

import { line, paint, place } from '../pen.mjs';
import { fan } from '../shapes.mjs';
import { fallen, mound, seed, shoot, tree, witheredTree } from '../parts.mjs';
import { ginkgoBark, ginkgoGold, green } from '../tones.mjs';

const ginkgoShape = {
  limbs: [
    [10.5, 3.4, [0, 0], [1, 24], [-1, 54], [1, 92]],
    [4.6, 2.2, [0, 28], [-12, 44], [-22, 56]],
    [4.6, 2.2, [0, 36], [12, 52], [22, 62]],
  ],
  lumps: [
    [-24, 50, 14],
    [24, 52, 14],
    [0, 50, 15],
    [-17, 74, 15],
    [18, 75, 15],
    [0, 78, 15],
    [-9, 97, 13],
    [10, 98, 12],
    [0, 114, 11],
  ],
};

const ginkgoCrown = { rim: 4, dashes: 0, marks: 2, gleam: false };
const ginkgoLeaf = (x, y, angle) => fan(x, y, 5.6, angle);

const ginkgoShoot = (height, leaves, length, width) =>
  shoot(
    (x, y, long, angle) => {
      const foot = place(x, y, angle)(0, long * 0.4);
      return (
        line(green.ginkgo.shade, 0.9, [[x, y], foot]) +
        paint(green.ginkgo.mid, fan(...foot, long * 0.85, angle)) +
        paint(green.ginkgo.light, fan(...place(...foot, angle)(-long * 0.05, 0), long * 0.56, angle - 10))
      );
    },
    { height, leaves, length, width, tones: ginkgoBark },
  );

export const ginkgo = {
  id: 'ginkgo',
  name: 'Ginkgo',
  stages: [
    () =>
      line(green.ginkgo.shade, 1.6, [
        [60, 147],
        [60.4, 143],
        [60, 140.5],
      ]) +
      paint(green.ginkgo.mid, fan(60, 141, 7.4, -26), fan(60, 141, 6, 40)) +
      paint(green.ginkgo.light, fan(60, 141, 4.8, -34)) +
      mound(24) +
      seed(68, { light: '#efdcae', mid: '#cfb27c' }, 3, 50),
    () => ginkgoShoot(26, 4, 13, 2) + mound(26),
    () => ginkgoShoot(50, 8, 16, 2.8) + mound(28),
    () => tree(ginkgoShape, 0.62, ginkgoBark, green.ginkgo, ginkgoLeaf, 7, ginkgoCrown) + mound(32),
    () => tree(ginkgoShape, 0.86, ginkgoBark, green.ginkgo, ginkgoLeaf, 7, ginkgoCrown) + mound(36),
    () =>
      tree(ginkgoShape, 1.06, ginkgoBark, ginkgoGold, ginkgoLeaf, 7, ginkgoCrown) +
      mound(42) +
      fallen(
        ginkgoGold,
        (x, y, angle) => fan(x, y, 5, angle),
        [-26, -60],
        [24, 70],
        [32, -75],
        [-17, 80],
        [17, -50],
        [-34, 60],
      ),
  ],
  withered: () => witheredTree(ginkgoShape, 0.96, (x, y, angle) => fan(x, y, 7, angle), 9) + mound(38),
};

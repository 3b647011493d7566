import { line, paint, range, seeded } from '../pen.mjs';
import { almond, fleck } from '../shapes.mjs';
import { ground, mound, stem } from '../parts.mjs';
import { dry, green } from '../tones.mjs';

/** Canes [x at the foot, lean, height, width], one behind the other, ringed at their joints. */
function bambooCanes(canes, tones) {
  const [rings, gleams] = [[], []];
  const stems = canes.map(([x, lean, height, width]) => {
    const joints = Math.max(2, Math.round(height / 19));
    const at = (part) => [x + lean * part * part, ground - height * part];
    for (const index of range(joints).slice(1)) {
      const [jx, jy] = at(index / joints);
      const half = width * 0.5 * (1 - (0.3 * index) / joints);
      rings.push([
        [jx - half, jy],
        [jx + half, jy],
      ]);
      gleams.push([
        [jx - half * 0.9, jy + 1.4],
        [jx + half * 0.3, jy + 1.4],
      ]);
    }
    return stem([at(0), at(0.5), at(1)], width, width * 0.7, tones);
  });
  return stems.join('') + line(tones.shade, 1.3, ...rings) + line(tones.light, 1, ...gleams);
}

/** Sprays of narrow leaves that hang from a point: [x, y, side, count, length]. */
function bambooSprays(sprays, tones) {
  const groups = [[], [], []];
  const random = seeded(21);
  for (const [x, y, side, count, length] of sprays) {
    for (const index of range(count)) {
      const angle = side * (42 + (index * 104) / count + 10 * random());
      const size = length * (0.8 + 0.35 * random());
      groups[(index + (side > 0 ? 1 : 2)) % 3].push(
        fleck(x + side * index * 0.8, y - index * 0.6, size, size * 0.17, angle),
      );
    }
  }
  return paint(tones.shade, groups[0]) + paint(tones.mid, groups[1]) + paint(tones.light, groups[2]);
}

const bambooGrove = (canes, sprays, tones = green.bamboo) => bambooCanes(canes, tones) + bambooSprays(sprays, tones);

/** Dry leaves that hang from points [x, y, count]. */
const hanging = (...tufts) =>
  tufts
    .flatMap(([x, y, count]) =>
      range(count).map((index) => {
        const angle = 180 + (index - (count - 1) / 2) * 24;
        return paint(index % 2 ? dry.light : dry.mid, fleck(x, y, 16 - (index % 3) * 2.5, 3, angle));
      }),
    )
    .join('');

/** A young cane, still in its sheaths. */
const bambooShoot = (x, height, width) =>
  paint('#a5885f', almond(x, ground, height, width, 0)) +
  paint('#c4a878', almond(x - width * 0.16, ground, height * 0.8, width * 0.5, -3)) +
  paint(green.bamboo.mid, almond(x + 0.4, ground - height * 0.72, height * 0.38, width * 0.3, 12));

export const bamboo = {
  id: 'bamboo',
  name: 'Bamboo',
  stages: [
    () => bambooShoot(60, 12, 8) + mound(24),
    () =>
      bambooShoot(66, 10, 6) +
      bambooGrove(
        [[60, 1, 28, 3.2]],
        [
          [60.6, 122, -1, 3, 13],
          [60.8, 119, 1, 3, 13],
        ],
      ) +
      mound(26),
    () =>
      bambooShoot(52, 12, 7) +
      bambooGrove(
        [
          [65, 5, 38, 3],
          [59, -2, 52, 3.8],
        ],
        [
          [58, 114, -1, 4, 15],
          [57.4, 99, 1, 4, 15],
          [57, 97, -1, 3, 14],
          [70, 110, 1, 4, 14],
        ],
      ) +
      mound(30),
    () =>
      bambooGrove(
        [
          [68, 9, 56, 3.6],
          [53, -7, 66, 4],
          [60, 1, 82, 4.6],
        ],
        [
          [47, 84, -1, 5, 17],
          [49, 104, -1, 4, 15],
          [61, 68, 1, 5, 17],
          [60, 68, -1, 4, 16],
          [76, 93, 1, 5, 16],
          [60.5, 96, 1, 4, 15],
        ],
      ) +
      bambooShoot(73, 11, 6) +
      mound(34),
    () =>
      bambooGrove(
        [
          [69, 14, 84, 4.2],
          [52, -13, 92, 4.4],
          [64, 4, 72, 4],
          [59, -1, 110, 5.2],
        ],
        [
          [40, 57, -1, 5, 19],
          [46, 84, -1, 5, 18],
          [40, 56, 1, 4, 16],
          [58, 40, -1, 5, 19],
          [58, 40, 1, 5, 19],
          [59, 72, 1, 4, 17],
          [82, 66, 1, 5, 19],
          [76, 92, 1, 4, 17],
          [50, 104, -1, 3, 14],
        ],
      ) + mound(40),
    () =>
      bambooGrove(
        [
          [75, 20, 89, 4.4],
          [46, -18, 98, 4.6],
          [67, 8, 114, 5],
          [53, -6, 110, 5],
          [60, 1, 124, 5.6],
        ],
        [
          ...[
            [28, 52, -1, 5, 20],
            [36, 77, -1, 5, 19],
            [30, 54, 1, 4, 17],
            [47, 40, -1, 5, 19],
            [50, 65, -1, 4, 18],
            [61, 26, -1, 5, 20],
            [61, 26, 1, 5, 20],
          ],
          ...[
            [60, 60, 1, 4, 18],
            [74, 38, 1, 5, 20],
            [71, 69, 1, 4, 18],
            [95, 62, 1, 4, 17],
            [86, 87, 1, 4, 18],
            [44, 103, -1, 4, 16],
            [69, 101, 1, 4, 15],
          ],
        ],
      ) + mound(46),
  ],
  withered() {
    const bent = (points, width) => stem(points, width, width * 0.6, dry);
    return (
      bent(
        [
          [70, 148],
          [76, 116],
          [88, 92],
          [100, 94],
        ],
        4,
      ) +
      bent(
        [
          [51, 148],
          [46, 108],
          [34, 78],
          [20, 80],
        ],
        4.4,
      ) +
      bent(
        [
          [60, 148],
          [60, 100],
          [66, 62],
          [82, 54],
        ],
        5,
      ) +
      line(
        dry.shade,
        1.2,
        ...[
          [57.5, 128, 62.5],
          [57.6, 108, 62.4],
          [59, 88, 64],
          [47.8, 124, 52.2],
          [44, 104, 48.6],
          [70, 130, 74.8],
        ].map(([left, y, right]) => [
          [left, y],
          [right, y],
        ]),
      ) +
      hanging(
        [20, 80, 4],
        [29, 77.5, 3],
        [82, 54, 4],
        [72, 57, 3],
        [100, 94, 4],
        [91, 92, 3],
        [45, 106, 3],
        [61, 90, 3],
      ) +
      mound(42) +
      paint(dry.mid, fleck(82, 148, 12, 2, 88), fleck(40, 149, 11, 2, -86))
    );
  },
};

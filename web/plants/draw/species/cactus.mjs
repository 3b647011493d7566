import { line, oval, paint, place, range } from '../pen.mjs';
import { petal } from '../shapes.mjs';
import { ground, middle, mound } from '../parts.mjs';
import { dry, gold, green, pink } from '../tones.mjs';

/** A column with a round end: its shade, its body, its lit side and spines. `points` go from its foot to its top. */
function column(points, width, tones) {
  const aside = (by) => points.map(([x, y]) => [x + by * width, y + by * width * 0.6]);
  const spines = [];
  points.slice(1).forEach(([toX, toY], index) => {
    const [fromX, fromY] = points[index];
    const count = Math.max(1, Math.floor(Math.hypot(toX - fromX, toY - fromY) / 7));
    for (const step of range(count)) {
      const t = (step + 0.5) / count;
      const x = fromX + (toX - fromX) * t + width * (step % 2 ? -0.18 : 0.16);
      const y = fromY + (toY - fromY) * t;
      spines.push(
        [
          [x - 1.2, y - 1],
          [x, y],
        ],
        [
          [x + 1.2, y - 1],
          [x, y],
        ],
      );
    }
  });
  return (
    line(tones.shade, width, points) +
    line(tones.mid, width * 0.74, aside(-0.11)) +
    line(tones.light, width * 0.14, aside(-0.3)) +
    line(tones.shade, width * 0.05, aside(0.02).slice(-3), aside(0.22).slice(-3)) +
    line('#efe4cb', 0.7, ...spines)
  );
}

/** A flower that opens upwards. */
const cactusFlower = (x, y, size, angle = 0) =>
  paint(
    pink.shade,
    petal(x, y, size, size * 0.7, angle - 62),
    petal(x, y, size, size * 0.7, angle + 62),
    petal(x, y, size * 1.05, size * 0.6, angle),
  ) +
  paint(
    pink.mid,
    petal(x, y, size * 1.05, size * 0.62, angle - 32),
    petal(x, y, size * 1.05, size * 0.62, angle + 34),
  ) +
  paint(pink.light, petal(x, y, size * 0.8, size * 0.5, angle - 14)) +
  paint(gold.light, oval(...place(x, y, angle)(0, size * 0.3), size * 0.16));

const cactusBody = (height, width, tones = green.cactus) =>
  column(
    [
      [60, 148 - width * 0.5],
      [60, 148 - height / 2],
      [60, 148 - height + width / 2],
    ],
    width,
    tones,
  );

/** An arm: out of the body at `up`, then upwards; side 1 is to the right. */
const cactusArm = (side, up, out, height, width, tones = green.cactus) => {
  const x = middle + side * out;
  return column(
    [
      [middle + side * 4, ground - up],
      [x - side * 5, ground - up - 0.5],
      [x - side * 0.8, ground - up - 5],
      [x, ground - up - 11],
      [x, ground - up - height],
    ],
    width,
    tones,
  );
};

export const cactus = {
  id: 'cactus',
  name: 'Cactus',
  stages: [
    () => cactusBody(11, 9) + mound(24),
    () => cactusBody(24, 15) + mound(28),
    () => cactusArm(1, 20, 15, 9, 9) + cactusBody(44, 20) + mound(30),
    () => cactusArm(-1, 30, 21, 22, 11) + cactusBody(66, 21) + mound(34),
    () => cactusArm(-1, 34, 24, 34, 12) + cactusArm(1, 44, 23, 22, 11) + cactusBody(86, 23) + mound(36),
    () =>
      cactusArm(-1, 36, 27, 44, 13) +
      cactusArm(1, 48, 26, 32, 12) +
      cactusBody(102, 25) +
      cactusFlower(60, 47.5, 13) +
      cactusFlower(33, 62.5, 9, -8) +
      cactusFlower(86, 62.5, 8.5, 10) +
      cactusFlower(51, 54, 7, -38) +
      mound(38),
  ],
  withered: () =>
    column(
      [
        [56, 100],
        [43, 99],
        [35, 98],
        [30, 104],
        [28.5, 114],
        [29, 124],
      ],
      10.5,
      dry,
    ) +
    column(
      [
        [64, 111],
        [77, 109],
        [86, 109],
        [90, 115],
        [91, 124],
        [90.5, 132],
      ],
      9.5,
      dry,
    ) +
    column(
      [
        [60, 138],
        [59.4, 118],
        [60, 98],
        [61.5, 80],
      ],
      20,
      dry,
    ) +
    line(
      dry.shade,
      1,
      ...[-4.6, 4.8].map((x) => [
        [60 + x, 140],
        [59.4 + x, 118],
        [60 + x, 98],
        [61.5 + x, 79],
      ]),
    ) +
    paint('#8e6f76', petal(63, 71, 8, 5, 118), petal(62, 71, 6, 4.4, -30)) +
    paint('#a8848a', petal(62.6, 71.4, 9, 5, 84), petal(62.6, 71, 8, 5, 40)) +
    mound(34),
};

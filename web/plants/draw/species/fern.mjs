import { line, place, range } from '../pen.mjs';
import { ground, middle, mound } from '../parts.mjs';
import { dry, green } from '../tones.mjs';

/**
 * One frond: a bowed rib with leaflets to both sides, long in its middle and short at its tip.
 * @param {number} reach how far to the right (or left, below 0) its tip hangs
 * @param {number} rise how high its bow goes
 * @param {number} drop how far the tip hangs below that
 */
function frond(reach, rise, drop, leaflets, tones) {
  const [a, b, c] = [
    [middle + reach * 0.06, ground - 1],
    [middle + reach * 0.25, ground - rise * (0.65 + 0.7 * Math.min(1, Math.abs(reach) / 24))],
    [middle + reach, ground - rise + drop],
  ];
  const at = (t) => [0, 1].map((axis) => a[axis] * (1 - t) ** 2 + 2 * b[axis] * t * (1 - t) + c[axis] * t * t);
  const [upper, lower] = [[], []];
  const size = 3 + Math.hypot(reach, rise) * 0.09;
  const side = reach < 0 ? 1 : -1;
  for (const index of range(leaflets)) {
    const t = 0.2 + (0.76 * index) / leaflets;
    const [p, q] = [at(t), at(t + 0.02)];
    const angle = (Math.atan2(q[0] - p[0], p[1] - q[1]) * 180) / Math.PI;
    const length = size * Math.min(0.6 + 3 * (t - 0.2), 1.3 * (1.08 - t) + 0.1);
    upper.push([p, place(...p, angle + side * 60)(0, length)]);
    lower.push([p, place(...p, angle - side * 60)(0, length)]);
  }
  const wide = 1.1 + size * 0.16;
  return (
    line(tones.shade, wide, ...lower) +
    line(reach < 0 ? tones.light : tones.mid, wide, ...upper) +
    line(reach < 0 ? tones.mid : tones.shade, 1.3, [a, at(0.33), at(0.66), c])
  );
}

const fronds = (all, tones = green.fern) => all.map((each) => frond(...each, tones)).join('');

/** A frond still rolled up. */
const fiddlehead = (x, height, size, side, tones = green.fern) => {
  const at = place(middle + x, ground - height);
  const curl = [
    [side * 0.2, -0.8],
    [side * 0.1, 0.4],
    [side * 0.9, 1],
    [side * 1.6, 0.4],
    [side * 1.2, -0.4],
    [side * 0.7, -0.1],
    [side * 0.85, 0.3],
  ];
  const points = [[middle + x * 0.4, ground], ...curl.map(([right, ahead]) => at(right * size, ahead * size))];
  return line(tones.mid, size * 0.55, points) + line(tones.light, size * 0.16, points.slice(1, 5));
};

export const fern = {
  id: 'fern',
  name: 'Fern',
  stages: [
    () => fiddlehead(-1, 9, 3.2, 1) + mound(24),
    () =>
      fronds([
        [-13, 17, 3, 6],
        [13, 15, 3, 6],
      ]) +
      fiddlehead(-1, 18, 3.6, 1) +
      mound(26),
    () =>
      fronds([
        [-24, 24, 8, 9],
        [24, 22, 8, 9],
        [-12, 34, 3, 9],
        [13, 32, 3, 9],
      ]) +
      fiddlehead(0, 25, 3.8, 1) +
      mound(28),
    () =>
      fronds([
        [-35, 28, 14, 10],
        [35, 27, 14, 10],
        [-25, 44, 8, 11],
        [26, 42, 8, 11],
        [-6, 54, 0, 11],
      ]) +
      fiddlehead(5, 30, 4, 1) +
      mound(30),
    () =>
      fronds([
        [-44, 32, 18, 11],
        [44, 31, 18, 11],
        [-36, 52, 12, 12],
        [37, 50, 12, 12],
        [-17, 67, 3, 12],
        [18, 64, 3, 12],
      ]) +
      fiddlehead(1, 40, 4.4, 1) +
      mound(34),
    () =>
      fronds([
        [-51, 34, 22, 11],
        [51, 33, 22, 11],
        [-46, 56, 18, 12],
        [47, 54, 18, 12],
        [-28, 76, 7, 12],
        [29, 73, 7, 12],
        [-2, 84, 0, 11],
      ]) + mound(38),
  ],
  withered: () =>
    fronds(
      [
        [-20, 54, 34, 8],
        [22, 57, 38, 8],
        [-34, 46, 40, 9],
        [36, 43, 38, 9],
        [-45, 27, 24, 9],
        [45, 25, 22, 9],
      ],
      dry,
    ) +
    fiddlehead(-1, 34, 3.8, 1, dry) +
    mound(34),
};

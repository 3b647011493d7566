import { outline, paint, place } from '../pen.mjs';
import { almond, halfAlmond, petal } from '../shapes.mjs';
import { ground, leaf, mound, stem } from '../parts.mjs';
import { coral, dry, gold, green, pink } from '../tones.mjs';

/** A cup of petals, its foot at (x, y); `open` spreads the outer two. */
function tulipCup(x, y, size, angle, tones, open = 1) {
  const at = place(x, y, angle);
  const side = (to, colour) =>
    paint(
      colour,
      outline(
        at(0, 0),
        [
          at(to * size * 0.62, -size * 0.04),
          at(to * size * 0.66, size * 0.6),
          at(to * size * (0.3 + 0.16 * open), size * 1.2),
        ],
        [at(to * size * 0.1, size * 1), at(-to * size * 0.12, size * 0.6), at(0, 0)],
      ),
    );
  return (
    paint(
      tones.shade,
      petal(...at(-size * 0.1, size * 0.1), size * 1.08, size * 0.6, angle - 8),
      petal(...at(size * 0.1, size * 0.1), size * 1.06, size * 0.6, angle + 8),
    ) +
    side(1, tones.shade) +
    side(-1, tones.mid) +
    paint(tones.mid, almond(...at(0, 0), size * 1.12, size * 0.92, angle)) +
    paint(tones.light, halfAlmond(...at(-size * 0.02, size * 0.02), size * 1.08, size * 0.8, angle, 0, -1)) +
    paint(tones.light, almond(...at(-size * 0.3, size * 0.25), size * 0.72, size * 0.2, angle - 8))
  );
}

const tulipLeaf = (x, height, angle, bend, width = height * 0.2) =>
  leaf(x, ground, height, width, angle, green.tulip, bend);

const tulipFlower = (x, height, size, lean, tones, open) =>
  stem(
    [
      [60 + x * 0.4, 148],
      [60 + x * 0.7, 148 - height * 0.5],
      [60 + x, 148 - height],
    ],
    3.2,
    2.6,
    green.tulip,
  ) + tulipCup(60 + x, 148.5 - height, size, lean, tones, open);

export const tulip = {
  id: 'tulip',
  name: 'Tulip',
  stages: [
    () =>
      paint(green.tulip.mid, almond(60, 147, 12, 6, 4, 0)) +
      paint(green.tulip.light, halfAlmond(60, 147, 12, 6, 4, 0, -1)) +
      paint(coral.shade, almond(60.6, 138.5, 3.6, 2, 6)) +
      mound(24),
    () => tulipLeaf(61, 23, 16, 3, 7) + tulipLeaf(59, 27, -10, -2, 8) + mound(26),
    () => tulipLeaf(62, 38, 24, 6, 9) + tulipLeaf(60, 44, 2, 1, 10) + tulipLeaf(58, 37, -24, -7, 10) + mound(28),
    () =>
      tulipLeaf(62, 46, 24, 9, 11) +
      tulipFlower(0, 50, 11, 0, green.tulip, 0.2) +
      tulipLeaf(58, 48, -22, -9, 12) +
      mound(30),
    () =>
      tulipLeaf(62, 54, 24, 12, 12) + tulipFlower(0, 64, 15, 0, coral, 0) + tulipLeaf(58, 55, -20, -13, 13) + mound(32),
    () =>
      tulipLeaf(66, 50, 34, 12, 11) +
      tulipLeaf(54, 48, -36, -11, 11) +
      tulipFlower(-20, 56, 16, -13, pink, 0.8) +
      tulipFlower(21, 60, 16, 12, gold, 0.8) +
      tulipFlower(0, 76, 20, 0, coral, 1) +
      tulipLeaf(62, 56, 15, 12, 13) +
      tulipLeaf(58, 52, -15, -12, 13) +
      mound(38),
  ],
  withered() {
    const faded = { light: '#cfab98', mid: '#b58d7d', shade: '#937265' };
    return (
      leaf(63, 148, 34, 11, 62, dry, 14) +
      stem(
        [
          [60, 148],
          [58, 112],
          [60, 92],
          [68, 82],
          [76, 86],
          [79, 94],
        ],
        3.2,
        2.4,
        dry,
      ) +
      tulipCup(79, 92, 15, 162, faded, 0.9) +
      leaf(58, 148, 36, 12, -48, dry, -20) +
      leaf(60, 148, 28, 9, -12, dry, -9) +
      mound(32) +
      paint(faded.mid, petal(90, 149.6, 8, 5, 80)) +
      paint(faded.light, petal(101, 149, 6, 4.4, 96))
    );
  },
};

import { line, oval, paint, place, range, seeded } from '../pen.mjs';
import { almond } from '../shapes.mjs';
import { ground, leaf, middle, mound, seed, sprout, stem } from '../parts.mjs';
import { dry, gold, green, seedHeart } from '../tones.mjs';

const sunflowerSeed = (x) =>
  seed(x, { light: '#efe6d6', mid: '#5d4f45' }, 3.4, 62) + paint('#8d8176', almond(x - 3, ground - 1.6, 5, 1.2, 62));

/** Broad leaves on long stalks, in pairs up the stem: [height, length, angle] of a left one; the right one is near. */
function sunflowerLeaves(pairs, tones) {
  const one = (up, length, angle) => {
    const from = [middle, ground - up];
    const foot = place(...from, angle * 0.8)(0, length * 0.22);
    return line(tones.shade, 1.6, [from, foot]) + leaf(...foot, length, length * 0.72, angle, tones, angle * 0.05);
  };
  return pairs.map(([up, length, angle]) => one(up, length, -angle) + one(up + 5, length * 0.92, angle + 4)).join('');
}

/** The flower's face: two rings of petals and a heart of seeds. */
function sunflowerFace(x, y, radius, petals = 18) {
  const random = seeded(11);
  const ring = (reach, offset) =>
    range(petals).map((index) => {
      const angle = (index + offset) * (360 / petals);
      return almond(
        ...place(x, y, angle)(0, radius * 0.34),
        radius * reach * (0.62 + 0.08 * random()),
        radius * 0.27,
        angle,
      );
    });
  const heart = radius * 0.4;
  const seeds = range(26).map((index) => {
    const [px, py] = place(x, y, index * 137.5)(0, heart * 0.92 * Math.sqrt((index + 0.5) / 26));
    return [[px, py]];
  });
  return (
    paint(gold.shade, ring(1, 0.5)) +
    paint(gold.mid, ring(0.98, 0)) +
    paint(
      gold.light,
      ring(0.72, 0.12).filter((_, index) => index > petals * 0.55 || index < petals * 0.15),
    ) +
    paint(seedHeart.shade, oval(x, y, heart)) +
    paint(seedHeart.mid, oval(x - heart * 0.08, y - heart * 0.1, heart * 0.84)) +
    paint(seedHeart.shade, oval(x, y + heart * 0.03, heart * 0.45)) +
    line(seedHeart.light, radius * 0.07, ...seeds)
  );
}

/** A bud in its green cup; `open` is how far its petals show. */
function sunflowerBud(x, y, size, angle, open, tones = green.sunflower) {
  const at = place(x, y, angle);
  const petals = range(7).map((index) => {
    const turn = (index - 3) * 17;
    return almond(...at((index - 3) * size * 0.16, size * 0.3), size * open, size * 0.4, angle + turn);
  });
  const sepals = range(7).map((index) => {
    const turn = (index - 3) * (open > 1 ? 26 : 13);
    return almond(...at((index - 3) * size * 0.13, -size * 0.3), size * 1.15, size * 0.5, angle + turn);
  });
  return (
    (open
      ? paint(
          gold.shade,
          petals.filter((_, index) => index % 2),
        )
      : '') +
    (open
      ? paint(
          gold.mid,
          petals.filter((_, index) => !(index % 2)),
        )
      : '') +
    paint(tones.shade, oval(...at(0, size * 0.12), size * 0.6, size * 0.5, angle), sepals.slice(3)) +
    paint(tones.mid, oval(...at(-size * 0.1, size * 0.14), size * 0.48, size * 0.4, angle), sepals.slice(1, 4)) +
    paint(tones.light, sepals[0], sepals[2])
  );
}

const sunflowerStem = (height, width, lean = 0) =>
  stem(
    [
      [60, 148],
      [59, 148 - height * 0.4],
      [60, 148 - height * 0.8],
      [60 + lean, 148 - height],
    ],
    width,
    width * 0.7,
    green.sunflower,
  );

export const sunflower = {
  id: 'sunflower',
  name: 'Sunflower',
  stages: [
    () => sprout(12, green.sunflower) + mound(26) + sunflowerSeed(68),
    () =>
      sunflowerStem(19, 2.2) +
      sunflowerLeaves([[10, 12, 70]], green.sunflower) +
      leaf(60, 130, 11, 6, -24, green.sunflower) +
      leaf(60, 130, 10, 6, 28, green.sunflower) +
      mound(28),
    () =>
      sunflowerStem(40, 2.8) +
      sunflowerLeaves(
        [
          [14, 15, 82],
          [27, 15, 62],
        ],
        green.sunflower,
      ) +
      leaf(60, 109, 13, 7, -26, green.sunflower) +
      leaf(60, 109, 12, 7, 24, green.sunflower) +
      leaf(60, 110, 9, 6, 0, green.sunflower) +
      mound(30),
    () =>
      sunflowerStem(64, 3.4) +
      sunflowerLeaves(
        [
          [14, 18, 96],
          [30, 20, 84],
          [46, 17, 62],
        ],
        green.sunflower,
      ) +
      sunflowerBud(60, 82, 11, -4, 0.9) +
      mound(32),
    () =>
      sunflowerStem(84, 3.8, 2) +
      sunflowerLeaves(
        [
          [15, 20, 104],
          [34, 23, 90],
          [53, 20, 76],
          [69, 13, 58],
        ],
        green.sunflower,
      ) +
      sunflowerBud(62, 62, 14, 8, 1.5) +
      mound(34),
    () =>
      sunflowerStem(96, 4.2, 1) +
      sunflowerLeaves(
        [
          [15, 21, 108],
          [34, 25, 96],
          [53, 22, 84],
        ],
        green.sunflower,
      ) +
      sunflowerFace(61, 49, 35) +
      mound(36),
  ],
  withered() {
    const hang = (x, y, length, angle) => leaf(x, y, length, length * 0.42, angle, dry, angle > 180 ? 3 : -3);
    const petals = range(9).map((index) => almond(84, 81, 12 + (index % 3) * 2, 4.5, 130 + index * 14));
    return (
      stem(
        [
          [60, 148],
          [58, 110],
          [60, 74],
          [70, 58],
          [80, 62],
          [83, 72],
        ],
        4,
        3,
        dry,
      ) +
      hang(59, 122, 22, 205) +
      hang(59, 116, 20, 152) +
      hang(58.5, 98, 20, 200) +
      hang(59, 90, 18, 160) +
      paint('#b59a62', petals) +
      paint(
        '#c9b07a',
        petals.filter((_, index) => index % 3 === 2),
      ) +
      paint(dry.shade, oval(83.5, 77, 12, 9, 10)) +
      paint('#6f5b4a', oval(84, 81, 9.5, 5.4, 10)) +
      paint(dry.mid, oval(81, 73, 7, 3.6, 8)) +
      mound(34) +
      paint('#c9b07a', almond(76, 147, 8, 3, 70), almond(42, 147.5, 7, 3, -80))
    );
  },
};

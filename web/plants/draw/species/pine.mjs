import { line, outline, oval, paint, place, range, seeded } from '../pen.mjs';
import { fleck } from '../shapes.mjs';
import { fallen, grown, mound, seed, trunk } from '../parts.mjs';
import { bark, cone, dry, dryBark, green } from '../tones.mjs';

/** One tier of boughs: [its top, its lower edge, half its width], all above the ground. Needles end it in points. */
function tier([top, low, half], tones, random) {
  const at = grown();
  const teeth = Math.max(4, Math.round(half / 4.2));
  const edge = range(teeth * 2 + 1).map((index) => {
    const part = index / teeth - 1;
    const sag = (1 - part * part) * (top - low) * 0.16;
    return [part * half, low - sag + (index % 2 ? 3 + 1.6 * random() : -1.2 * random())];
  });
  const outlineOf = (points, back) =>
    outline(
      at([0, top]),
      [at([-half * 0.2, low + (top - low) * 0.5]), at(points[0])],
      ...points.slice(1).map((each) => [at(each)]),
      back,
    );
  const share = (part) => edge.slice(0, Math.round(edge.length * part));
  // Strokes of needles: lit ones on the left, shaded ones towards the right.
  const strokes = (from, to, count) =>
    range(count).map((index) => {
      const part = from + ((to - from) * (index + 0.5)) / count;
      const up = low + (top - low) * (0.1 + 0.2 * random() + (index % 2) * 0.14);
      const right = part * half * (1 - ((up - low) / (top - low)) * 0.9);
      return [
        [right, up],
        [right + part * 2.4, up - 3],
      ].map(at);
    });
  const [full, most, some] = [edge, share(0.72), share(0.34)];
  return (
    paint(tones.shade, outlineOf(full, [at([half * 0.2, low + (top - low) * 0.5]), at([0, top])])) +
    paint(tones.mid, outlineOf(most, [at([half * 0.22, low + (top - low) * 0.4]), at([0, top])])) +
    paint(tones.light, outlineOf(some, [at([-half * 0.2, low + (top - low) * 0.42]), at([0, top])])) +
    line(tones.light, 1.2, ...strokes(-0.4, 0.3, Math.round(half / 11))) +
    line(tones.shade, 1.2, ...strokes(-0.8, 0.4, Math.round(half / 11)))
  );
}

const pineTree = (tiers, height, width, tones = green.pine, wood = bark) => {
  const random = seeded(19);
  return (
    trunk(
      [
        [60, 148],
        [60.4, 148 - height * 0.4],
        [60, 148 - height],
      ],
      width,
      1.6,
      wood,
    ) + tiers.map((each) => tier(each, tones, random)).join('')
  );
};

/** A cone that hangs. */
const pineCone = ([x, y]) =>
  paint(cone.shade, oval(x, y, 2.9, 4.4)) +
  paint(cone.mid, oval(x - 0.4, y - 0.4, 2.3, 3.7)) +
  line(
    cone.light,
    0.8,
    [
      [x - 2, y - 1.6],
      [x - 0.2, y - 0.8],
      [x + 1.4, y - 1.8],
    ],
    [
      [x - 2, y + 0.8],
      [x - 0.2, y + 1.6],
      [x + 1.4, y + 0.6],
    ],
  );

/** A star of needles around a point. */
const needles = (x, y, length, count, spread, tones, width = 1.5) => {
  const each = range(count).map((index) => [
    [x, y],
    place(x, y, -spread + (2 * spread * index) / (count - 1))(0, length),
  ]);
  return line(tones.mid, width, ...each) + line(tones.light, width, ...each.slice(0, Math.ceil(count / 3)));
};

export const pine = {
  id: 'pine',
  name: 'Pine',
  stages: [
    () =>
      line(bark.mid, 1.6, [
        [60, 148],
        [60.3, 145],
        [60, 142],
      ]) +
      needles(60, 142, 7, 7, 84, green.pine) +
      mound(24) +
      seed(68, { light: '#b98d66', mid: '#8d6749' }, 2.4, 60),
    () =>
      line(bark.mid, 2, [
        [60, 148],
        [60.5, 138],
        [60, 127],
      ]) +
      [138, 132, 126].map((y, index) => needles(60, y, 11 - index, 8, 96 - index * 14, green.pine)).join('') +
      mound(26),
    () =>
      pineTree(
        [
          [30, 10, 18],
          [42, 21, 14],
          [54, 34, 10],
        ],
        34,
        4,
      ) + mound(28),
    () =>
      pineTree(
        [
          [46, 14, 27],
          [62, 30, 22],
          [76, 47, 16],
          [86, 63, 10],
        ],
        50,
        5.4,
      ) + mound(32),
    () =>
      pineTree(
        [
          [54, 17, 35],
          [76, 36, 30],
          [94, 56, 23],
          [108, 74, 17],
          [117, 92, 10],
        ],
        70,
        7,
      ) + mound(36),
    () =>
      pineTree(
        [
          [58, 19, 43],
          [82, 39, 37],
          [103, 61, 30],
          [119, 82, 23],
          [130, 101, 16],
          [134, 116, 9.5],
        ],
        80,
        8.4,
      ) +
      [
        [30, 128],
        [80, 130],
        [46, 108],
        [68, 88],
        [51, 68],
      ]
        .map(pineCone)
        .join('') +
      mound(42) +
      pineCone([85, 145.5]),
  ],
  withered: () =>
    pineTree(
      [
        [44, 14, 29],
        [62, 37, 24],
        [79, 57, 18],
        [94, 76, 13],
      ],
      84,
      7.4,
      dry,
      dryBark,
    ) +
    line(dryBark.shade, 1.8, [
      [60, 60],
      [61, 50],
      [66, 46],
      [69, 50],
    ]) +
    line(
      dry.mid,
      1.5,
      ...[
        [69, 50],
        [65, 46.5],
      ].flatMap(([x, y]) => [-26, 2, 28].map((turn) => [[x, y], place(x, y, 180 + turn)(0, 6.5)])),
    ) +
    mound(36) +
    pineCone([84, 145.6]) +
    fallen(dry, (x, y, angle) => fleck(x, y, 8, 1.4, angle), [-27, -80], [-20, 76]),
};

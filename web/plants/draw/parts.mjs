// Parts of plants, in colour: what the species are put together from.
import { line, outline, oval, paint, place, range, seeded } from './pen.mjs';
import { almond, blob, fleck, halfAlmond, halfFleck, ribbon } from './shapes.mjs';
import { dry, dryBark, soil } from './tones.mjs';

/** Where every plant stands. */
export const ground = 148;
export const middle = 60;

/** From measures of a grown plant (right of the foot, above the ground) to points, at a scale. */
export const grown =
  (scale = 1) =>
  ([right, up]) => [middle + right * scale, ground - up * scale];

/** The bit of earth a plant stands in, drawn last so that the foot is in it. */
export function mound(width = 30, height = width / 7) {
  const [left, right, top] = [middle - width / 2, middle + width / 2, ground - height];
  const back = [
    [right - width * 0.2, ground + 2.6],
    [left + width * 0.2, ground + 2.6],
    [left, ground + 0.6],
  ];
  const over = (by) => [
    [left + width * 0.2, top - by],
    [right - width * 0.25, top - by],
    [right, ground + 0.6],
  ];
  return (
    paint(soil.shade, outline([left, ground + 0.6], over(height * 0.2), back)) +
    paint(
      soil.mid,
      outline([left, ground + 0.6], over(height * 0.2), [
        [right - width * 0.25, ground],
        [middle - width * 0.1, ground + 1.4],
        [left, ground + 0.6],
      ]),
    ) +
    paint(soil.light, oval(middle - width * 0.2, top + height * 0.45, width * 0.11, height * 0.13, -8))
  );
}

/** A stem or a trunk: its own colour, and shade down its right. */
export const stem = (points, from, to, tones) =>
  paint(tones.mid, ribbon(points, from, to)) + paint(tones.shade, ribbon(points, from, to, 0.3, 0.4));

/** The same with a lit edge, for what is thick enough to have one. */
export const trunk = (points, from, to, tones) =>
  stem(points, from, to, tones) + paint(tones.light, ribbon(points, from, to, -0.36, 0.2));

/** A leaf whose half towards the light is lit. */
export function leaf(x, y, length, width, angle, tones, bend = 0) {
  const turn = (angle * Math.PI) / 180;
  const lit = Math.cos(turn) * 0.6 + Math.sin(turn) * 0.8 > 0 ? -1 : 1;
  return (
    paint(tones.mid, almond(x, y, length, width, angle, bend)) +
    paint(tones.light, halfAlmond(x, y, length, width, angle, bend, lit))
  );
}

/** Many small leaves [x, y, length, width, angle] in two elements, where drawing each by itself would cost too much. */
export const leaves = (each, tones) =>
  paint(tones.mid, ...each.map((one) => fleck(...one))) + paint(tones.light, ...each.map((one) => halfFleck(...one)));

/** Two first leaves on a short stem. */
export function sprout(height, tones, { length = height * 0.6, width = length * 0.55, spread = 55, x = middle } = {}) {
  const top = ground - height * 0.62;
  return (
    line(tones.shade, 1.6, [
      [x, ground - 1],
      [x + 0.4, (ground + top) / 2],
      [x, top],
    ]) +
    leaf(x, top, length, width, -spread, tones, length * 0.12) +
    leaf(x, top, length, width, spread - 6, tones, -length * 0.12)
  );
}

/** A seed that lies on the earth. */
export const seed = (x, tones, size = 2.6, angle = 70) =>
  paint(tones.mid, oval(x, ground - 3, size * 0.62, size, angle)) +
  paint(tones.light, oval(x - size * 0.2, ground - 3.3, size * 0.25, size * 0.55, angle));

/**
 * A young stem with leaves by turns to its left and right, smaller towards the top.
 * @param {(x: number, y: number, length: number, angle: number) => string} foliage draws one leaf
 */
export function shoot(foliage, { height, leaves, length, width = 2, tones, from = 0.3, spread = 58, lean = 2 }) {
  const at = (part) => [middle + lean * Math.sin(part * Math.PI * 1.2), ground - height * part];
  const back = range(leaves).map((index) => {
    const part = from + ((1 - from) * index) / Math.max(leaves - 1, 1);
    const side = index % 2 ? 1 : -1;
    const last = index === leaves - 1;
    return foliage(...at(part), length * (1 - 0.4 * part), last ? side * 12 : side * (spread - 18 * part));
  });
  return stem([0, 0.35, 0.7, 1].map(at), width, width * 0.5, tones) + back.join('');
}

/** Blossoms [x, y] of five round petals around a heart, each turned a little further. */
export function blossoms(spots, radius, colour, heart) {
  const petals = spots.flatMap(([x, y], index) =>
    range(5).map((petalIndex) => [place(x, y, index * 31 + petalIndex * 72)(0, radius * 0.6)]),
  );
  return line(colour, radius * 0.84, ...petals) + line(heart, radius * 0.5, ...spots.map((spot) => [spot]));
}

/** `count` places in the lumps of a crown, as far from each other as a few tries find. */
export function scatter(lumps, count, random, reach = 0.75) {
  const places = [];
  const gap = ([x, y]) => Math.min(...places.map((other) => Math.hypot(other[0] - x, other[1] - y)), 99);
  while (places.length < count) {
    const tries = range(8).map(() => {
      const [x, y, radius] = lumps[Math.floor(random() * lumps.length)];
      return place(x, y, 360 * random())(0, radius * reach * Math.sqrt(random()));
    });
    places.push(tries.sort((a, b) => gap(b) - gap(a))[0]);
  }
  return places;
}

/**
 * The foliage of a tree: lumps [x, y, radius] grown into one, lit from the upper left, with the shade of leaves among
 * them and single leaves at the rim.
 * @param {(x: number, y: number, angle: number) => string} dab the outline of one leaf at the rim
 * @param {number} detail.rim leaves at the rim of a lump
 * @param {number} detail.dashes dashes on its light; one less is on its shade
 * @param {number} detail.marks whole leaves on it
 * @param {boolean} detail.gleam whether lumps that face the light have a light patch
 * @param {number[]} detail.hang where a dash goes
 * @param {number} detail.flat how far lumps are pressed down, or drawn out if above 1
 */
export function crown(
  lumps,
  tones,
  { seed: start, dab, rim = 4, dashes = 5, marks = 0, hang = [1.7, 1.3], flat = 1, gleam = true },
) {
  const random = seeded(start);
  const [shade, mid, light] = [[], [], []];
  const [dark, bright, darkLeaves] = [[], [], []];
  const centre = lumps.reduce(([x, y], each) => [x + each[0] / lumps.length, y + each[1] / lumps.length], [0, 0]);
  const spread = Math.max(...lumps.map(([x, y]) => Math.hypot(x - centre[0], y - centre[1])), 1);
  lumps.forEach(([x, y, radius], own) => {
    // From -1, the far side from the light, to 1.
    const faces = (centre[0] - x + (centre[1] - y)) / spread / 1.4;
    shade.push(blob(x, y, radius, random, { flat }));
    mid.push(blob(x - radius * 0.1, y - radius * 0.12, radius * (0.85 + 0.06 * faces), random, { corners: 6, flat }));
    if (gleam && faces > -0.45) {
      const size = radius * (0.42 + 0.16 * faces);
      light.push(blob(x - radius * 0.24, y - radius * 0.36, size, random, { corners: 5, flat: flat * 0.68 }));
    }
    const dash = (list, right, up, reach) => {
      const [px, py] = place(
        x + right * radius,
        y - up * radius,
        360 * random(),
      )(0, reach * radius * Math.sqrt(random()));
      const foot = [px, py].map(Math.round);
      list.push([foot, [foot[0] + hang[0] * (0.6 + 0.8 * random()), foot[1] + hang[1] * (0.6 + 0.8 * random())]]);
    };
    for (const index of range(dashes)) dash(bright, -0.2, 0.15 + index * 0.02, 0.72);
    for (const index of range(Math.max(dashes - 1, 0))) dash(dark, 0.25, -0.25 + index * 0.02, 0.55);
    for (const index of range(marks * 2)) {
      const [px, py] = place(x, y, 290 + 90 * (index % 2) + 60 * random())(0, radius * (0.25 + 0.4 * random()));
      (index % 2 ? darkLeaves : light).push(dab(px, py, 360 * random()));
    }
    for (const index of range(rim)) {
      const angle = (index + random()) * (360 / rim);
      const [px, py] = place(x, y, angle)(0, radius * (0.9 + 0.08 * random()));
      const hidden = lumps.some(([cx, cy, r], other) => other !== own && Math.hypot(px - cx, py - cy) < r);
      const list = angle > 225 || angle < 35 ? mid : shade;
      if (!hidden) list.push(dab(px, py, angle + 60 * (random() - 0.5)));
    }
  });
  return (
    paint(tones.shade, shade) +
    paint(tones.mid, mid) +
    paint(tones.shade, darkLeaves) +
    paint(tones.light, light) +
    line(tones.shade, 1.7, ...dark) +
    line(tones.light, 1.9, ...bright)
  );
}

/** Single leaves about the foot. */
export const fallen = (tones, dab, ...spots) =>
  spots
    .map(([x, angle], index) => paint(index % 2 ? tones.mid : tones.light, dab(middle + x, ground - 0.5, angle)))
    .join('');

/** The limbs of a tree: the first is its trunk, the others get a line of shade only. */
function limbs(shape, scale, wood, end = 1) {
  const at = grown(scale);
  return shape.limbs
    .toReversed()
    .map(([from, to, ...points], index, { length }) => {
      const way = points.map(at);
      if (index === length - 1) return trunk(way, from * scale, to * scale * end, wood);
      const aside = way.map(([x, y]) => [x + from * scale * 0.16, y + from * scale * 0.1]);
      return paint(wood.mid, ribbon(way, from * scale, to * scale * end)) + line(wood.shade, to * scale * 0.5, aside);
    })
    .join('');
}

/**
 * A tree from its shape: limbs [width at the foot, width at the end, ...points] and the lumps of its crown, in measures
 * of a grown one, at a scale.
 */
export function tree(shape, scale, wood, foliage, dab, start, detail = {}) {
  return limbs(shape, scale, wood) + crown(tree.lumps(shape, scale), foliage, { seed: start, dab, ...detail });
}

/** The lumps of a tree's crown, at a scale. */
tree.lumps = ({ lumps }, scale) => lumps.map(([right, up, radius]) => [...grown(scale)([right, up]), radius * scale]);

/** That tree without water: bare limbs whose twigs hang, a few leaves on them and some at the foot. */
export function witheredTree(shape, scale, dab, start, wood = dryBark) {
  const random = seeded(start);
  const at = grown(scale);
  const [twigs, leavesOn] = [[], [[], []]];
  shape.limbs.forEach(([, , ...points], limb) => {
    const [first, last] = [points[0], points.at(-1)];
    const places = limb === 0 ? [0.62, 0.72, 0.84, 0.94, 1] : [0.6, 0.85, 1];
    places.forEach((part, index) => {
      const foot = at([first[0] + (last[0] - first[0]) * part, first[1] + (last[1] - first[1]) * part]);
      const side = limb === 0 ? (index % 2 ? 1 : -1) : Math.sign(last[0]) * (index === 1 ? -0.4 : 1);
      const reach = (13 + 9 * random()) * side * scale;
      const rise = (8 + 5 * random()) * scale;
      const tip = [foot[0] + reach, foot[1] - rise * 0.2 + 4 + 5 * random()];
      twigs.push([foot, [foot[0] + reach * 0.55, foot[1] - rise], tip]);
      leavesOn[index % 2].push(dab(...tip, 180 + 40 * (random() - 0.5)));
      if (index % 2 === 0) leavesOn[1].push(dab(foot[0] + reach * 0.55, foot[1] - rise, 180 - side * 25));
    });
  });
  const spots = [
    [-26, -70],
    [22, 72],
    [31, -62],
    [-19, 64],
    [27, 84],
  ];
  return (
    line(wood.shade, 1.5 * scale, ...twigs) +
    limbs(shape, scale, wood, 0.8) +
    paint(dry.mid, leavesOn[0]) +
    paint(dry.light, leavesOn[1]) +
    fallen(dry, dab, ...spots)
  );
}

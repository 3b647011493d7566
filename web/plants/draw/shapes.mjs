// Outlines that plants are made of. Each returns path text for paint(); none has a colour.
import { outline, place, range, through } from './pen.mjs';

/** A pointed leaf from its foot; `bend` carries the tip to the right. */
export function almond(x, y, length, width, angle, bend = 0) {
  const at = place(x, y, angle);
  return outline(
    at(0, 0),
    [at(-width * 0.65, length * 0.25), at(-width * 0.45 + bend * 0.4, length * 0.75), at(bend, length)],
    [at(width * 0.45 + bend * 0.4, length * 0.75), at(width * 0.65, length * 0.25), at(0, 0)],
  );
}

/** One half of that leaf, along its midrib: side -1 is the left one. */
export function halfAlmond(x, y, length, width, angle, bend, side) {
  const at = place(x, y, angle);
  return outline(
    at(0, 0),
    [at(side * width * 0.65, length * 0.25), at(side * width * 0.45 + bend * 0.4, length * 0.75), at(bend, length)],
    [at(bend * 0.3, length * 0.55), at(0, 0)],
  );
}

/** The smallest leaf: two curves, for the hundreds in a crown. */
export function fleck(x, y, length, width, angle) {
  const at = place(x, y, angle);
  const tip = at(0, length);
  return outline(at(0, 0), [at(-width, length * 0.45), tip], [at(width, length * 0.45), at(0, 0)]);
}

/** Its half towards the light. */
export function halfFleck(x, y, length, width, angle) {
  const at = place(x, y, angle);
  const turn = (angle * Math.PI) / 180;
  const lit = Math.cos(turn) * 0.6 + Math.sin(turn) * 0.8 > 0 ? -1 : 1;
  return outline(at(0, 0), [at(lit * width, length * 0.45), at(0, length)]);
}

/** A petal, round at its end. */
export function petal(x, y, length, width, angle) {
  const at = place(x, y, angle);
  return outline(
    at(0, 0),
    [at(-width * 0.7, length * 0.4), at(-width * 0.6, length), at(0, length)],
    [at(width * 0.6, length), at(width * 0.7, length * 0.4), at(0, 0)],
  );
}

/** A maple leaf: five points and a short stalk. */
export function star(x, y, size, angle) {
  const at = place(x, y, angle);
  const corners = [
    ...[
      [-0.12, 0.3],
      [-0.5, 0.1],
      [-0.42, 0.42],
      [-0.8, 0.62],
      [-0.36, 0.72],
      [0, 1.2],
    ],
    ...[
      [0.36, 0.72],
      [0.8, 0.62],
      [0.42, 0.42],
      [0.5, 0.1],
      [0.12, 0.3],
    ],
  ];
  return outline(at(0, 0), ...corners.map(([right, ahead]) => [at(right * size, ahead * size)]));
}

/** A ginkgo leaf: a fan with a notch. */
export function fan(x, y, size, angle) {
  const at = place(x, y, angle);
  return outline(
    at(0, 0),
    [at(-size * 0.72, size * 0.6)],
    [at(-size * 0.5, size * 1.15), at(0, size * 0.86)],
    [at(size * 0.5, size * 1.15), at(size * 0.72, size * 0.6)],
  );
}

/** A soft lump, never quite round; `flat` below 1 presses it down. In whole units: a crown has many of them. */
export function blob(x, y, radius, random, { corners: count = 6, flat = 1 } = {}) {
  const turn = 360 * random();
  const corners = range(count).map((index) => {
    const [px, py] = place(x, y, turn + (index * 360) / count)(0, radius * (1 + 0.3 * random()));
    return [px, y + (py - y) * flat].map(Math.round);
  });
  const between = (index) => {
    const [a, b] = [corners[index], corners[(index + 1) % count]];
    return [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2].map(Math.round);
  };
  return outline(between(count - 1), ...range(count).map((index) => [corners[index], between(index)]));
}

/**
 * A band along a curve, as wide as `from` at its start and `to` at its end. `shift` moves it sideways by that part of
 * its width, towards the lower right: that is where the shade lies.
 */
export function ribbon(points, from, to, shift = 0, part = 1) {
  const [first, last] = [points[0], points.at(-1)];
  // The right-hand side of the way, if that looks down or right; else the left-hand one.
  const side = last[0] - first[0] - (last[1] - first[1]) >= 0 ? 1 : -1;
  const [one, other] = [[], []];
  points.forEach(([x, y], index) => {
    const [a, b] = [points[Math.max(index - 1, 0)], points[Math.min(index + 1, points.length - 1)]];
    const length = Math.hypot(b[0] - a[0], b[1] - a[1]) || 1;
    const normal = [(-(b[1] - a[1]) / length) * side, ((b[0] - a[0]) / length) * side];
    const width = from + ((to - from) * index) / (points.length - 1);
    const edge = (by) => [x + normal[0] * width * by, y + normal[1] * width * by];
    one.push(edge(shift - part / 2));
    other.unshift(edge(shift + part / 2));
  });
  return outline(one[0], ...through(one), [other[0]], ...through(other));
}

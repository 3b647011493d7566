// Where the plants of a garden stand: in rows, the oldest far, the newest near, each a little off its row by its own
// nature, so that the same plant always leans the same way. Nothing here draws.

/**
 * @typedef {import('../api-types.d.ts').Plant} Plant
 * @typedef {{plant: Plant, x: number, y: number, height: number, lean: number}} Placed
 */

/** The ground, in parts of the height: feet of the farthest row, and of the nearest. */
const FAR = 0.53;
const NEAR = 0.955;
/** The nearest plant is at most so high, in parts of the scene's height. */
const TALLEST = 0.42;
const SHORTEST = 0.035;
/** The farthest row is drawn at this part of the nearest. */
const DISTANCE = 0.5;
/** A picture's width by its height, and how much of it neighbours leave each other. */
const WIDTH = 0.75;
const ELBOWS = 0.66;
/** How far rows stand apart, by a plant's height. */
const ROWS = 0.36;
/** Where a few plants stand, 0 far to 1 near, and how far apart at the most, by a picture's width. */
const MIDDLE = 0.66;
const COMPANY = 1.5;
/** Trees stand higher than flowers. */
const TREES = /tree|maple|birch|cherry|pine|ginkgo|wisteria|bamboo/;

/**
 * 0 to 1, always the same for the same text.
 * @param {string} text
 * @param {number} salt
 */
export function nature(text, salt) {
  let value = 0x811c9dc5 ^ salt;
  for (let index = 0; index < text.length; index += 1) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193) >>> 0;
  }
  value = Math.imul(value ^ (value >>> 15), 0x2c1b3c6d) >>> 0;
  return ((value ^ (value >>> 13)) >>> 0) / 2 ** 32;
}

/** How large things are at a depth, 0 far to 1 near. @param {number} depth */
const scaleAt = (depth) => DISTANCE + (1 - DISTANCE) * depth;
/** @param {number} depth */
const footAt = (depth) => FAR + (NEAR - FAR) * depth ** 1.2;

/**
 * The rows that a size of plants leaves room for: how many each holds.
 * @param {number} size the nearest's height, in parts of the scene's
 * @param {number} aspect width by height
 */
function rowsOf(size, aspect) {
  const rows = [];
  for (let foot = NEAR; foot >= FAR - 0.001;) {
    const depth = Math.max(0, (foot - FAR) / (NEAR - FAR)) ** (1 / 1.2);
    const height = size * scaleAt(depth);
    rows.push({ depth, room: Math.max(1, Math.floor((aspect * 0.96) / (height * WIDTH * ELBOWS))) });
    foot -= height * ROWS;
  }
  return rows.reverse();
}

/** @param {{room: number}[]} rows */
const roomIn = (rows) => rows.reduce((sum, row) => sum + row.room, 0);

/**
 * The rows that a few plants take: those about the middle of the ground, rather than one plant in each.
 * @param {ReturnType<typeof rowsOf>} rows
 * @param {number} count
 */
function gathered(rows, count) {
  const nearest = rows.toSorted((a, b) => Math.abs(a.depth - MIDDLE) - Math.abs(b.depth - MIDDLE));
  const enough = nearest.findIndex((_, index) => roomIn(nearest.slice(0, index + 1)) >= count * 2.2);
  return enough < 0 ? rows : nearest.slice(0, enough + 1).sort((a, b) => a.depth - b.depth);
}

/**
 * @param {Plant[]} plants the oldest first
 * @param {number} width pixels
 * @param {number} height pixels
 * @returns {Placed[]} in the order in which they are drawn
 */
export function place(plants, width, height) {
  const aspect = width / height;
  let size = TALLEST;
  let rows = rowsOf(size, aspect);
  while (roomIn(rows) < plants.length * 1.25 && size > SHORTEST) {
    size *= 0.95;
    rows = rowsOf(size, aspect);
  }
  rows = gathered(rows, plants.length);
  const share = Math.min(1, plants.length / roomIn(rows));
  /** @type {Placed[]} */
  const placed = [];
  let [taken, due] = [0, 0];
  rows.forEach((row, index) => {
    due += row.room * share;
    const until = index === rows.length - 1 ? plants.length : Math.min(plants.length, Math.round(due));
    const ones = plants.slice(taken, until);
    taken = until;
    // A few keep company in the middle.
    const widest = size * height * scaleAt(row.depth) * WIDTH * COMPANY;
    const pitch = Math.min((width * 0.96) / Math.max(ones.length, 1), widest);
    const start = (width - pitch * ones.length) / 2;
    // Every other row stands in the gaps of the one before.
    const shift = ones.length > 2 ? (index % 2 ? 0.22 : -0.22) : 0;
    ones.forEach((plant, place) => placed.push(stand(plant, { row, place, pitch, start, shift, size, width, height })));
  });
  return placed.sort((a, b) => a.y - b.y);
}

/**
 * @param {Plant} plant
 * @param {{row: {depth: number}, place: number, pitch: number, start: number, shift: number, size: number, width: number, height: number}} at
 * @returns {Placed}
 */
function stand(plant, { row, place, pitch, start, shift, size, width, height }) {
  const own = (/** @type {number} */ salt) => nature(plant.id, salt) - 0.5;
  const tall = TREES.test(plant.plant_type) ? 1.22 : 0.94;
  const high = size * height * scaleAt(row.depth) * tall * (1 + own(1) * 0.16);
  const wide = high * WIDTH;
  const x = start + pitch * (place + 0.5 + shift + own(2) * 0.5);
  const y = height * footAt(row.depth) + own(3) * size * height * ROWS * 0.5;
  return {
    plant,
    x: Math.min(Math.max(x, wide * 0.4), width - wide * 0.4),
    y: Math.min(y, height * 0.975),
    height: high,
    lean: own(4),
  };
}

/**
 * The plant that a point means: the nearest one whose picture is there, the one in front first.
 * @param {Placed[]} placed
 * @param {number} x
 * @param {number} y
 * @param {number} [reach] pixels by which a finger may miss
 */
export function plantAt(placed, x, y, reach = 0) {
  let best = -1;
  let nearest = Infinity;
  placed.forEach((one, index) => {
    const grown = 0.3 + 0.14 * one.plant.growth_stage;
    const [wide, high] = [one.height * WIDTH * 0.4 + reach, one.height * grown * 0.5 + reach];
    const [right, up] = [(x - one.x) / wide, (one.y - one.height * grown * 0.5 - y) / high];
    const away = right * right + up * up - one.y / 1e5;
    if (Math.abs(right) <= 1 && Math.abs(up) <= 1 && away <= nearest) [best, nearest] = [index, away];
  });
  return best;
}

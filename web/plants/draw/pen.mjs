// The pen: how numbers, outlines and colours become SVG. A point is [x, y]; an angle is in degrees, 0 is up and
// 90 is right. Nothing here knows about plants.

const round = (value) => Math.round(value * 10) / 10;

/** Numbers as short as a path allows: [0.5, 0.25, -3, 4] is ".5.25-3 4". */
function numbers(values) {
  let text = '';
  for (const value of values) {
    const next = String(value).replace(/^(-?)0\./, '$1.');
    const apart = next.startsWith('-') || (next.startsWith('.') && /\.\d+$/.test(text));
    text += text && !apart ? ` ${next}` : next;
  }
  return text;
}

/** Segments from a start: one point is a line, two a quadratic curve, three a cubic one. Steps are written relative. */
function steps(start, segments) {
  let [x, y] = start.map(round);
  let text = `M${numbers([x, y])}`;
  let run = { letter: '', values: [] };
  const end = () => (text += run.letter + numbers(run.values));
  for (const points of segments) {
    const letter = 'lqc'[points.length - 1];
    if (letter !== run.letter) {
      end();
      run = { letter, values: [] };
    }
    run.values.push(...points.flatMap(([px, py]) => [round(round(px) - x), round(round(py) - y)]));
    [x, y] = points.at(-1).map(round);
  }
  end();
  return text;
}

/** A closed outline. */
export const outline = (start, ...segments) => `${steps(start, segments)}z`;

/** An ellipse, turned: two arcs, the shortest way to write one. */
export function oval(x, y, across, ahead = across, angle = 0) {
  const [dx, dy] = place(0, 0, angle)(0, ahead);
  const [start, over] = [[x + dx, y + dy].map(round), [-2 * dx, -2 * dy].map(round)];
  const shape = [across, ahead, across === ahead ? 0 : angle].map(round);
  return `M${numbers(start)}a${numbers([...shape, 1, 1, ...over, ...shape, 1, 1, ...over.map((step) => -step)])}z`;
}

/** The cubic segments of a soft curve through points. */
export function through(points) {
  return points.slice(1).map((to, index) => {
    const from = points[index];
    const before = points[index - 1] ?? from;
    const after = points[index + 2] ?? to;
    return [
      [from[0] + (to[0] - before[0]) / 6, from[1] + (to[1] - before[1]) / 6],
      [to[0] - (after[0] - from[0]) / 6, to[1] - (after[1] - from[1]) / 6],
      to,
    ];
  });
}

/** Outlines filled with one colour, as one element. */
export const paint = (colour, ...outlines) => {
  const d = outlines.flat().join('');
  return d && `<path fill="${colour}" d="${d}"/>`;
};

const curve = (points) => (points.length > 2 ? through(points) : [[points[1]]]);

/** Soft lines of one colour and width, as one element; a line of one point is a dot. */
export function line(colour, width, ...lines) {
  const d = lines.map((points) =>
    points.length === 1 ? `${steps(points[0], [])}h0` : steps(points[0], curve(points)),
  );
  return d.length ? `<path stroke="${colour}" stroke-width="${round(width)}" d="${d.join('')}"/>` : '';
}

/** A whole picture. What every element shares stands at its root: no fill unless painted, and round ends of lines. */
export const picture = (title, drawing) =>
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 160" fill="none" stroke-linecap="round" ' +
  `stroke-linejoin="round"><title>${title}</title>${drawing}</svg>\n`;

/** A place to draw at, turned: a function from (to its right, ahead) to a point. */
export function place(x, y, angle = 0) {
  const turn = (angle * Math.PI) / 180;
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
  return (right, ahead) => [x + right * cos + ahead * sin, y + right * sin - ahead * cos];
}

/** Numbers from 0 to 1, the same ones for the same seed. */
export function seeded(seed) {
  let state = seed * 2654435761;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** The numbers 0 to count - 1. */
export const range = (count) => Array.from({ length: count }, (_, index) => index);

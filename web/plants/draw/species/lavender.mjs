import { line, paint, place, range, seeded } from '../pen.mjs';
import { fleck } from '../shapes.mjs';
import { leaf, mound, sprout } from '../parts.mjs';
import { dry, green, lilac } from '../tones.mjs';

/** Stalks [lean, height] with `bloom` whorls of florets at the end of each. */
function lavenderStalks(stalks, bloom, tones, colours) {
  const [shade, mid, light] = [[], [], []];
  const lines = stalks.map(([lean, height]) => {
    const top = place(60, 148, lean)(0, height);
    const at = place(...top, lean * 1.2);
    for (const index of range(bloom)) {
      const up = 2 - index * 4.2 - (index === bloom - 1 && bloom > 3 ? 2.2 : 0);
      const size = index === 0 ? 2.2 : 2.9;
      shade.push([at(0.7, up), at(0.7 + size, up + 2.4)]);
      mid.push([at(-0.7, up), at(-0.7 - size, up + 2.4)]);
      light.push([at(-0.3, up + 1), at(-0.5, up + 3)]);
    }
    return [[60 + lean * 0.14, 148], place(60, 148, lean * 0.55)(0, height * 0.5), top];
  });
  return (
    line(tones.shade, 1.4, ...lines) +
    (bloom
      ? line(colours.shade, 2.7, ...shade) + line(colours.mid, 2.7, ...mid) + line(colours.light, 2.3, ...light)
      : '')
  );
}

/** The grey-green tuft below: narrow leaves in a half circle. */
function lavenderTuft(height, count, tones) {
  const random = seeded(5);
  const blades = range(count).map((index) => {
    const angle = -66 + (132 * index) / (count - 1);
    return fleck(60 + angle * 0.1, 148, height * (0.8 + 0.3 * random()), height * 0.11, angle);
  });
  const every = (rest) => blades.filter((_, index) => index % 3 === rest);
  return paint(tones.shade, every(0)) + paint(tones.mid, every(1)) + paint(tones.light, every(2));
}

function lavenderBush(count, spread, height, bloom, colours = lilac) {
  const random = seeded(8);
  const stalks = range(count).map((index) => {
    const lean = -spread + (2 * spread * index) / (count - 1);
    return [lean, height * (0.84 + 0.12 * random() + (index % 2) * 0.06 + 0.05 * (1 - Math.abs(lean) / spread))];
  });
  return lavenderStalks(stalks, bloom, green.lavender, colours);
}

export const lavender = {
  id: 'lavender',
  name: 'Lavender',
  stages: [
    () => sprout(12, green.lavender, { length: 8, width: 3 }) + leaf(60, 141, 7, 2.6, 2, green.lavender) + mound(24),
    () => lavenderTuft(22, 7, green.lavender) + mound(26),
    () => lavenderBush(5, 26, 38, 0) + lavenderTuft(32, 11, green.lavender) + mound(30),
    () =>
      lavenderBush(6, 30, 56, 3, { light: '#b3b6a8', mid: '#98a08f', shade: '#7b7f92' }) +
      lavenderTuft(33, 13, green.lavender) +
      mound(34),
    () => lavenderBush(8, 33, 70, 4) + lavenderTuft(34, 15, green.lavender) + mound(38),
    () => lavenderBush(10, 38, 86, 5) + lavenderTuft(35, 15, green.lavender) + mound(42),
  ],
  withered() {
    const faded = { light: '#b8adb5', mid: '#988d97', shade: '#7d7380' };
    const drooped = (side, reach, up, down) => {
      const tip = [60 + side * reach, 148 - down];
      const points = [
        [60 + side * 3, 148],
        [60 + side * reach * 0.45, 148 - up * 0.8],
        [60 + side * reach * 0.82, 148 - up],
        tip,
      ];
      const florets = range(4).map((index) =>
        fleck(tip[0] - side * 0.8 * index, tip[1] - 1 - index * 3.6, 5, 2.6, 180 + side * (index % 2 ? 50 : -40)),
      );
      return line(dry.shade, 1.3, points) + paint(faded.mid, florets) + paint(faded.light, florets[1]);
    };
    return (
      drooped(-1, 38, 44, 22) +
      drooped(1, 36, 46, 26) +
      drooped(-1, 25, 60, 40) +
      drooped(1, 22, 62, 44) +
      drooped(-1, 10, 66, 52) +
      drooped(1, 7, 58, 50) +
      lavenderTuft(29, 11, dry) +
      mound(38)
    );
  },
};

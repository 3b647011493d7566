import assert from 'node:assert/strict';
import test from 'node:test';
import { nature, place, plantAt } from '../components/garden-layout.js';
import { hourOf, moonAge, seasonOf } from '../components/garden-season.js';

const plants = (count) =>
  Array.from({ length: count }, (_, index) => ({
    id: `plant ${index}`,
    plant_type: index % 3 ? 'rose' : 'apple-tree',
    growth_stage: 5,
    started_at: new Date(index * 3_600_000).toISOString(),
  }));

test('every plant stands in the picture, whatever their number and its shape', () => {
  for (const count of [0, 1, 2, 3, 7, 30, 300, 3000]) {
    for (const [width, height] of [
      [320, 500],
      [700, 500],
      [1160, 520],
    ]) {
      const placed = place(plants(count), width, height);
      assert.equal(placed.length, count);
      for (const { x, y, height: high } of placed) {
        assert.ok(
          x >= 0 && x <= width && y > height * 0.4 && y <= height && high > 4,
          `${count} in ${width}: ${x} ${y} ${high}`,
        );
      }
      // Who is in front is drawn last.
      assert.deepEqual(
        placed.map(({ y }) => y),
        placed.map(({ y }) => y).toSorted((a, b) => a - b),
      );
    }
  }
});

test('many plants are spread over the whole ground', () => {
  const feet = place(plants(800), 1160, 520).map(({ y }) => y / 520);
  assert.ok(Math.min(...feet) < 0.58 && Math.max(...feet) > 0.9);
});

test('a plant leans the same way each time, and is found where it stands', () => {
  assert.deepEqual(place(plants(40), 900, 500), place(plants(40), 900, 500));
  assert.equal(nature('x', 1), nature('x', 1));
  assert.notEqual(nature('x', 1), nature('x', 2));
  const placed = place(plants(3), 900, 500);
  placed.forEach(({ x, y, height }, index) => assert.equal(plantAt(placed, x, y - height * 0.4), index));
  assert.equal(plantAt(placed, 2, 2), -1);
});

test('seasons, hours and the moon are those of the place', () => {
  assert.equal(seasonOf('2026-01-10', 'Europe/Berlin'), 'winter');
  assert.equal(seasonOf('2026-12-10', 'Europe/Berlin'), 'winter');
  assert.equal(seasonOf('2026-01-10', 'Australia/Sydney'), 'summer');
  assert.equal(seasonOf('2026-07-10', 'America/New_York'), 'summer');
  assert.equal(hourOf('Europe/Berlin', Date.UTC(2026, 5, 1, 10)).phase, 'day');
  assert.equal(hourOf('Asia/Tokyo', Date.UTC(2026, 5, 1, 10)).phase, 'evening');
  // A full moon, and a new one.
  assert.ok(Math.abs(moonAge(Date.UTC(2024, 8, 18, 2, 34)) - 0.5) < 0.03);
  assert.ok(Math.min(moonAge(Date.UTC(2024, 9, 2, 18, 49)), 1 - moonAge(Date.UTC(2024, 9, 2, 18, 49))) < 0.03);
});

/**
 * Sessions one after another over a day.
 * @param {number} count
 * @param {number} start
 */
export function manySessions(count, start) {
  const step = Math.floor(86_400_000 / count);
  return Array.from({ length: count }, (_, index) => ({
    app: `app ${index % 37}`,
    started_at: new Date(start + index * step).toISOString(),
    ended_at: new Date(start + index * step + Math.floor(step * 0.8)).toISOString(),
  }));
}

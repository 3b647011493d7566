// Scales of charts.

/**
 * The value at the top of the scale: a round number of minutes or hours at or above the largest bar.
 * @param {number} largest seconds
 */
export function scaleTop(largest) {
  const rounds = [60, 300, 600, 900, 1800, 3600];
  return rounds.find((round) => largest <= round) ?? Math.ceil(largest / 3600) * 3600;
}

// The kinds of plants, and which picture shows one.

/** @typedef {import('./api-types.d.ts').Species} Species */

export const GROWN = 5;
const MINUTES_A_STAGE = 5;

/** All there are, once asked for; pictures of the first stand for what is no species of ours. */
export class SpeciesList {
  /** @type {Species[]} */
  all = [];

  /** @param {import('./api.js').Api} api */
  constructor(api) {
    this.api = api;
  }

  async load() {
    ({ species: this.all } = await this.api.get('/garden/species'));
  }

  /**
   * The species that a plant's type names, without regard to case, spaces and underscores.
   * @param {string | null} type
   * @returns {Species | undefined}
   */
  named(type) {
    const folded = (type ?? '').trim().toLowerCase().replace(/[ _]/g, '-');
    return this.all.find(({ id }) => id === folded);
  }

  /**
   * What people call it: a client's own kind by the client's name for it.
   * @param {string} type
   */
  nameOf(type) {
    return this.named(type)?.name ?? type;
  }

  /**
   * @param {string | null} type
   * @param {number} stage 0 to 5
   * @param {boolean} [withered]
   */
  picture(type, stage, withered = false) {
    const species = this.named(type) ?? this.all[0];
    if (!species) return '';
    return withered ? species.withered : species.pictures[Math.min(Math.max(stage, 0), GROWN)];
  }
}

/**
 * The stage that so many minutes grow a plant to.
 * @param {number} minutes
 */
export function stageOf(minutes) {
  return Math.min(GROWN, Math.floor(minutes / MINUTES_A_STAGE));
}

/**
 * How far it is on the way to its next stage, 0 to 1.
 * @param {number} minutes
 */
export function withinStage(minutes) {
  return minutes >= GROWN * MINUTES_A_STAGE ? 1 : (minutes % MINUTES_A_STAGE) / MINUTES_A_STAGE;
}

// What meters are called, for records that come from them. Asked for only where there are such records.

import * as t from '../../texts/household.js';

export class MeterNames {
  /** @type {Map<string, string>} */
  #names = new Map();

  /** @param {import('../../main.js').Context} ctx */
  constructor(ctx) {
    this.ctx = ctx;
  }

  /** @param {{meter_id?: string | null}[]} records */
  async load(records) {
    if (records.every(({ meter_id: id }) => !id || this.#names.has(id))) return;
    /** @type {import('../../api-types.d.ts').MeterList} */
    const { meters } = await this.ctx.api.get('/meters', { query: { limit: 1000 } });
    this.#names = new Map(meters.map(({ id, name }) => [id, name]));
  }

  /** @param {string} id */
  of(id) {
    return this.#names.get(id) ?? t.household.aMeter;
  }
}

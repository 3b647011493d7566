// Which of the palette's colours an app has. An app keeps the colour it got when it was first seen in this
// browser; it gets the one its name hashes to, unless a bigger app in the same picture has that already.

import { appName } from './app-names.js';

export const COLOURS = 10;
const KEY = 'almanac.colours';

/**
 * @typedef {object} Keeper where it is kept between visits
 * @property {(key: string) => string | null} getItem
 * @property {(key: string, value: string) => void} setItem
 * @property {(key: string) => void} removeItem
 */

/**
 * 32-bit FNV-1a with a finishing mix, so that names alike spread over the palette.
 * @param {string} text
 */
function hash(text) {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193) >>> 0;
  }
  value = Math.imul(value ^ (value >>> 15), 0x2c1b3c6d) >>> 0;
  return (value ^ (value >>> 13)) >>> 0;
}

export class Colours {
  /** Hashes of names, not the names: what was used is not left behind on the disk.
   * @type {Map<string, number>} */
  #given;

  /** @param {Keeper} [storage] */
  constructor(storage = localStorage) {
    this.storage = storage;
    this.#given = new Map(readKept(storage));
  }

  /**
   * Gives every app of a picture its colour.
   * @param {string[]} apps the biggest first
   */
  learn(apps) {
    const hashes = apps.map((app) => hash(appName(app)));
    const biggest = hashes.slice(0, COLOURS).map((value) => this.#given.get(value.toString(36)));
    const taken = new Set(biggest.filter((colour) => colour !== undefined));
    let grown = false;
    for (const value of hashes) {
      const key = value.toString(36);
      if (this.#given.has(key)) continue;
      let colour = value % COLOURS;
      while (taken.size < COLOURS && taken.has(colour)) colour = (colour + 1) % COLOURS;
      this.#given.set(key, colour);
      taken.add(colour);
      grown = true;
    }
    if (grown) this.storage.setItem(KEY, JSON.stringify([...this.#given].slice(-2000)));
  }

  /**
   * 0..9: the number of its variable in theme.css.
   * @param {string} app
   */
  of(app) {
    const value = hash(appName(app));
    return this.#given.get(value.toString(36)) ?? value % COLOURS;
  }

  forget() {
    this.#given.clear();
    this.storage.removeItem(KEY);
  }
}

/**
 * @param {Keeper} storage
 * @returns {[string, number][]}
 */
function readKept(storage) {
  try {
    const kept = JSON.parse(storage.getItem(KEY) ?? '[]');
    return kept.filter((/** @type {any} */ pair) => typeof pair?.[0] === 'string' && pair[1] >= 0 && pair[1] < COLOURS);
  } catch {
    return [];
  }
}

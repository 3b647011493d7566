// What can be taken back while its toast stands: something done already, or something that is done when the toast goes.

import * as t from '../texts.js';
import { explain } from './states.js';

/**
 * @typedef {object} Step
 * @property {string} id of what it is about
 * @property {boolean} waits whether it is still to be done
 * @property {boolean} over whether it has been undone, or done
 * @property {() => void} undo
 * @property {() => void} end
 * @property {() => void} drop takes the toast away
 */

export class Undos {
  /** The last one last. @type {Step[]} */
  #steps = [];
  #leave = () => this.flush();

  /** @param {import('../main.js').Context} ctx */
  constructor(ctx) {
    this.ctx = ctx;
    addEventListener('pagehide', this.#leave);
  }

  /** The page is left: what waits is done now. */
  close() {
    removeEventListener('pagehide', this.#leave);
    this.flush();
  }

  /** How many things wait to be done. */
  get waiting() {
    return this.#steps.filter(({ waits }) => waits).length;
  }

  /** Whether something waits to be done to it. @param {string} id */
  waits(id) {
    return this.#steps.some((step) => step.waits && step.id === id);
  }

  /**
   * Something has been done.
   * @param {string} text
   * @param {() => Promise<unknown>} undo
   */
  offer(text, undo) {
    this.#add('', text, { waits: false, undo: () => this.#try(undo), end: () => {} });
  }

  /**
   * Something is done when the toast goes, and looks as if it were done already.
   * @param {string} id what it is done to
   * @param {string} text
   * @param {() => Promise<unknown>} act
   */
  defer(id, text, act) {
    this.#add(id, text, { waits: true, undo: () => {}, end: () => this.#try(act) });
  }

  /**
   * @param {string} id
   * @param {string} text
   * @param {{waits: boolean, undo: () => unknown, end: () => unknown}} what
   */
  #add(id, text, { waits, undo, end }) {
    /** Once only: it is undone, or it is done. @param {() => unknown} act */
    const once = (act) => async () => {
      if (step.over) return;
      step.over = true;
      // What is done stays out of sight until the server has answered.
      await act();
      this.#steps = this.#steps.filter((other) => other !== step);
      this.ctx.update();
    };
    /** @type {Step} */
    const step = { id, waits, over: false, undo: once(undo), end: once(end), drop: () => {} };
    this.#steps.push(step);
    step.drop = this.ctx.toasts.offer(text, { label: t.undo.button, undo: step.undo, end: step.end });
    this.ctx.update();
  }

  /** Takes the last one back; whether there was one. */
  undo() {
    const last = this.#steps.findLast(({ over }) => !over);
    if (!last) return false;
    last.drop();
    last.undo();
    return true;
  }

  /** What waits is done now. */
  flush() {
    for (const step of this.#steps.filter(({ waits }) => waits)) {
      step.drop();
      step.end();
    }
  }

  /** @param {() => Promise<unknown>} act */
  async #try(act) {
    try {
      await act();
    } catch (error) {
      this.ctx.toasts.say(explain(error));
    }
  }
}

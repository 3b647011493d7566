// Which part of a picture is chosen, by pointing at it or by keys: a picture is one control. Enter opens the part.

export class Chooser {
  /** Below zero none is. */
  index = -1;
  /** The part that a finger has pointed at. */
  #pointed = -1;

  /** @param {import('../main.js').Context} ctx */
  constructor(ctx) {
    this.ctx = ctx;
  }

  /** @param {number} index */
  choose(index) {
    if (index === this.index) return;
    this.index = index;
    this.ctx.update();
  }

  /** A pointer has left the picture; a finger that was lifted still points. @param {PointerEvent} event */
  leave(event) {
    if (event.pointerType !== 'touch') this.choose(-1);
  }

  /**
   * @param {PointerEvent} event
   * @param {number} index the part below it
   * @param {(index: number) => void} [open]
   */
  press(event, index, open) {
    // A finger cannot point without pressing: the first time it points.
    if (index >= 0 && (event.pointerType !== 'touch' || index === this.#pointed)) open?.(index);
    this.#pointed = index;
  }

  /**
   * @param {KeyboardEvent} event
   * @param {Record<string, number>} steps how far each key goes
   * @param {object} where
   * @param {number | null} where.at the part it goes from; none: to the first
   * @param {number} where.last
   * @param {(index: number) => void} [where.open]
   */
  key(event, steps, { at, last, open }) {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const opens = open && (event.key === 'Enter' || event.key === ' ');
    if (!opens && !(event.key in steps) && event.key !== 'Home' && event.key !== 'End') return;
    event.preventDefault();
    event.stopPropagation();
    if (opens) open(at ?? 0);
    else if (event.key === 'End') this.choose(last);
    else if (event.key === 'Home' || at === null) this.choose(0);
    else this.choose(Math.min(Math.max(at + steps[event.key], 0), last));
  }
}

// Wheel, drag, pinch and tap on a timeline, told as what they mean.

/** Moved less than this, in pixels, a press is a click. */
const CLICK = 5;

/**
 * @typedef {{clientX: number, clientY: number}} Point
 *
 * @typedef {object} Meanings
 * @property {(at: {clientX: number}, factor: number) => void} zoom the view `factor` times as wide, `at` staying put
 * @property {(part: number) => void} shift the view moves by a part of its width
 * @property {(at: Point | null) => void} hover
 * @property {(at: Point, touch: boolean) => void} press
 * @property {() => boolean} zoomed whether less than everything is shown
 */

/**
 * @param {HTMLElement} plot
 * @param {Meanings} meanings
 */
export function listenToGestures(plot, meanings) {
  /** @type {Map<number, Point>} */
  const pointers = new Map();
  let moved = 0;

  const gone = (/** @type {PointerEvent} */ event) => {
    pointers.delete(event.pointerId);
    plot.classList.remove('dragging');
  };

  plot.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return;
    plot.setPointerCapture(event.pointerId);
    pointers.set(event.pointerId, event);
    if (pointers.size === 1) moved = 0;
  });

  plot.addEventListener('pointermove', (event) => {
    const before = pointers.get(event.pointerId);
    if (!before) {
      meanings.hover(event);
      return;
    }
    moved += Math.abs(event.clientX - before.clientX) + Math.abs(event.clientY - before.clientY);
    if (pointers.size === 2) {
      const other = [...pointers].find(([id]) => id !== event.pointerId)?.[1] ?? before;
      const apart = (/** @type {Point} */ point) => Math.max(Math.abs(point.clientX - other.clientX), 8);
      meanings.zoom({ clientX: (event.clientX + other.clientX) / 2 }, apart(before) / apart(event));
    } else if (moved > CLICK) {
      meanings.hover(null);
      plot.classList.add('dragging');
      meanings.shift((before.clientX - event.clientX) / plot.clientWidth);
    }
    pointers.set(event.pointerId, event);
  });

  plot.addEventListener('pointerup', (event) => {
    const pressed = pointers.size === 1 && pointers.has(event.pointerId) && moved <= CLICK;
    gone(event);
    if (pressed) meanings.press(event, event.pointerType !== 'mouse');
  });
  plot.addEventListener('pointercancel', gone);
  plot.addEventListener('pointerleave', () => pointers.size === 0 && meanings.hover(null));

  plot.addEventListener(
    'wheel',
    (event) => {
      // A plain wheel scrolls the page, until the timeline has been chosen by a click or a key.
      const zooming = event.ctrlKey || event.metaKey || (document.activeElement === plot && !event.shiftKey);
      const sideways = event.shiftKey && event.deltaX === 0 ? event.deltaY : event.deltaX;
      const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
      if (zooming && Math.abs(event.deltaY) >= Math.abs(event.deltaX)) {
        event.preventDefault();
        meanings.hover(null);
        meanings.zoom(event, Math.exp(Math.max(-1, Math.min(1, event.deltaY * unit * 0.004))));
      } else if (sideways !== 0 && meanings.zoomed()) {
        event.preventDefault();
        meanings.shift((sideways * unit) / plot.clientWidth);
      }
    },
    { passive: false },
  );
}

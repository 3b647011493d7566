// What devices upload to the server: the last hour by minutes, or thirty days.

import * as format from '../format.js';
import { html } from '../html.js';
import { scaleTop } from '../scale.js';
import * as t from '../texts/admin.js';
import { chartCard } from './card.js';

/**
 * @typedef {import('../api-types.d.ts').AdminStats['ingest']} Ingest
 * @typedef {Ingest['minutes'][number] | Ingest['days'][number]} Span
 */

export class IngestCard {
  /** @type {'minutes' | 'days'} */
  #shown = 'minutes';
  #chosen = -1;

  /** @param {import('../main.js').Context} ctx */
  constructor(ctx) {
    this.ctx = ctx;
  }

  /** @param {Ingest} ingest */
  view(ingest) {
    /** @type {Span[]} */
    const spans = ingest[this.#shown];
    return chartCard(this.ctx, {
      id: 'ingest',
      title: t.admin.ingest,
      note: t.admin.ingestNote,
      size: 's7 start',
      tools: this.#choice(),
      file: `almanac-ingest-${this.#shown}`,
      data: () => this.#table(spans),
      chart: () => this.#chart(spans),
    });
  }

  #choice() {
    const choices = /** @type {const} */ ([
      ['minutes', t.admin.lastHour],
      ['days', t.admin.last30Days],
    ]);
    return html`<span class="seg" role="group" aria-label=${t.admin.ingest}>
      ${choices.map(
        ([which, text]) =>
          html`<button
            type="button"
            class="seg-item"
            aria-pressed=${which === this.#shown ? 'true' : 'false'}
            @click=${() => {
              this.#shown = which;
              this.#chosen = -1;
              this.ctx.update();
            }}
          >
            ${text}
          </button>`,
      )}
    </span>`;
  }

  /**
   * @param {Span[]} spans
   * @returns {import('./table.js').Table}
   */
  #table(spans) {
    return {
      head: [
        { text: this.#shown === 'minutes' ? t.admin.minute : t.columns.day },
        { text: t.admin.uploads, number: true },
        { text: t.admin.accepted, number: true },
        { text: t.admin.updated, number: true },
        { text: t.admin.duplicates, number: true },
        { text: t.admin.rejected, number: true },
      ],
      // What is newest is looked for first.
      rows: spans.toReversed().map((span) => ({
        cells: [
          { value: 'at' in span ? span.at : span.date, show: this.#name(span) },
          ...[span.batches, span.accepted, span.updated, span.duplicates, span.rejected].map((count) => ({
            value: count,
            show: format.number(count),
          })),
        ],
      })),
    };
  }

  /** @param {Span} span */
  #name(span) {
    return 'at' in span ? format.time(Date.parse(span.at), this.ctx.zone()) : format.date(span.date, 'day');
  }

  /** @param {Span[]} spans */
  #chart(spans) {
    const counts = spans.map((span) => span.accepted + span.updated);
    const sum = counts.reduce((all, count) => all + count, 0);
    const top = Math.max(scaleTop(Math.max(...counts)), 1);
    const chosen = spans[this.#chosen];
    const said = chosen
      ? html`<b>${format.number(counts[this.#chosen])}</b> ${this.#name(chosen)}`
      : sum > 0
        ? t.admin.ingestSum(format.number(sum))
        : t.admin.ingestNone;
    const choose = (/** @type {number} */ index) => {
      if (index === this.#chosen) return;
      this.#chosen = index;
      this.ctx.update();
    };
    const moved = (/** @type {PointerEvent} */ event) => {
      const box = /** @type {HTMLElement} */ (event.currentTarget).getBoundingClientRect();
      const index = Math.floor(((event.clientX - box.left) / box.width) * spans.length);
      choose(Math.min(Math.max(index, 0), spans.length - 1));
    };
    return html`<div class="ingest">
      <span class="bars-top note" aria-hidden="true">${format.number(top)}</span>
      <div
        class="bars"
        role="img"
        aria-label=${`${t.admin.ingest}: ${t.admin.ingestSum(format.number(sum))}`}
        @pointermove=${moved}
        @pointerleave=${() => choose(-1)}
      >
        ${counts.map(
          (count, index) =>
            html`<i
              class="${count > 0 ? '' : 'zero'} ${index === this.#chosen ? 'chosen' : ''}"
              .style=${`--part: ${count / top}`}
            ></i>`,
        )}
      </div>
      <div class="bars-axis note" aria-hidden="true">
        <span>${this.#name(spans[0])}</span><span>${this.#name(spans[spans.length - 1])}</span>
      </div>
      <p class="hours-said note">${said}</p>
    </div>`;
  }
}

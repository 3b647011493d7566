// How much is consumed in each hour of the day, on weekdays and at weekends: where meters told it by the hour or finer.

import { chartCard } from '../../components/card.js';
import { Bars } from '../../components/bars.js';
import { ApiError } from '../../answers.js';
import * as format from '../../format.js';
import { html, nothing } from '../../html.js';
import * as t from '../../texts/household.js';
import { Turns } from '../../turns.js';
import { typeChoice } from './charts.js';
import { topOf } from './sums.js';
import { SHOWN_UNIT } from './units.js';

/**
 * @typedef {import('../../api-types.d.ts').ConsumptionType} Type
 * @typedef {import('../../api-types.d.ts').ConsumptionProfile} Answer
 */

export class Profile {
  /** What is known, by type: only where there is any. @type {Map<Type, Answer>} */
  #of = new Map();
  /** @type {Type | null} */
  #chosen = null;
  #turns = new Turns();

  /** @param {import('../../main.js').Context} ctx */
  constructor(ctx) {
    this.ctx = ctx;
    this.bars = new Bars(ctx, t.household.profileLabel);
  }

  get known() {
    return this.#of.size > 0;
  }

  /**
   * @param {import('../../span.js').Span} span
   * @param {Type[]} types
   */
  async load(span, types) {
    const ask = async (/** @type {Type} */ type) => {
      const unit = type === 'water' ? SHOWN_UNIT : null;
      const query = { consumption_type: type, start_date: span.first, end_date: span.until, unit };
      /** @type {Answer} */
      const answer = await this.ctx.api.get('/consumption/profile', { query });
      return answer;
    };
    const isNew = this.#turns.begin();
    try {
      const answers = await Promise.all(types.map(ask));
      if (!isNew()) return;
      this.#of = new Map(answers.filter(({ days }) => days > 0).map((answer) => [answer.consumption_type, answer]));
    } catch (error) {
      // The page is whole without it.
      if (error instanceof ApiError) this.#of = new Map();
    }
  }

  /**
   * @param {import('../../span.js').Span} span
   * @param {string} size
   */
  view(span, size) {
    const type = this.#chosen && this.#of.has(this.#chosen) ? this.#chosen : [...this.#of.keys()][0];
    const answer = type && this.#of.get(type);
    if (!answer) return nothing;
    const { unit, weekdays, weekends } = answer;
    const pairs = weekdays.hours.map(({ hour, mean }, index) => ({
      hour,
      weekday: mean ?? null,
      weekend: weekends.hours[index]?.mean ?? null,
    }));
    const top = topOf(Math.max(...pairs.flatMap((pair) => [pair.weekday ?? 0, pair.weekend ?? 0])));
    const said = (/** @type {number | null} */ mean) =>
      mean === null ? t.household.none : format.quantity(mean, unit);
    const choose = (/** @type {Type} */ chosen) => {
      this.#chosen = chosen;
      this.ctx.update();
    };
    return chartCard(this.ctx, {
      id: 'house-profile',
      title: t.household.profile,
      note: t.household.profileNote(format.quantityParts(top, unit).unit),
      size: `${size} bars-card house-profile is-${type}`,
      file: `almanac-${type}-hours-${span.first}`,
      tools: typeChoice([...this.#of.keys()], type, choose),
      data: () => ({
        head: [
          { text: t.columns.hour },
          { text: t.household.columns.weekdays, csv: `${t.household.columns.weekdays} ${unit}`, number: true },
          { text: t.household.columns.weekends, csv: `${t.household.columns.weekends} ${unit}`, number: true },
        ],
        rows: pairs.map(({ hour, weekday, weekend }) => ({
          cells: [spanOf(hour), { value: weekday, show: said(weekday) }, { value: weekend, show: said(weekend) }],
        })),
      }),
      chart: () =>
        html`${this.bars.view(
            pairs.map(({ hour, weekday, weekend }) => ({
              value: weekday,
              beside: weekend,
              look: 'pair',
              name: spanOf(hour),
              tick: hour % 6 === 0 ? format.hourOfDay(hour) : '',
              said: t.household.profileOf(said(weekday), said(weekend)),
              spoken: `${spanOf(hour)}: ${t.household.profileOf(said(weekday), said(weekend))}`,
            })),
            { top, topText: format.quantity(top, unit), said: t.household.profileDays(weekdays.days, weekends.days) },
          )}
          <p class="legend note house-legend" aria-hidden="true">
            <span><i class="chip is-weekday"></i>${t.household.weekdays}</span>
            <span><i class="chip is-weekend"></i>${t.household.weekends}</span>
          </p>`,
    });
  }
}

/** @param {number} hour */
function spanOf(hour) {
  const clock = (/** @type {number} */ at) => format.clockTime(`${String(at % 24).padStart(2, '0')}:00`);
  return t.period.span(clock(hour), clock(hour + 1));
}

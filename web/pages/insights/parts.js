// What insights are made of on their pages: figures with their names, findings with their evidence, who wrote a text.

import { icon } from '../../components/icon.js';
import { subnav } from '../../components/subnav.js';
import * as format from '../../format.js';
import { html, nothing } from '../../html.js';
import * as t from '../../texts/insights.js';

/**
 * @typedef {import('../../api-types.d.ts').Insight} Insight
 * @typedef {Insight['evidence'][number]} Measure
 * @typedef {Pick<import('../../api-types.d.ts').DailySummary, 'provider' | 'fallback' | 'generated_at'>} Written
 */

/** @type {Record<Insight['kind'], string>} */
const ICONS = {
  change: 'arrow-repeat',
  best_hours: 'clock-history',
  switching: 'window',
  late_nights: 'moon-stars',
  focus: 'stopwatch',
  household: 'house-door',
};

/** The parts of the section. @param {'insights' | 'report'} current */
export function insightsNav(current) {
  const parts = [
    { id: 'insights', href: '/insights', text: t.insights.title },
    { id: 'report', href: '/report', text: t.report.title },
  ];
  return subnav(t.insights.sections, parts, current);
}

/**
 * A figure as it is said.
 * @param {Pick<Measure, 'value' | 'unit'>} measure
 */
export function amountOf({ value, unit }) {
  if (unit === 'seconds') return format.duration(value);
  if (unit === 'percent') return format.signedPercent(value / 100);
  if (unit === 'hour') return format.clockTime(`${String(value % 24).padStart(2, '0')}:00`);
  if (unit === 'kWh' || unit === 'm3') return format.quantity(value, unit);
  return unit === 'per_hour' ? t.insights.perHour(format.number(value)) : format.number(value);
}

/**
 * What a figure is called; a name that is not known, of a category or an app, stands for itself.
 * @param {string} name
 */
export function nameOf(name) {
  const usual = name.startsWith('usual_') ? name.slice('usual_'.length) : null;
  if (t.insights.measures[name]) return t.insights.measures[name];
  return usual !== null && t.insights.measures[usual] ? t.insights.usual(t.insights.measures[usual]) : name;
}

/** A finding, and the figures it is made from. @param {Insight} insight */
export function insightCard({ kind, title, text, evidence }) {
  return html`<article class="card insight">
    <h3>${icon(ICONS[kind] ?? 'lightbulb')} ${title}</h3>
    <p>${text}</p>
    <dl>
      ${evidence.map(
        (measure) =>
          html`<div>
            <dt>${nameOf(measure.name)}</dt>
            <dd><data value=${measure.value}>${amountOf(measure)}</data></dd>
          </div>`,
      )}
    </dl>
  </article>`;
}

/**
 * Who wrote a text, and why somebody else did not.
 * @param {Written} written
 * @param {string} zone
 */
export function writtenBy({ provider, fallback, generated_at: at }, zone) {
  const who = t.insights.by[provider] ?? provider;
  return html`${who}, ${format.dateTime(Date.parse(at), zone)}.
  ${
    fallback
      ? t.insights.fallback(t.insights.providers[fallback.provider], t.insights.reasons[fallback.reason])
      : nothing
  }`;
}

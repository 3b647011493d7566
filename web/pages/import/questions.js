// What a file does not say by itself, asked with a choice of answers.

import { html } from '../../html.js';
import * as t from '../../texts/import.js';

/** @typedef {import('./run.js').Given} Given */

const words = t.file;
const ASKED = /** @type {const} */ (['consumption_type', 'unit', 'date_order', 'decimal']);

/** @typedef {typeof ASKED[number]} Question */

/**
 * What an error asks; nothing where it is no question.
 * @param {unknown} error
 * @returns {Question[]}
 */
export function questionsOf(error) {
  const fields = /** @type {{fields?: {field: string}[]}} */ (error)?.fields ?? [];
  const asked = ASKED.filter((one) => fields.some(({ field }) => field === one));
  return asked.length === fields.length ? asked : [];
}

/**
 * @param {import('../../main.js').Context} ctx
 * @param {object} asking
 * @param {Question[]} asking.questions
 * @param {Given} asking.given
 * @param {(question: Question, given: Given) => [string, string][]} asking.choicesOf each value, and what it is called
 * @param {(given: Given) => void} asking.answer
 * @param {() => void} asking.leave
 */
export function questions(ctx, { questions: asked, given, choicesOf, answer, leave }) {
  const chosen = (/** @type {Question} */ question, /** @type {string} */ value) => () => {
    given[question] = value;
    // A unit is one of its type.
    if (question === 'consumption_type') delete given.unit;
    ctx.update();
  };
  const submit = (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    if (asked.every((question) => given[question])) answer(given);
  };
  return html`<form class="card import-card" @submit=${submit}>
    <h2>${words.asks}</h2>
    <p class="note">${words.asksText}</p>
    ${asked.map(
      (question) =>
        html`<fieldset class="import-question">
          <legend class="form-label">${words.questions[question]}</legend>
          ${choicesOf(question, given).map(
            ([value, text]) =>
              html`<label class="choice">
                <input
                  type="radio"
                  class="form-check-input"
                  name=${question}
                  value=${value}
                  .checked=${given[question] === value}
                  @change=${chosen(question, value)}
                />
                <span>${text}</span>
              </label>`,
          )}
        </fieldset>`,
    )}
    <footer class="dialog-foot">
      <button type="button" class="btn btn-quiet" @click=${leave}>${words.another}</button>
      <button type="submit" class="btn btn-primary" ?disabled=${!asked.every((question) => given[question])}>
        ${words.goOn}
      </button>
    </footer>
  </form>`;
}

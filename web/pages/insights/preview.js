// What a provider would be sent, to whom, byte for byte; and who is to write.

import { explain } from '../../components/states.js';
import { html, nothing } from '../../html.js';
import * as t from '../../texts/insights.js';

/**
 * @typedef {import('../../api-types.d.ts').InsightPreview} Preview
 * @typedef {Preview['provider']} Provider
 */

const words = t.insights.preview;

/**
 * @param {import('../../main.js').Context} ctx
 * @param {Record<string, string | number | null>} query which text
 * @param {() => void} changed called once another writes
 */
export function openPreview(ctx, query, changed) {
  /** @type {Preview | null} */
  let preview = null;
  let problem = '';
  const ask = async () => {
    try {
      preview = await ctx.api.get('/ai/preview', { query });
    } catch (error) {
      problem = explain(error);
    }
    ctx.update();
  };
  const choose = async (/** @type {Provider} */ provider) => {
    problem = '';
    try {
      const settings = { insights: { provider } };
      ctx.api.account = await ctx.api.send('PATCH', '/users/me', { settings });
      await ask();
      changed();
    } catch (error) {
      problem = explain(error);
      ctx.update();
    }
  };
  ctx.dialogs.open({
    title: words.title,
    wide: true,
    body: () =>
      html`${preview ? content(preview, choose) : nothing}
        ${preview || problem ? nothing : html`<p role="status" class="note dialog-wait">${t.states.loading}</p>`}
        <p class="problem" role="alert">${problem}</p>`,
  });
  ask();
}

/**
 * @param {Preview} preview
 * @param {(provider: Provider) => void} choose
 */
function content({ provider, providers, host, model, instructions, message }, choose) {
  return html`${
      providers.length > 1
        ? html`<fieldset class="providers">
            <legend class="form-label">${words.who}</legend>
            ${providers.map(
              (one) =>
                html`<label class="choice">
                  <input
                    type="radio"
                    name="provider"
                    class="form-check-input"
                    .checked=${one === provider}
                    @change=${() => choose(one)}
                  />
                  <span>${t.insights.providers[one]}<span class="note d-block">${words.about[one]}</span></span>
                </label>`,
            )}
          </fieldset>`
        : nothing
    }
    <p>${host ? words.to(host, model ?? '') : words.nowhere}</p>
    <h3 class="form-label">${words.message}</h3>
    <pre class="sent" tabindex="0">${message}</pre>
    <details class="sent-more">
      <summary>${words.instructions}</summary>
      <pre class="sent" tabindex="0">${instructions}</pre>
    </details>`;
}

// The list of shortcuts.

import { html, nothing } from '../html.js';
import * as preferences from '../preferences.js';
import * as t from '../texts.js';

/** @param {import('../main.js').Context} ctx */
export function openHelp(ctx) {
  const groups = t.help.groups.filter((group) => !group.admin || ctx.api.admin);
  ctx.dialogs.open({
    title: t.help.title,
    body: () =>
      html`${preferences.shortcuts() ? nothing : html`<p class="note">${t.help.off}</p>`}
        <div class="help">
          ${groups.map(
            (group) =>
              html`<section>
                <h3>${group.name}</h3>
                <dl>
                  ${group.keys.map(
                    ([keys, does]) =>
                      html`<div>
                        <dt>${/** @type {string[]} */ (keys).map((key) => html`<kbd>${key}</kbd> `)}</dt>
                        <dd>${does}</dd>
                      </div>`,
                  )}
                </dl>
              </section>`,
          )}
        </div>`,
  });
}

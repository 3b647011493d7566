// A guest's device becomes the person's who has its id and its key.

import { ApiError } from '../answers.js';
import { html } from '../html.js';
import * as t from '../texts/devices.js';
import { Form } from './form.js';
import { explain } from './states.js';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * @param {import('../main.js').Context} ctx
 * @param {() => void} claimed
 */
export function claimDevice(ctx, claimed) {
  const form = new Form(
    ctx,
    'claim',
    async ({ device_id: id, device_key: key }) => {
      if (!UUID.test(id.trim())) {
        form.wrong.device_id = t.devices.claimIdWrong;
        return;
      }
      const device = await ctx.api.send('POST', `/devices/${id.trim().toLowerCase()}/claim`, {
        device_key: key.trim(),
      });
      ctx.dialogs.close();
      ctx.toasts.say(t.devices.claimed(device.name));
      claimed();
    },
    (error) => (error instanceof ApiError && error.status === 404 ? t.devices.claimUnknown : explain(error)),
  );
  ctx.dialogs.open({
    title: t.devices.claimTitle,
    body: () =>
      html`<p>${t.devices.claimText}</p>
        <form novalidate @submit=${form.submit}>
          ${form.field({ name: 'device_id', label: t.devices.claimId, required: true })}
          ${form.field({ name: 'device_key', label: t.devices.claimKey, type: 'password', required: true })}
          ${form.said()}
          <footer class="dialog-foot">
            <button type="button" class="btn btn-quiet" @click=${() => ctx.dialogs.close()}>${t.dialog.cancel}</button>
            ${form.button(t.devices.claim)}
          </footer>
        </form>`,
  });
}

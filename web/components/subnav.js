// The parts of a section: each has an address of its own.

import { html, nothing } from '../html.js';
import { t } from '../texts.js';

/**
 * @param {string} label
 * @param {{id: string, href: string, text: string}[]} parts
 * @param {string} current
 */
export function subnav(label, parts, current) {
  return html`<nav class="seg subnav" aria-label=${label}>
    ${parts.map(
      ({ id, href, text }) =>
        html`<a class="seg-item" href=${href} aria-current=${id === current ? 'page' : nothing}>${text}</a>`,
    )}
  </nav>`;
}

/** @param {'profile' | 'categories' | 'webhooks' | 'sign-in'} current */
export function settingsNav(current) {
  const parts = [
    { id: 'profile', href: '/settings', text: t.settings.profile },
    { id: 'categories', href: '/categories', text: t.settings.categories },
    { id: 'webhooks', href: '/settings/webhooks', text: t.webhooks.title },
    { id: 'sign-in', href: '/settings/sign-in', text: t.settings.signIn },
  ];
  return subnav(t.settings.sections, parts, current);
}

/** @param {'users' | 'devices' | 'audit' | 'server'} current */
export function adminNav(current) {
  const parts = [
    { id: 'users', href: '/admin', text: t.admin.users },
    { id: 'devices', href: '/admin/devices', text: t.admin.devices },
    { id: 'audit', href: '/admin/audit', text: t.admin.audit },
    { id: 'server', href: '/admin/server', text: t.admin.server },
  ];
  return subnav(t.admin.sections, parts, current);
}

// What stands around every page: the rail, the header, the connection, the theme.

import * as format from '../format.js';
import { html, nothing } from '../html.js';
import * as preferences from '../preferences.js';
import * as t from '../texts.js';
import { browserZone } from '../zone.js';
import './clock.js';
import { icon } from './icon.js';
import { menu } from './menu.js';
import { timeClock } from './time-clock.js';

/** `rare`: where there is little room, it stands behind “More”. */
const places = /** @type {const} */ ([
  { section: 'today', href: '/today', icon: 'calendar-event' },
  { section: 'week', href: '/week', icon: 'calendar-week' },
  { section: 'focus', href: '/focus', icon: 'stopwatch' },
  { section: 'time', href: '/time', icon: 'hourglass-split' },
  { section: 'garden', href: '/garden', icon: 'flower1', rare: true },
  { section: 'household', href: '/household', icon: 'house-door' },
  { section: 'browsing', href: '/browsing', icon: 'globe2', rare: true },
  { section: 'insights', href: '/insights', icon: 'lightbulb', rare: true },
  { section: 'leaderboard', href: '/leaderboard', icon: 'trophy', rare: true },
  { section: 'devices', href: '/devices', icon: 'phone', rare: true },
]);

/**
 * @param {import('../main.js').Context} ctx
 * @param {import('../main.js').Page} page
 * @param {{help: () => void, signOut: () => void}} actions
 */
export function shell(ctx, page, { help, signOut }) {
  const { api } = ctx;
  const at = api.lastAnswerAt > 0 ? format.time(api.lastAnswerAt, browserZone()) : null;
  // Not by the address: that would be another page.
  const skip = (/** @type {Event} */ event) => {
    event.preventDefault();
    document.getElementById('content')?.focus();
  };
  return html`<a class="skip" href="#content" @click=${skip}>${t.skip}</a>
    <div class="shell ${page.bare ? 'shell-bare' : ''}">
      ${page.bare ? nothing : rail(api, page, help)}
      <div class="page">
        <header class="top">
          ${page.bare ? brand() : nothing}
          <h1 tabindex="-1">${page.title}</h1>
          ${page.header()}
          <span class="top-end">
            ${page.bare ? nothing : html`${timeClock(ctx)} ${runningTimer(ctx, page)}`}
            ${connection(api.online, ctx.live.state, at)} ${themeSwitch(ctx)}
            ${page.bare ? nothing : personMenu(api, signOut)}
          </span>
        </header>
        ${
          api.online
            ? nothing
            : html`<p class="banner" role="status">${icon('wifi-off')} ${t.connection.offlineNote(at)}</p>`
        }
        <main id="content" tabindex="-1">${page.view()}</main>
      </div>
    </div>
    ${ctx.dialogs.view()} ${ctx.toasts.view()}`;
}

/**
 * @param {import('../api.js').Api} api
 * @param {import('../main.js').Page} page
 * @param {() => void} help
 */
function rail(api, page, help) {
  const current = (/** @type {string} */ section) => (page.section === section ? 'page' : nothing);
  return html`<nav class="rail" aria-label=${t.nav.label}>
    ${brand()}
    ${places.map(
      (place) =>
        html`<a class=${'rare' in place ? 'rare' : ''} href=${place.href} aria-current=${current(place.section)}
          >${icon(place.icon)}<span>${t.nav[place.section]}</span></a
        >`,
    )}
    <span class="rail-foot">
      ${
        api.admin
          ? html`<a class="rare" href="/admin" aria-current=${current('admin')}
              >${icon('shield-lock')}<span>${t.nav.admin}</span></a
            >`
          : nothing
      }
      <a class="rare" href="/settings" aria-current=${current('settings')}
        >${icon('sliders')}<span>${t.nav.settings}</span></a
      >
      <button type="button" class="rail-help rare" @click=${help}>
        ${icon('question-circle')}<span>${t.nav.help}</span>
      </button>
      <span class="rail-more">${more(api, help)}</span>
    </span>
  </nav>`;
}

/**
 * The places that a phone's bar has no room for.
 * @param {import('../api.js').Api} api
 * @param {() => void} help
 */
function more(api, help) {
  return menu({
    label: t.nav.more,
    face: html`${icon('three-dots')}<span>${t.nav.more}</span>`,
    items: [
      ...places
        .filter((place) => 'rare' in place)
        .map(({ section, href, icon }) => ({ icon, text: t.nav[section], href })),
      ...(api.admin ? [{ icon: 'shield-lock', text: t.nav.admin, href: '/admin' }] : []),
      { icon: 'sliders', text: t.nav.settings, href: '/settings' },
      { icon: 'question-circle', text: t.nav.help, act: help },
    ],
  });
}

/**
 * The focus session that runs, or the break, on every page but its own.
 * @param {import('../main.js').Context} ctx
 * @param {import('../main.js').Page} page
 */
function runningTimer({ timer }, page) {
  if ((!timer.session && !timer.rest) || page.section === 'focus') return nothing;
  return html`<almanac-clock .timer=${timer}></almanac-clock>`;
}

/**
 * @param {import('../api.js').Api} api
 * @param {() => void} signOut
 */
function personMenu(api, signOut) {
  const { account } = api;
  const name = account?.name ?? account?.username;
  return menu({
    label: name ? t.person.menu(name) : t.person.unknown,
    face: icon('person-circle'),
    about: account ? html`<b>${name}</b><span class="note">${account.email}</span>` : nothing,
    items: [
      { icon: 'sliders', text: t.nav.settings, href: '/settings' },
      { icon: 'shield-lock', text: t.person.safety, href: '/settings/sign-in' },
      { icon: 'box-arrow-right', text: t.person.signOut, act: signOut },
    ],
  });
}

function brand() {
  return html`<span class="brand">
    <svg class="brand-mark" viewBox="0 0 24 24" aria-hidden="true">
      <path d="M3 18h18M6 18a6 6 0 0 1 12 0M12 5v3M4.6 9.6l1.8 1.8M19.4 9.6l-1.8 1.8" />
    </svg>
    <span>${t.brand}</span>
  </span>`;
}

/**
 * @param {boolean} online
 * @param {import('../live.js').Live['state']} live
 * @param {string | null} at
 */
function connection(online, live, at) {
  const states = {
    off: () => (at ? t.connection.upAt(at) : t.connection.up),
    connecting: () => t.connection.reconnecting,
    on: () => t.connection.live,
  };
  const said = online ? states[live]() : t.connection.offline;
  const face = online ? (live === 'connecting' ? 'is-connecting' : '') : 'is-offline';
  return html`<span class="connection ${face}" title=${said}>
    <i class="dot"></i><span class="visually-hidden">${said}</span>
  </span>`;
}

/** @param {import('../main.js').Context} ctx */
function themeSwitch(ctx) {
  const chosen = preferences.theme();
  const icons = { light: 'brightness-high', dark: 'moon-stars', system: 'circle-half' };
  const next = /** @type {const} */ ({ light: 'dark', dark: 'system', system: 'light' })[chosen];
  const turn = () => {
    preferences.setTheme(next);
    ctx.update();
  };
  const label = `${t.theme.label}: ${t.theme[chosen]}`;
  return html`<button type="button" class="icon-button" aria-label=${label} title=${label} @click=${turn}>
    ${icon(icons[chosen])}
  </button>`;
}

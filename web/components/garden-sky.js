// The sky over a garden and the hills behind it: by the hour, the season and the theme.

import { html, nothing } from '../html.js';
import { nature } from './garden-layout.js';
import { moonAge } from './garden-season.js';

const STARS = 44;

/**
 * The lit part of the moon, as a path in a circle of radius 10 around 12, 12.
 * @param {number} age
 */
function moonPath(age) {
  const waxing = age < 0.5;
  // Half an ellipse parts light from dark: as wide as the moon at its quarters is narrow.
  const bend = Math.cos(age * 2 * Math.PI) * 10;
  const outer = waxing ? 1 : 0;
  const inner = bend > 0 === waxing ? 0 : 1;
  return `M12 2 A10 10 0 0 ${outer} 12 22 A${Math.abs(bend).toFixed(2)} 10 0 0 ${inner} 12 2Z`;
}

/**
 * @param {object} scene
 * @param {number} scene.now
 * @param {ReturnType<typeof import('./garden-season.js').hourOf>} scene.hour
 */
export function sky({ now, hour }) {
  const across = (/** @type {number} */ part) =>
    `--x: ${(8 + 84 * part).toFixed(1)}%; --y: ${(38 - 30 * Math.sin(Math.PI * (0.08 + 0.84 * part))).toFixed(1)}%`;
  return html`<div class="sky" aria-hidden="true">
    <div class="stars">
      ${Array.from({ length: STARS }, (_, index) => {
        const own = (/** @type {number} */ salt) => nature(`star ${index}`, salt);
        const place = `left: ${(own(1) * 100).toFixed(1)}%; top: ${(own(2) ** 1.3 * 42).toFixed(1)}%; --size: ${(1 + own(3) * 1.6).toFixed(1)}px; --late: ${(-own(4) * 6).toFixed(1)}s`;
        return html`<i class=${own(5) > 0.7 ? 'twinkle' : ''} .style=${place}></i>`;
      })}
    </div>
    <i class="sun" .style=${across(hour.sun)}></i>
    <svg class="moon" viewBox="0 0 24 24" .style=${across(hour.moon)}>
      <circle class="moon-dark" cx="12" cy="12" r="10" />
      <path class="moon-lit" d=${moonPath(moonAge(now))} />
    </svg>
    ${[1, 2, 3].map((index) => html`<i class="cloud cloud-${index}"></i>`)}
  </div>`;
}

/**
 * Three rows of hills, and the ground with its furrows.
 * @param {boolean} narrow a part of them is shown, so that they stay gentle
 */
export function land(narrow) {
  const fit = narrow ? 'xMidYMid slice' : 'none';
  return html`<svg class="land" viewBox="0 0 1200 600" preserveAspectRatio=${fit} aria-hidden="true">
    <defs>
      <linearGradient id="garden-ground" x1="0" y1="0" x2="0" y2="1">
        <stop class="ground-far" offset="0" />
        <stop class="ground-near" offset="1" />
      </linearGradient>
    </defs>
    <path
      class="hill-3"
      d="M0 236 C90 196 170 178 262 206 C352 232 400 172 500 160 C620 146 690 222 800 214 C900 206 960 150 1060 164 C1120 172 1160 190 1200 206 V420 H0Z"
    />
    <path
      class="hill-2"
      d="M0 262 C120 282 210 226 330 224 C470 222 540 276 660 270 C780 264 860 212 980 216 C1080 220 1140 252 1200 246 V440 H0Z"
    />
    <path
      class="hill-1"
      d="M0 276 C140 248 260 262 380 280 C520 300 640 262 780 258 C940 252 1060 294 1200 272 V460 H0Z"
    />
    <path
      class="ground"
      fill="url(#garden-ground)"
      d="M0 300 C200 284 420 280 620 286 C840 292 1040 286 1200 296 V600 H0Z"
    />
    <g class="furrows">
      <path d="M0 330 C300 312 900 310 1200 328 V346 C900 326 300 328 0 348Z" />
      <path d="M0 372 C300 350 900 348 1200 370 V398 C900 372 300 374 0 400Z" />
      <path d="M0 436 C300 408 900 406 1200 434 V474 C900 440 300 442 0 476Z" />
      <path d="M0 524 C300 486 900 484 1200 522 V578 C900 532 300 534 0 580Z" />
    </g>
  </svg>`;
}

/** What flies about after dark in the warm months. @param {string} season */
export function fireflies(season) {
  if (season !== 'summer' && season !== 'spring') return nothing;
  return html`<div class="fireflies" aria-hidden="true">
    ${Array.from({ length: 9 }, (_, index) => {
      const own = (/** @type {number} */ salt) => nature(`firefly ${index}`, salt);
      return html`<i
        .style=${`left: ${(6 + own(1) * 88).toFixed(1)}%; top: ${(48 + own(2) * 40).toFixed(1)}%; --late: ${(-own(3) * 9).toFixed(1)}s`}
      ></i>`;
    })}
  </div>`;
}

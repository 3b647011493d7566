// The one door to lit-html: templates that escape what they are given.

/** @typedef {import('./vendor/lit-html/lit-html.js').TemplateResult | typeof import('./vendor/lit-html/lit-html.js').nothing} View */

export { html, nothing, render } from './vendor/lit-html/lit-html.js';
export { live } from './vendor/lit-html/directives/live.js';
export { repeat } from './vendor/lit-html/directives/repeat.js';

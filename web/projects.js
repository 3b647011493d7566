// The account's projects, once somebody has asked for them, and how each is coloured.

import { Turns } from './turns.js';

/** @typedef {import('./api-types.d.ts').Project} Project */

/** As many as the API gives at once. */
const PAGE = 1000;

export class Projects {
  /** All of them, by title; nothing until they are here. @type {Project[] | null} */
  all = null;
  #turns = new Turns();

  /** @param {import('./api.js').Api} api */
  constructor(api) {
    this.api = api;
  }

  async load() {
    const isNew = this.#turns.begin();
    /** @type {Project[]} */
    const all = [];
    /** @type {string | null | undefined} */
    let cursor = null;
    do {
      /** @type {import('./api-types.d.ts').ProjectList} */
      const page = await this.api.get('/projects', { query: { limit: PAGE, cursor } });
      all.push(...page.projects);
      cursor = page.next_cursor;
    } while (cursor);
    if (isNew()) this.all = all.sort((one, other) => one.title.localeCompare(other.title));
  }

  /** Those that are not over. */
  get open() {
    return this.all?.filter(({ archived }) => !archived) ?? [];
  }

  /** @param {string | null | undefined} id */
  of(id) {
    return this.all?.find((project) => project.id === id);
  }

  /** Those for whom projects are. */
  get clients() {
    return [...new Set(this.all?.flatMap(({ client }) => client ?? []))].sort();
  }
}

/**
 * The colour of a project, as a class and a style: of its own, or the one its title leads to.
 * @param {import('./colours.js').Colours} colours
 * @param {{title: string, color?: string | null} | null | undefined} project none: grey
 * @returns {{look: string, style: string}}
 */
export function paint(colours, project) {
  if (!project) return { look: 'c9', style: '' };
  const { color, title } = project;
  if (color?.startsWith('#')) return { look: '', style: `--colour: ${color}` };
  return { look: `c${color ?? colours.of(title)}`, style: '' };
}

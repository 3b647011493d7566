// Categories: the tree, edited beside what it makes of the last days. Nothing counts before it is saved; what is not
// saved yet is still there when one comes back.

import { ApiError, OfflineError } from '../answers.js';
import { ask } from '../components/ask.js';
import { weightName } from '../components/categories.js';
import { icon } from '../components/icon.js';
import { errorState, explain, skeletonPage } from '../components/states.js';
import { Undos } from '../components/undo.js';
import * as format from '../format.js';
import { html, nothing } from '../html.js';
import * as t from '../texts/categories.js';
import { Turns } from '../turns.js';
import { categoryForm } from './categories/form.js';
import { previewCard, scoreLine } from './categories/preview.js';
import * as trees from './categories/tree.js';
import { sections } from './settings/sections.js';

/**
 * @typedef {import('../api-types.d.ts').Category} Category
 * @typedef {import('../api-types.d.ts').CategoryTree} CategoryTree
 * @typedef {import('../api-types.d.ts').CategoryPreview} Preview
 * @typedef {import('./categories/tree.js').Placed} Placed
 * @typedef {Record<string, unknown>} Categorization
 */

/** Milliseconds for which the hands rest before a change is tried. */
const REST = 400;
const DAYS = 7;
const words = t.editor;

/** What has been changed and not saved: it outlives the page. @type {{steps: Category[][], tree: Category[]} | null} */
let draft = null;

export class CategoriesPage {
  section = 'settings';
  title = words.title;
  hears = /** @type {const} */ (['account.updated']);
  /** As it counts. @type {CategoryTree | null} */
  #saved = null;
  /** As it is edited. @type {Category[]} */
  #tree = [];
  /** What it was before each change. @type {Category[][]} */
  #steps = [];
  /** What the last change was to: typing on is one change. */
  #step = '';
  /** The category whose form is open. @type {number[] | null} */
  #open = null;
  /** @type {Preview | null} */
  #preview = null;
  #isOld = false;
  #problem = '';
  /** What is wrong, by its place. @type {Map<string, string>} */
  #wrong = new Map();
  #tries = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #waits;
  #busy = false;
  /** @type {unknown} */
  #error = null;
  #turns = new Turns();

  /** @param {import('../main.js').Context} ctx */
  constructor(ctx) {
    this.ctx = ctx;
    this.undos = new Undos(ctx);
    addEventListener('beforeunload', this.#leave);
  }

  close() {
    removeEventListener('beforeunload', this.#leave);
    clearTimeout(this.#waits);
    this.#tries += 1;
    this.#turns.overrule();
    this.undos.close();
    // A page that has not been loaded has not taken it up, and will not now.
    if (this.#saved) draft = this.#isChanged ? { steps: this.#steps, tree: this.#tree } : null;
  }

  #leave = (/** @type {BeforeUnloadEvent} */ event) => {
    if (this.#isChanged) event.preventDefault();
  };

  get #isChanged() {
    return this.#steps.length > 0;
  }

  async load() {
    const isNew = this.#turns.begin();
    try {
      /** @type {CategoryTree} */
      const saved = await this.ctx.api.get('/categories');
      if (!isNew()) return;
      const isKnown = saved === this.#saved;
      this.#saved = saved;
      this.#error = null;
      if (draft) {
        [this.#tree, this.#steps] = [draft.tree, draft.steps];
        draft = null;
      } else if (!this.#isChanged && !isKnown) {
        this.#tree = saved.categories;
        if (this.#open && !trees.at(this.#tree, this.#open)) this.#open = null;
      }
      this.ctx.update();
      await this.#try();
    } catch (error) {
      if (!(error instanceof OfflineError && this.#saved)) this.#error = error;
    }
    this.ctx.update();
  }

  /** The categories were changed elsewhere: here too, but for what is being changed here. */
  refresh() {
    return this.load();
  }

  /** @param {KeyboardEvent} event */
  key({ key }) {
    if (key !== 'u') return false;
    if (this.#isChanged) this.#back();
    else return this.undos.undo();
    return true;
  }

  header() {
    return sections('categories');
  }

  view() {
    if (this.#error) return errorState(this.#error, () => this.load());
    if (!this.#saved) return skeletonPage();
    const all = trees.flat(this.#tree);
    const put = (/** @type {Preview['apps'][number]} */ app, /** @type {number[]} */ path) => {
      const category = trees.at(this.#tree, path);
      const rule = trees.ruleOf(app.kind === 'website' ? 'domain' : 'app', app.app);
      this.#change(trees.change(this.#tree, path, { rules: [...(category?.rules ?? []), rule] }));
    };
    return html`<div class="grid categories-page">
      <section class="card s7 start" aria-labelledby="tree-title">
        <header class="card-head">
          <h2 id="tree-title">
            ${words.tree} <small>${this.#saved.own || this.#isChanged ? words.own : words.builtIn}</small>
          </h2>
          <div class="card-tools">
            ${
              this.#saved.own
                ? html`<button type="button" class="tool" @click=${() => this.#askDefaults()}>
                    ${icon('arrow-counterclockwise')} ${words.restore}
                  </button>`
                : nothing
            }
          </div>
        </header>
        <p class="note">${words.intro}</p>
        <ul class="category-tree" @keydown=${(/** @type {KeyboardEvent} */ event) => walk(event)}>
          ${all.map((placed) => this.#row(placed, all))}
        </ul>
        <button type="button" class="btn btn-quiet" @click=${() => this.#add([])}>
          ${icon('plus-lg')} ${words.add}
        </button>
      </section>
      ${previewCard({ preview: this.#preview, isOld: this.#isOld, problem: this.#problem, all }, put)}
      ${this.#isChanged ? this.#foot() : nothing}
    </div>`;
  }

  /**
   * @param {Placed} placed
   * @param {Placed[]} all
   */
  #row(placed, all) {
    const { category, path, color, weight } = placed;
    const isOpen = this.#open?.join() === path.join();
    const rules = category.rules?.length ?? 0;
    const custom = color?.startsWith('#') ? `--colour: ${color};` : '';
    const place = trees.placeOf(path);
    // What is wrong with those below it is theirs.
    const isWrong = [...this.#wrong.keys()].some(
      (at) => at.replace(/\.(name|weight|color|rules\[\d+\])$/, '') === place,
    );
    const toggle = () => {
      this.#open = isOpen ? null : path;
      this.ctx.update();
    };
    return html`<li class="${color && !custom ? `c${color}` : ''}" .style=${`${custom} --depth: ${path.length - 1}`}>
      <button type="button" class="category-open" aria-expanded=${isOpen} @click=${toggle}>
        <i class="chip"></i>
        <span class="app-name"
          >${category.name || words.unnamed} <small>${words.rulesOf(format.number(rules), rules)}</small></span
        >
        ${isWrong ? html`<span class="badge-soft badge-bad">${words.mend}</span>` : nothing}
        <span class="note">${weightName(weight)}</span>
      </button>
      ${isOpen ? categoryForm({ placed, all, tree: this.#tree, wrong: this.#wrong }, this.#acts(placed)) : nothing}
    </li>`;
  }

  /** @param {Placed} placed */
  #acts({ category, path }) {
    return {
      change: (/** @type {Partial<Category>} */ patch, /** @type {string} */ step) =>
        this.#change(trees.change(this.#tree, path, patch), step),
      shift: (/** @type {-1 | 1} */ by) => {
        const moved = trees.shift(this.#tree, path, by);
        if (!moved) return;
        this.#open = moved.path;
        this.#change(moved.tree);
        // It is drawn at its new place after this; at the end of its level only the other way is left.
        focusOn(by < 0 ? ['category-up', 'category-down'] : ['category-down', 'category-up']);
      },
      moveUnder: (/** @type {number[]} */ parent) => {
        const moved = trees.moveUnder(this.#tree, path, parent);
        this.#open = moved.path;
        this.#change(moved.tree);
        focusOn(['category-under']);
      },
      addInside: () => this.#add(path),
      remove: () => {
        this.#open = null;
        this.#change(trees.remove(this.#tree, path));
        this.ctx.toasts.say(words.removed(category.name));
      },
    };
  }

  /** @param {number[]} parent */
  #add(parent) {
    const name = trees.freeName(trees.childrenAt(this.#tree, parent), words.fresh);
    const added = trees.add(this.#tree, parent, { name });
    this.#open = added.path;
    this.#change(added.tree);
    focusOn(['category-name'], true);
  }

  /**
   * @param {Category[]} tree
   * @param {string} [step] what is changed, where typing on changes the same
   */
  #change(tree, step = '') {
    if (step === '' || step !== this.#step) this.#steps.push(this.#tree);
    this.#step = step;
    this.#tree = tree;
    this.#changed();
  }

  /** Takes the last change back. */
  #back() {
    this.#tree = this.#steps.pop() ?? this.#tree;
    this.#step = '';
    if (this.#open && !trees.at(this.#tree, this.#open)) this.#open = null;
    this.#changed();
  }

  #changed() {
    this.#isOld = true;
    clearTimeout(this.#waits);
    this.#waits = setTimeout(() => this.#try(), REST);
    this.ctx.update();
  }

  /** Asks what the tree makes of the last days, and whether it may be kept. */
  async #try() {
    clearTimeout(this.#waits);
    this.#tries += 1;
    const mine = this.#tries;
    try {
      const preview = await this.ctx.api.send('POST', '/categories/preview', { categories: this.#tree, days: DAYS });
      if (mine !== this.#tries) return;
      [this.#preview, this.#isOld, this.#problem] = [preview, false, ''];
      this.#wrong.clear();
    } catch (error) {
      if (mine !== this.#tries) return;
      this.#isOld = false;
      const fields = error instanceof ApiError ? error.fields : [];
      this.#wrong = new Map(fields.map(({ field, code = '', message }) => [field, words.problems[code] ?? message]));
      const whole = this.#wrong.get('categories');
      this.#problem = whole ?? (fields.length > 0 ? words.mendFirst : explain(error));
    }
    this.ctx.update();
  }

  #foot() {
    const ready = !this.#busy && this.#wrong.size === 0 && this.#tree.length > 0;
    return html`<div class="save-bar s12" role="region" aria-label=${words.unsaved}>
      <span class="save-said"
        >${this.#wrong.size > 0 ? words.mendFirst : words.unsaved}
        ${this.#preview && this.#wrong.size === 0 ? html`<small class="note">${scoreLine(this.#preview)}</small>` : nothing}</span
      >
      <button type="button" class="btn btn-quiet" @click=${() => this.#back()}>${t.undo.button}</button>
      <button type="button" class="btn btn-quiet" @click=${() => this.#discard()}>${words.discard}</button>
      <button type="button" class="btn btn-primary" ?disabled=${!ready} @click=${() => this.#save()}>
        ${words.save}
      </button>
    </div>`;
  }

  #discard() {
    [this.#tree, this.#steps, this.#step] = [this.#steps[0], [], ''];
    this.#open = null;
    this.#changed();
  }

  async #save() {
    this.#busy = true;
    this.ctx.update();
    try {
      await this.#keep((before) => ({ ...before, categories: this.#tree }), words.saved);
    } catch (error) {
      this.ctx.toasts.say(explain(error));
    }
    this.#busy = false;
    this.ctx.update();
  }

  #askDefaults() {
    ask(this.ctx, {
      title: words.restoreTitle,
      text: [words.restoreText],
      button: words.restore,
      act: async () => {
        await this.#keep(({ categories: _, ...others }) => others, words.restored);
        return null;
      },
    });
  }

  /**
   * Keeps other categories, and offers to take that back.
   * @param {(before: Categorization) => Categorization} change what else is in the settings stays
   * @param {string} said
   */
  async #keep(change, said) {
    const before = (await this.ctx.api.me()).settings.categorization ?? {};
    await this.#send(change(before));
    this.ctx.dialogs.close();
    this.undos.offer(said, () => this.#send(before));
  }

  /** @param {Categorization} categorization */
  async #send(categorization) {
    const before = this.#tree;
    this.ctx.api.account = await this.ctx.api.send('PATCH', '/users/me', { settings: { categorization } });
    // What was changed meanwhile is still to be saved.
    [this.#steps, this.#step] = [this.#tree === before ? [] : [before], ''];
    await this.load();
  }
}

/**
 * @param {string[]} ids the first of them that can be focused
 * @param {boolean} [all] with all that stands in it chosen
 */
function focusOn(ids, all = false) {
  queueMicrotask(() => {
    const target = ids.map((id) => document.getElementById(id)).find((one) => one && !one.matches(':disabled'));
    target?.focus();
    if (all && target instanceof HTMLInputElement) target.select();
  });
}

/** Arrows go from category to category. @param {KeyboardEvent} event */
function walk(event) {
  if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
  const list = /** @type {HTMLElement} */ (event.currentTarget);
  const rows = /** @type {HTMLElement[]} */ ([...list.querySelectorAll('.category-open')]);
  const at = rows.indexOf(/** @type {HTMLElement} */ (event.target));
  if (at < 0) return;
  event.preventDefault();
  rows[at + (event.key === 'ArrowDown' ? 1 : -1)]?.focus();
}

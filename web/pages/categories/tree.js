// Changes to a tree of categories. A tree is never changed in place: each change gives another, so that it can be taken
// back. A place in it is the indexes that lead there, from the top down.

/**
 * @typedef {import('../../api-types.d.ts').Category} Category
 * @typedef {number[]} Path
 * @typedef {'app' | 'domain' | 'app_regex' | 'domain_regex' | 'title_regex'} RuleKind
 *
 * @typedef {object} Placed a category with what it has of those above it
 * @property {Category} category
 * @property {Path} path
 * @property {string[]} names its own last
 * @property {number} weight
 * @property {string | null} color
 */

/** @type {RuleKind[]} */
export const RULE_KINDS = ['app', 'domain', 'title_regex', 'app_regex', 'domain_regex'];
/** Levels at the most, as the server has it. */
export const DEEPEST = 5;

/**
 * All categories, each after the one above it.
 * @param {Category[]} tree
 * @param {Placed} [above]
 * @returns {Placed[]}
 */
export function flat(tree, above) {
  return tree.flatMap((category, index) => {
    const placed = {
      category,
      path: [...(above?.path ?? []), index],
      names: [...(above?.names ?? []), category.name],
      weight: category.weight ?? above?.weight ?? 0,
      color: category.color ?? above?.color ?? null,
    };
    return [placed, ...flat(category.children ?? [], placed)];
  });
}

/**
 * The categories at a level.
 * @param {Category[]} tree
 * @param {Path} parent
 * @returns {Category[]}
 */
export function childrenAt(tree, parent) {
  return parent.reduce((level, index) => level[index]?.children ?? [], tree);
}

/**
 * @param {Category[]} tree
 * @param {Path} path
 * @returns {Category | undefined}
 */
export function at(tree, path) {
  return childrenAt(tree, path.slice(0, -1))[path[path.length - 1]];
}

/**
 * The tree with other categories at a level.
 * @param {Category[]} tree
 * @param {Path} parent
 * @param {(level: Category[]) => Category[]} change
 * @returns {Category[]}
 */
function withLevel(tree, parent, change) {
  if (parent.length === 0) return change(tree);
  const [first, ...rest] = parent;
  return tree.map((category, index) =>
    index === first ? { ...category, children: withLevel(category.children ?? [], rest, change) } : category,
  );
}

/**
 * @param {Category[]} tree
 * @param {Path} path
 * @param {Partial<Category>} patch
 */
export function change(tree, path, patch) {
  const last = path[path.length - 1];
  return withLevel(tree, path.slice(0, -1), (level) =>
    level.map((category, index) => (index === last ? { ...category, ...patch } : category)),
  );
}

/**
 * Adds a category at the end of a level.
 * @param {Category[]} tree
 * @param {Path} parent
 * @param {Category} category
 * @returns {{tree: Category[], path: Path}}
 */
export function add(tree, parent, category) {
  const path = [...parent, childrenAt(tree, parent).length];
  return { tree: withLevel(tree, parent, (level) => [...level, category]), path };
}

/**
 * @param {Category[]} tree
 * @param {Path} path
 */
export function remove(tree, path) {
  const last = path[path.length - 1];
  return withLevel(tree, path.slice(0, -1), (level) => level.filter((_, index) => index !== last));
}

/**
 * Moves a category among those of its level; nothing where it stands at the end of it.
 * @param {Category[]} tree
 * @param {Path} path
 * @param {-1 | 1} by
 * @returns {{tree: Category[], path: Path} | null}
 */
export function shift(tree, path, by) {
  const parent = path.slice(0, -1);
  const from = path[path.length - 1];
  const to = from + by;
  const level = childrenAt(tree, parent);
  if (to < 0 || to >= level.length) return null;
  const moved = level.with(from, level[to]).with(to, level[from]);
  return { tree: withLevel(tree, parent, () => moved), path: [...parent, to] };
}

/**
 * Moves a category to the end of another level, which is not below it.
 * @param {Category[]} tree
 * @param {Path} path
 * @param {Path} parent
 * @returns {{tree: Category[], path: Path}}
 */
export function moveUnder(tree, path, parent) {
  const category = at(tree, path);
  const place = path.length - 1;
  // Without it, those that stood behind it on its level are one place further up.
  const isBehind = parent.length > place && startsWith(parent, path.slice(0, -1)) && parent[place] > path[place];
  const target = isBehind ? parent.with(place, parent[place] - 1) : parent;
  return category ? add(remove(tree, path), target, category) : { tree, path };
}

/**
 * Whether a path leads to `start` or below it.
 * @param {Path} path
 * @param {Path} start
 */
export function startsWith(path, start) {
  return start.every((index, place) => path[place] === index);
}

/** How many levels a category has, itself included. @param {Category} category @returns {number} */
export function depthOf(category) {
  return 1 + Math.max(0, ...(category.children ?? []).map(depthOf));
}

/**
 * Where the server says that something is wrong: `categories[0].children[1]`.
 * @param {Path} path
 */
export function placeOf(path) {
  return path.map((index, place) => `${place === 0 ? 'categories' : '.children'}[${index}]`).join('');
}

/**
 * A name that nothing on a level has.
 * @param {Category[]} level
 * @param {string} name
 */
export function freeName(level, name) {
  const taken = new Set(level.map((category) => category.name.trim()));
  let [free, number] = [name, 2];
  while (taken.has(free)) {
    free = `${name} ${number}`;
    number += 1;
  }
  return free;
}

/**
 * What a rule looks at, and for what.
 * @param {NonNullable<Category['rules']>[number]} rule
 * @returns {[RuleKind, string]}
 */
export function readRule(rule) {
  return /** @type {[RuleKind, string]} */ (Object.entries(rule)[0]);
}

/**
 * @param {RuleKind} kind
 * @param {string} text
 */
export function ruleOf(kind, text) {
  return /** @type {NonNullable<Category['rules']>[number]} */ ({ [kind]: text });
}

// Addresses to pages, by the History API.

/**
 * @template C, T
 * @typedef {{pattern: RegExp, load: (ctx: C, match: RegExpMatchArray, query: URLSearchParams) => T}} Route
 */

/**
 * The first route whose pattern matches the path, trailing slashes aside.
 * @template C, T
 * @param {Route<C, T>[]} routes
 * @param {C} ctx
 * @param {string} path
 * @param {URLSearchParams} query
 * @returns {T | null}
 */
export function match(routes, ctx, path, query) {
  const plain = path.replace(/\/+$/, '') || '/';
  for (const route of routes) {
    const found = plain.match(route.pattern);
    if (found) return route.load(ctx, found, query);
  }
  return null;
}

/**
 * Follows clicks on the page's own links, the back button and `navigate`.
 * @param {() => void} changed
 */
export function follow(changed) {
  addEventListener('popstate', changed);
  addEventListener('almanac:navigate', changed);
  document.addEventListener('click', (event) => {
    if (event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = event.target instanceof Element ? event.target.closest('a[href]') : null;
    if (!(link instanceof HTMLAnchorElement) || link.target || link.hasAttribute('download')) return;
    if (link.origin !== location.origin || link.hash || link.getAttribute('rel') === 'external') return;
    event.preventDefault();
    navigate(link.pathname + link.search);
  });
}

/**
 * @param {string} address path and query
 * @param {{replace?: boolean}} [options]
 */
export function navigate(address, { replace = false } = {}) {
  if (replace) history.replaceState(null, '', address);
  else if (address !== location.pathname + location.search) history.pushState(null, '', address);
  dispatchEvent(new Event('almanac:navigate'));
}

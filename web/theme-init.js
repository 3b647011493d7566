// Runs before the first paint, so that a dark room stays dark while the page loads. Not a module for that reason.
(() => {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const apply = () => {
    const chosen = localStorage.getItem('almanac.theme');
    const theme = chosen === 'light' || chosen === 'dark' ? chosen : dark.matches ? 'dark' : 'light';
    document.documentElement.dataset.bsTheme = theme;
    document
      .querySelector('meta[name="theme-color"]')
      ?.setAttribute('content', theme === 'dark' ? '#121614' : '#f6f5f1');
  };
  apply();
  dark.addEventListener('change', apply);
  addEventListener('almanac:theme', apply);
  addEventListener('storage', apply);
})();

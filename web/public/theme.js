// Before the first paint, so that a chosen theme never flashes the other one. See web/lib/theme.ts.
(function () {
  var chosen = null;
  try {
    chosen = localStorage.getItem('nexus-theme');
  } catch {
    // Storage is closed to this page: the system's theme it is.
  }
  var isDark =
    chosen === 'dark' || (chosen !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.dataset.theme = isDark ? 'dark' : 'light';
})();

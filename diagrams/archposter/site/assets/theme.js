// @ts-check
// Before the first paint: the colours that the reader chose, else those of the system.
"use strict";
(() => {
  try {
    const chosen = localStorage.getItem("archposter-theme");
    if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
  } catch {
    // Without storage the system's scheme holds.
  }
})();

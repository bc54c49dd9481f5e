// @ts-check
// Before the first paint: the colours that the reader chose, else those of the system; and the view asked for,
// so that what it hides is never laid out; what scripts will sort and filter waits for them, or for the end.
"use strict";
(() => {
  document.documentElement.dataset.waits = "";
  addEventListener("load", () => delete document.documentElement.dataset.waits);
  document.documentElement.dataset.shown = new URLSearchParams(location.search).get("view") ?? "cards";
  try {
    const chosen = localStorage.getItem("archposter-theme");
    if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
  } catch {
    // Without storage the system's scheme holds.
  }
})();

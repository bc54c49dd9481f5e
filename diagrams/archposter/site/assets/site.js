// @ts-check
// What every page has: data that register themselves, the switch of colours, keys.
"use strict";

/** @type {{put: (name: string, value: unknown) => void, load: (name: string) => Promise<any>, root: string}} */
var archposter = (() => {
  const root = document.body.dataset.root || "";
  /** @type {Map<string, Promise<unknown>>} */
  const asked = new Map();
  /** @type {Map<string, (value: unknown) => void>} */
  const waiting = new Map();

  /** Called by a data script: files cannot be fetched from a folder, scripts can. */
  const put = (/** @type {string} */ name, /** @type {unknown} */ value) => {
    const done = waiting.get(name);
    if (done) done(value);
    else asked.set(name, Promise.resolve(value));
  };

  /** Return the data of `data/NAME.js`. */
  const load = (/** @type {string} */ name) => {
    let found = asked.get(name);
    if (!found) {
      found = new Promise((done, failed) => {
        waiting.set(name, done);
        const script = document.createElement("script");
        script.src = `${root}data/${name}.js`;
        script.onerror = () => failed(new Error(`${script.src} is missing`));
        document.head.append(script);
      });
      asked.set(name, found);
    }
    return found;
  };
  return { put, load, root };
})();

(() => {
  const order = ["system", "light", "dark"];
  const button = /** @type {HTMLButtonElement} */ (document.querySelector("[data-theme-switch]"));
  const say = () => {
    const words = `Colours: ${document.documentElement.dataset.theme || "system"}`;
    button.setAttribute("aria-label", words);
    button.title = words;
  };
  const turn = () => {
    const now = document.documentElement.dataset.theme || "system";
    const next = order[(order.indexOf(now) + 1) % order.length];
    if (next === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = next;
    try {
      localStorage.setItem("archposter-theme", next);
    } catch {
      // The choice then lasts as long as the page.
    }
    say();
  };
  button.hidden = false;
  button.addEventListener("click", turn);
  say();

  const help = /** @type {HTMLDialogElement} */ (document.getElementById("help"));

  /** Compare the model in focus, or the one that the page is about. */
  const compare = () => {
    const link = /** @type {HTMLAnchorElement | null} */ (document.querySelector("[data-compare]"));
    const slug = /** @type {HTMLElement | null} */ (document.activeElement?.closest("[data-slug]") ?? null)?.dataset.slug;
    if (link) location.href = link.href;
    else if (slug) location.href = `${archposter.root}compare.html?models=${encodeURIComponent(slug)}`;
  };
  for (const text of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-copy]"))) {
    const words = text.textContent ?? "";
    const copy = document.createElement("button");
    copy.className = "copy";
    copy.textContent = "Copy";
    copy.addEventListener("click", async () => {
      await navigator.clipboard.writeText(words);
      copy.textContent = "Copied";
    });
    text.append(copy);
  }
  /** From a page to the one before or after it, where nothing is in focus. @param {KeyboardEvent} event */
  const turnPage = (event) => {
    const relation = { ArrowLeft: "prev", ArrowRight: "next" }[event.key];
    const link = relation ? /** @type {HTMLAnchorElement | null} */ (document.querySelector(`a[rel="${relation}"]`)) : null;
    if (link) location.href = link.href;
  };
  const typing = () => /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement?.tagName ?? "");
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const find = /** @type {HTMLInputElement} */ (document.getElementById("find"));
    if (event.key === "Escape" && document.activeElement === find) find.blur();
    if (typing() || help.open) return;
    if (event.key === "/") {
      event.preventDefault();
      find.focus();
      find.select();
    } else if (event.key === "?") help.showModal();
    else if (event.key === "t") turn();
    else if (event.key === "c") compare();
    else if (document.activeElement === document.body) turnPage(event);
  });
})();

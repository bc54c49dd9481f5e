// @ts-check
// Under the search box, while one types: models and concepts called like the words, and the search itself; in the
// catalogue, which shows the models, concepts alone.  The names are asked for when the box is entered.
"use strict";

const Suggest = (() => {
  /** @typedef {{ href: string, words: string, beside: string, starts: string[], first: string }} Entry */
  const MOST = { models: 7, concepts: 3 };

  /** Return a name from the beginning of each of its words on. @param {string} text @returns {string[]} */
  const starts = (text) => {
    const words = text.normalize("NFKC").toLowerCase().match(/[0-9]+(?:\.[0-9]+)*|(?:(?![0-9])[\p{L}\p{N}])+/gu) ?? [];
    return words.map((_, place) => words.slice(place).join(""));
  };

  /** Return the entries of which every word of a text begins a word; first those whose name is all of it.
   * @param {Entry[]} entries @param {string} text @param {number} most */
  const matching = (entries, text, most) => {
    const wanted = text.split(/\s+/).map((word) => starts(word)[0]).filter(Boolean);
    const whole = starts(text)[0];
    if (!whole) return [];
    const found = entries.filter((entry) => wanted.every((word) => entry.starts.some((start) => start.startsWith(word))));
    const rank = (/** @type {Entry} */ entry) => (entry.first === whole ? 0 : entry.starts[0]?.startsWith(whole) ? 1 : 2);
    return found.sort((one, other) => rank(one) - rank(other)).slice(0, most);
  };

  /** Return the entries of the names. @param {any} names @param {string} root */
  const entries = (names, root) => ({
    models: names.models.map((/** @type {string[]} */ [slug, title, developer]) => ({
      href: `${root}models/${slug}.html`, words: title, beside: developer, starts: starts(`${title} ${developer}`), first: starts(title)[0],
    })),
    concepts: names.concepts.map((/** @type {string[]} */ [name, title, short]) => ({
      href: `${root}concepts/${name}.html`, words: title, beside: `${short} · concept`, first: starts(short)[0],
      starts: [...starts(title), ...short.split(",").flatMap(starts)],
    })),
  });
  return { MOST, matching, entries };
})();

(() => {
  const find = /** @type {HTMLInputElement} */ (document.getElementById("find"));
  const list = /** @type {HTMLElement} */ (document.getElementById("suggested"));
  const here = document.querySelector("[data-tiles]") !== null;
  let at = -1;
  /** @type {ReturnType<typeof Suggest.entries> | null} */
  let known = null;

  const options = () => /** @type {HTMLAnchorElement[]} */ ([...list.children]);
  const mark = (/** @type {number} */ place) => {
    at = place;
    options().forEach((option, n) => option.setAttribute("aria-selected", String(n === at)));
    if (at < 0) find.removeAttribute("aria-activedescendant");
    else find.setAttribute("aria-activedescendant", options()[at].id);
  };
  const close = () => {
    list.hidden = true;
    find.setAttribute("aria-expanded", "false");
    mark(-1);
  };
  const show = () => {
    if (!known || document.activeElement !== find) return;
    const concepts = Suggest.matching(known.concepts, find.value, Suggest.MOST.concepts);
    const models = here ? [] : Suggest.matching(known.models, find.value, Suggest.MOST.models);
    const told = concepts.some((entry) => entry.first === find.value.trim().toLowerCase());
    const all = { href: `${archposter.root}index.html?q=${encodeURIComponent(find.value)}`, words: `All models for “${find.value}”`, beside: "" };
    const named = told ? [...concepts, ...models] : [...models, ...concepts];
    const made = (here || !find.value.trim() ? named : [...named, all]).map(({ href, words, beside }, n) => {
      const option = document.createElement("a");
      const small = document.createElement("small");
      Object.assign(option, { href, id: `suggested-${n}`, tabIndex: -1 });
      option.setAttribute("role", "option");
      small.textContent = beside;
      option.append(words, " ", small);
      return option;
    });
    list.replaceChildren(...made);
    list.hidden = !made.length;
    find.setAttribute("aria-expanded", String(made.length > 0));
    mark(-1);
  };

  find.addEventListener("focus", async () => {
    known ??= Suggest.entries(await archposter.load("names"), archposter.root);
    if (!here) show();
  });
  find.addEventListener("input", show);
  find.addEventListener("blur", close);
  // A press on an option must not take the focus, or the list is gone before the click.
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  find.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    const many = options().length;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) mark(((at + step + 1 + many + 1) % (many + 1)) - 1);
    else if (event.key === "Enter" && at >= 0) options()[at].click();
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
})();

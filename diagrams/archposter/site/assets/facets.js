// @ts-check
// The facets of the catalogue: each choice is a condition of the search, and says how many models it would leave.
"use strict";

const Facets = (() => {
  /** @typedef {{ met: (text: string) => Set<string> }} Strict */

  /** Return the field with its sign, and the value, of a condition. @param {string} query @returns {[string, string]} */
  const parted = (query) => {
    const [, head = "", value = ""] = /^([a-z_]+(?:[<>]=?|:))([^]*)$/.exec(query) ?? [];
    return [head, value];
  };
  /** Return the alternatives of a condition's value. @param {string} text @returns {string[]} */
  const values = (text) => text.match(/"[^"]*"?|[^",]+/g) ?? [];

  /** Return whether a search has a choice. @param {string} text @param {string} query */
  const has = (text, query) => {
    const [head, value] = parted(query);
    return Search.words(text).some((word) => word.startsWith(head) && values(word.slice(head.length)).includes(value));
  };

  /** Return the search with a choice taken or left; of facets that take `many`, values of one field are alternatives.
   * @param {string} text @param {string} query @param {boolean} many */
  const turned = (text, query, many) => {
    const [head, value] = parted(query);
    const words = Search.words(text);
    const own = words.find((word) => word.startsWith(head)) ?? "";
    const taken = values(own.slice(head.length));
    const kept = taken.includes(value) ? taken.filter((each) => each !== value) : [...(many ? taken : []), value];
    const rest = words.filter((word) => (many ? word !== own : Search.field(word) !== Search.field(query)));
    return [...rest, ...(kept.length ? [head + kept.join(",")] : [])].join(" ");
  };

  /** Bring the buttons to life; return what shows them for a search.
   * @param {HTMLButtonElement[]} choices @param {Strict} search @param {(turn: (text: string) => string) => void} change */
  const over = (choices, search, change) => {
    const found = choices.map((choice) => ({
      choice,
      query: choice.dataset.query ?? "",
      many: choice.closest("[data-many]") !== null,
      count: /** @type {HTMLElement} */ (choice.querySelector("small")),
    }));
    /** @type {Map<string, Set<string>>} */
    const known = new Map();
    const met = (/** @type {string} */ text) => {
      const had = known.get(text) ?? search.met(text);
      known.set(text, had);
      return had;
    };
    for (const { choice, query, many } of found) {
      choice.addEventListener("click", () => change((text) => turned(text, query, many)));
    }
    const count = (/** @type {string} */ text) => {
      /** @type {Map<string, Set<string>>} */
      const others = new Map();
      for (const { query, count } of found) {
        const field = Search.field(query);
        let rest = others.get(field);
        if (!rest) {
          rest = search.met(Search.words(text).filter((word) => Search.field(word) !== field).join(" "));
          others.set(field, rest);
        }
        const own = met(query);
        const many = String([...rest].filter((slug) => own.has(slug)).length);
        if (count.textContent !== many) count.textContent = many;
      }
    };
    let latest = 0;
    return (/** @type {string} */ text) => {
      for (const { choice, query } of found) choice.setAttribute("aria-pressed", String(has(text, query)));
      const own = (latest += 1);
      // The models first, numbers when they are shown; of a search that makes no sense the last stay.
      requestAnimationFrame(() => setTimeout(() => {
        if (own !== latest) return;
        try {
          count(text);
        } catch (error) {
          if (!(error instanceof Where.WhereError)) throw error;
        }
      }));
    };
  };
  return { over, has, turned };
})();

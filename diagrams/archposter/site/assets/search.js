// @ts-check
// The search of the catalogue: the language of `--where`, and where no name is as written, names like it.
"use strict";

const Search = (() => {
  /** @typedef {{ matches: Set<string>, said: string, meant: string }} Found */

  /** Return the conditions and words of a search as they are written; quotes hold words together.
   * @param {string} text @returns {string[]} */
  const words = (text) => text.match(/(?:[^\s"]|"[^"]*"?)+/g) ?? [];

  /** Return a search over the exported records and the models' titles.
   * @param {any} all @param {Map<string, string>} titles */
  const over = (all, titles) => {
    const fuzzy = new uFuzzy({ intraMode: 1, intraIns: 1, intraSub: 1, intraTrn: 1, intraDel: 1 });
    const names = [...titles.keys()];
    const haystack = names.map((name) => titles.get(name) ?? "");
    let last = new Set(names);

    /** @param {string} text @returns {Set<string>} the models whose names are nearly those words */
    const near = (text) => {
      const plain = words(text).filter((word) => !/[:<>=]/.test(word)).join(" ");
      const found = plain ? fuzzy.filter(haystack, plain) : null;
      return new Set((found ?? []).map((/** @type {number} */ place) => names[place]));
    };

    /** @param {string} text @returns {Found} what meets a search; while it makes no sense, what met the last */
    return (text) => {
      try {
        /** @type {boolean[]} */
        const met = Where.search(text, all);
        last = new Set(all.models.filter((/** @type {any} */ _, /** @type {number} */ place) => met[place]).map((/** @type {any} */ model) => model.name));
        return { matches: last, said: "", meant: "" };
      } catch (error) {
        if (!(error instanceof Where.WhereError)) throw error;
        const said = String(error.message);
        const meant = /did you mean "(.*)"\?/.exec(said)?.[1] ?? "";
        const alike = near(text);
        return { matches: alike.size ? alike : last, said: alike.size ? "names like it" : said, meant };
      }
    };
  };
  return { words, over };
})();

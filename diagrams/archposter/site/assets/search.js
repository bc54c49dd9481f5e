// @ts-check
// The search of the catalogue: the language of `--where`; words that mean nothing stand for what they may mean.
"use strict";

const Search = (() => {
  /** @typedef {{ matches: Set<string>, said: string, meant: string }} Found */

  /** Words in place of one that makes no sense, before a search is given up. */
  const TRIES = 4;

  /** Return the conditions and words of a search as they are written; quotes hold words together.
   * @param {string} text @returns {string[]} */
  const words = (text) => text.match(/(?:[^\s"]|"[^"]*"?)+/g) ?? [];

  /** Return the field of a condition, "" of a word. @param {string} word */
  const field = (word) => /^-?([a-z_]+)[:<>=!]/i.exec(word)?.[1] ?? "";

  /** Return a search with what makes no sense replaced by what it may mean.
   * @param {string} text @param {{ said: string, wrong: string, meant: string }} fault */
  const mended = (text, { said, wrong, meant }) => {
    const quoted = meant.includes(" ") ? `"${meant}"` : meant;
    const better = said.includes(`"${wrong}"`) ? said.replace(`"${wrong}"`, () => quoted) : said.replace(wrong, () => quoted);
    return text.replace(said, () => better);
  };

  /** Return a search over the exported records and the models' titles: `met` is strict, `find` forgives.
   * @param {any} all @param {Map<string, string>} titles */
  const over = (all, titles) => {
    const fuzzy = new uFuzzy({ intraMode: 1, intraIns: 1, intraSub: 1, intraTrn: 1, intraDel: 1 });
    const names = [...titles.keys()];
    const haystack = names.map((name) => titles.get(name) ?? "");
    let last = new Set(names);

    /** @param {string} text @returns {Set<string>} the models that meet a search; throws a `WhereError` */
    const met = (text) => {
      /** @type {boolean[]} */
      const hits = Where.search(text, all);
      return new Set(all.models.filter((/** @type {any} */ _, /** @type {number} */ place) => hits[place]).map((/** @type {any} */ model) => model.name));
    };

    /** @param {string} text @returns {Set<string>} the models whose names are nearly those words */
    const near = (text) => {
      const plain = words(text).filter((word) => !/[:<>=]/.test(word)).join(" ");
      const found = plain ? fuzzy.filter(haystack, plain) : null;
      return new Set((found ?? []).map((/** @type {number} */ place) => names[place]));
    };

    /** @param {string} text @returns {Found} what meets a search; of one that makes no sense, what it may mean, names
     * like its words, or what met the last */
    const find = (text) => {
      let said = "", meant = text;
      for (let tries = 0; tries <= TRIES; tries += 1) {
        try {
          last = met(meant);
          return { matches: last, said: "", meant: meant === text ? "" : meant };
        } catch (error) {
          if (!(error instanceof Where.WhereError)) throw error;
          said ||= error.message;
          if (!error.meant) break;
          meant = mended(meant, error);
        }
      }
      const alike = near(text);
      return { matches: alike.size ? alike : last, said: alike.size ? "names like it" : said, meant: "" };
    };
    return { met, find };
  };
  return { words, field, over };
})();

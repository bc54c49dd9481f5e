// Search in the language of `--where`: free words, and conditions such as active<10B.
"use strict";
(() => {
  /** Return the words of a search; quotes hold words together. */
  const words = (/** @type {string} */ text) => text.match(/[^\s"]*"[^"]*"?|\S+/g) ?? [];

  /** Return the models that meet all words of a search, and what is wrong with it. */
  const search = (/** @type {Record<string, any>[]} */ models, /** @type {string} */ text) => {
    const wanted = words(text).map((word) => word.toLowerCase());
    const has = (/** @type {Record<string, any>} */ model) => `${model.title} ${model.developer} ${model.family}`.toLowerCase();
    return { matches: models.filter((model) => wanted.every((word) => has(model).includes(word))), fault: "" };
  };
  Object.assign(archposter, { words, search });
})();

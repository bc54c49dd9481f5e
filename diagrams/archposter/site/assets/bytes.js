// @ts-check
// What a model keeps in memory: sums of the same terms as the program's (archposter/counts/cache.py).
"use strict";

/**
 * @typedef {[times: number, size: number, stretch: number, limit: number | null]} Term
 * @typedef {{ slug: string, name: string, size: string, developer: string, released: string, license: string,
 *   decoder: string, accent: number, layers: number, total: number, active: number, context: number | null,
 *   kept: Term[], indexed: Term[], state: number,
 *   strip: { width: number, height: number, kinds: [string, number, number, string, string][], pattern: string }
 * }} Sizes
 * @typedef {{ name: string, maker: string, words: string, bytes: number }} Gpu
 */

const Bytes = (() => {
  /** Bytes of the formats of numbers: those of weights, and those of cached keys and values. */
  const FORMATS = { bf16: 2, fp8: 1, "4-bit": 0.5 };

  /** @param {Term[]} terms @param {number} tokens @returns {number} bytes, of numbers of two bytes */
  const sum = (terms, tokens) =>
    terms.reduce((all, [times, size, stretch, limit]) => {
      const near = limit === null ? tokens : Math.min(tokens, limit);
      return all + times * Math.floor((size * near) / stretch);
    }, 0);

  /** Return the bytes of one sequence: keys and values, keys of indexers, and states, which keep their format.
   * @param {Sizes} model @param {number} tokens @param {keyof typeof FORMATS} [format] */
  function parts(model, tokens, format = "bf16") {
    const share = FORMATS[format] / FORMATS.bf16;
    return {
      keys: Math.ceil(sum(model.kept, tokens) * share),
      indexer: Math.ceil(sum(model.indexed, tokens) * share),
      state: model.state,
    };
  }

  /** Return the bytes of one sequence. @param {Sizes} model @param {number} tokens @param {keyof typeof FORMATS} [format] */
  function total(model, tokens, format = "bf16") {
    const { keys, indexer, state } = parts(model, tokens, format);
    return keys + indexer + state;
  }

  /** Return the bytes of all weights. @param {Sizes} model @param {keyof typeof FORMATS} format */
  const weights = (model, format) => Math.ceil(model.total * FORMATS[format]);

  /** Return the longest context, up to a most, whose sequences fit into some bytes; 0 where none does.
   * @param {Sizes} model @param {number} room @param {number} sequences @param {keyof typeof FORMATS} format @param {number} most */
  function longest(model, room, sequences, format, most) {
    let [fits, over] = [0, most + 1];
    while (over - fits > 1) {
      const middle = Math.floor((fits + over) / 2);
      if (sequences * total(model, middle, format) <= room) fits = middle;
      else over = middle;
    }
    return fits;
  }

  return { FORMATS, parts, total, weights, longest };
})();

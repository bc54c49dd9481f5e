// @ts-check
// What differs between two models, unpacked (archposter/site/pairs.py packs it).
"use strict";

/**
 * @typedef {{ words: string[], types: number[][], pairs: Record<string, any[]> }} Packed
 * @typedef {{ aspect: string, part: string, field: string, kind: "mechanism" | "scale" | "tuning", topic: string,
 *   label: string, values: [string, string], ratio: string, layers: [number, number] }} Row
 * @typedef {{ tokens: number, rings: [Map<string, string>, Map<string, string>], same: string[], rows: Row[] }} Pair
 */

const Pairs = (() => {
  const ROW = 6;
  const FOLLOWS = "What follows";

  /** @param {string[]} names @returns {string[]} the two in the order of the files */
  const ordered = ([first, second]) => (first < second ? [first, second] : [second, first]);

  /** Return what differs between a file's model and another, or the other way round.
   * @param {Packed} file @param {string} other @param {boolean} swapped @returns {Pair} */
  function unpack({ words, types, pairs }, other, swapped) {
    const [tokens, first, second, same, numbers] = pairs[other];
    const rings = (/** @type {number[]} */ places) => {
      /** @type {Map<string, string>} */
      const found = new Map();
      for (let at = 0; at < places.length; at += 2) found.set(words[places[at]], words[places[at + 1]]);
      return found;
    };
    const rows = [];
    for (let at = 0; at < numbers.length; at += ROW) {
      const [type, one, two, ratio, layers, others] = numbers.slice(at, at + ROW);
      const [aspect, part, field, kind, topic, label] = types[type].map((place) => words[place]);
      const [forth, back] = words[ratio].split("|");
      rows.push(/** @type {Row} */ ({
        aspect, part, field, kind, topic, label,
        values: swapped ? [words[two], words[one]] : [words[one], words[two]],
        ratio: (swapped ? back : forth) ?? "",
        layers: swapped ? [others, layers] : [layers, others],
      }));
    }
    const both = [rings(first), rings(second)];
    return {
      tokens,
      rings: /** @type {Pair["rings"]} */ (swapped ? both.reverse() : both),
      same: same.map((/** @type {number} */ place) => words[place]),
      rows,
    };
  }

  /** Return the differences by topic, in their order. @param {Row[]} rows @returns {Map<string, Row[]>} */
  function topics(rows) {
    /** @type {Map<string, Row[]>} */
    const found = new Map();
    for (const row of rows) {
      if (row.topic === FOLLOWS) continue;
      found.set(row.topic, [...(found.get(row.topic) ?? []), row]);
    }
    return found;
  }

  /** Return how many of what differ, in words. @param {Row[]} rows */
  function summary(rows) {
    const own = rows.filter((row) => row.topic !== FOLLOWS);
    if (!rows.length) return "The same architecture";
    const nouns = { mechanism: "mechanism", scale: "size", tuning: "constant" };
    const said = Object.entries(nouns)
      .map(([kind, noun]) => ({ many: own.filter((row) => row.kind === kind).length, noun }))
      .filter(({ many }) => many)
      .map(({ many, noun }) => `${many} ${noun}${many > 1 ? "s" : ""}`);
    const one = said.length === 1 && said[0].startsWith("1 ");
    return `${said.join(", ") || "Counts"} differ${one ? "s" : ""}`;
  }

  return { FOLLOWS, ordered, unpack, topics, summary };
})();

// @ts-check
// Numbers as people read them, the same as in the program (archposter/units.py).
"use strict";

const Units = (() => {
  const SI = ["k", "M", "B", "T", "P", "E", "Z", "Y"];
  const BINARY = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB", "ZiB", "YiB"];

  /** Return a fraction with three significant digits, halves to even, without zeros after the point.
   * @param {bigint} above @param {bigint} below */
  function significant(above, below) {
    const digits = above < 10n * below ? 2 : above < 100n * below ? 1 : 0;
    const scaled = above * 10n ** BigInt(digits);
    let rounded = scaled / below;
    const twice = (scaled % below) * 2n;
    if (twice > below || (twice === below && rounded % 2n === 1n)) rounded += 1n;
    const text = String(rounded).padStart(digits + 1, "0");
    const whole = text.slice(0, text.length - digits);
    const part = text.slice(text.length - digits).replace(/0+$/, "");
    return digits && part ? `${whole}.${part}` : whole;
  }

  /** @param {bigint} value @param {bigint} below @param {bigint} base @param {string[]} names @param {bigint[]} bound
   * @returns {[string, string]} the number and its unit, "" below the first */
  function stepped(value, below, base, names, [times, least]) {
    for (let power = names.length; power > 0; power--) {
      const step = base ** BigInt(power);
      if (value * times >= step * least * below) return [significant(value, step * below), names[power - 1]];
    }
    return ["", ""];
  }

  /** Return a count: 671026404352 -> "671B". @param {number} value */
  function count(value) {
    const [number, name] = stepped(BigInt(value), 1n, 1000n, SI, [10000n, 9995n]);
    return number ? number + name : String(value);
  }

  /** Return bytes, or bytes by a number of tokens: 70272 -> "68.6 KiB". @param {number} value @param {number} [by] */
  function size(value, by = 1) {
    const [above, below] = [BigInt(value), BigInt(by)];
    const [number, name] = stepped(above, below, 1024n, BINARY, [2048n, 2047n]);
    if (number) return `${number} ${name}`;
    return value ? `${significant(above, below)} B` : "0 B";
  }

  /** Return a context length: 131072 -> "128k". @param {number} value */
  function tokens(value) {
    if (value % 2 ** 20 === 0) return `${value / 2 ** 20}M`;
    if (value % 1024 === 0 && (value < 2 ** 16 || value % 2 ** 13 === 0) && value < 10_000 * 1024) return `${value / 1024}k`;
    return exact(value);
  }

  /** Return a whole number with its thousands apart. @param {number} value */
  const exact = (value) => value.toLocaleString("en");

  /** Return a date: "2024-12-26" -> "26 December 2024". @param {string} iso */
  const day = (iso) => new Date(`${iso}T00:00:00Z`).toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });

  return { count, size, tokens, exact, day };
})();

// @ts-check
/**
 * The language of queries in a page: as search/language.py reads it, over what search/page.py exports.
 *
 * One table of cases, tests/search/cases.json, holds both to the same answers and the same messages.
 */

/**
 * @typedef {{
 *   names: string[], numbers: Record<string, Record<string, number>>, dates: Record<string, string>,
 *   models: string[], kinds: string[], decoders: string[], called: Record<string, string>, longest: number
 * }} Language
 * @typedef {{
 *   name: string, released: string | null,
 *   numbers: Record<string, number | null>, names: Record<string, number[]>
 * }} Model
 * @typedef {{ language: Language, words: string[], models: Model[] }} Exported
 * @typedef {{ field: string, sign: string, values: string[], negated: boolean, said: string }} Term
 * @typedef {(model: Model) => boolean} Test
 */

const Where = (() => {
  /** `wrong` is what makes no sense in the condition `said`, `meant` what it may mean, "" if nothing is near. */
  class WhereError extends Error {
    said = "";
    wrong = "";
    meant = "";
  }

  // ---- names

  const TOKEN = /[0-9]+(?:\.[0-9]+)*|(?:(?![0-9])[\p{L}\p{N}])+/gu;

  /** @type {Map<string, string[]>} */
  const remembered = new Map();

  /** @param {string} text @returns {string[]} the name from the beginning of each of its words on */
  function starts(text) {
    let found = remembered.get(text);
    if (!found) {
      const words = text.normalize("NFKC").toLowerCase().match(TOKEN) ?? [];
      found = words.map((_, place) => words.slice(place).join(""));
      remembered.set(text, found);
    }
    return found;
  }

  /** @param {string} wanted */
  const joined = (wanted) => starts(wanted)[0] ?? "";

  /** @param {string} wanted @param {string} name */
  const within = (wanted, name) => starts(name).some((start) => start.startsWith(joined(wanted)));

  /** @param {string} wanted @param {string[]} names @returns {string[]} */
  function matching(wanted, names) {
    const sought = joined(wanted);
    if (!sought) return [];
    const whole = names.filter((name) => joined(name) === sought);
    return whole.length ? whole : names.filter((name) => within(wanted, name));
  }

  /** How much of two texts is alike, from 0 to 1: Ratcliff and Obershelp's measure, as Python's difflib has it.
   * @param {string[]} a @param {string[]} b */
  function alike(a, b) {
    /** @param {number} a0 @param {number} a1 @param {number} b0 @param {number} b1 @returns {number} */
    function matched(a0, a1, b0, b1) {
      let best = 0, atA = a0, atB = b0;
      for (let i = a0; i < a1; i++) {
        for (let j = b0; j < b1; j++) {
          let size = 0;
          while (i + size < a1 && j + size < b1 && a[i + size] === b[j + size]) size++;
          if (size > best) [best, atA, atB] = [size, i, j];
        }
      }
      return best && best + matched(a0, atA, b0, atB) + matched(atA + best, a1, atB + best, b1);
    }
    const all = a.length + b.length;
    return all ? (2 * matched(0, a.length, 0, b.length)) / all : 1;
  }

  /** @param {string} wanted @param {string[]} names @returns {string} the name most like the one wanted, or "" */
  function nearest(wanted, names) {
    const word = [...wanted.toLowerCase()].slice(0, 60);
    let best = 0.6, found = "";
    for (const name of new Set(names.map((name) => name.toLowerCase()))) {
      const letters = [...name];
      const most = (2 * Math.min(letters.length, word.length)) / (letters.length + word.length);
      const near = most < best ? 0 : alike(letters, word);
      if (near > best || (near === best && name > found)) [best, found] = [near, name];
    }
    return found;
  }

  // ---- reading

  const HEAD = /(-?)([A-Za-z_]+)\s*(!=|<=|>=|==?|<|>|:)\s*/y;
  const TO_NEXT = /[^]*?(?=\s+-?[A-Za-z_]+\s*(?:!=|<=|>=|==?|<|>|:)|\s*$)/y;
  const WORD = /(-?)(?:"([^"]*)"?|(\S+))/y;
  const TO_BLANK = /\S*/y;
  const ALTERNATIVES = /(?:"[^"]*"?|[^\s"])*/y;
  const ALTERNATIVE = /"([^"]*)"?|([^",]+)/g;
  const DATE = /^\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?$/;
  const QUANTITY = /^([0-9]{1,15})(?:\.([0-9]{1,9}))? ?([A-Za-z]*)$/;

  /** @param {RegExp} pattern @param {string} text @param {number} at @returns {RegExpExecArray} */
  function match(pattern, text, at) {
    pattern.lastIndex = at;
    return /** @type {RegExpExecArray} */ (pattern.exec(text));
  }

  /** @param {string} text @returns {string} in quotes, cut to 60 characters, what cannot be seen escaped */
  function printable(text) {
    const safe = [...text.replace(/(?! )[\p{C}\p{Z}]/gu, escaped)];
    return safe.length > 60 ? `"${safe.slice(0, 59).join("")}…"` : `"${safe.join("")}"`;
  }

  /** @param {string} character */
  function escaped(character) {
    const code = /** @type {number} */ (character.codePointAt(0));
    const short = { 9: "\\t", 10: "\\n", 13: "\\r" }[code];
    const digits = code.toString(16);
    if (short) return short;
    if (code < 256) return `\\x${digits.padStart(2, "0")}`;
    return code < 65536 ? `\\u${digits.padStart(4, "0")}` : `\\U${digits.padStart(8, "0")}`;
  }

  /** @param {string} said @param {string} message @param {string} [wrong] @param {string} [meant] */
  function fault(said, message, wrong = "", meant = "") {
    const hint = meant ? `; did you mean "${meant}"?` : "";
    return Object.assign(new WhereError(`condition ${printable(said)}: ${message}${hint}`), { said, wrong, meant });
  }

  /** @param {Record<string, number>} suffixes @returns {RegExp} of a number and its suffix, else of a word */
  function numberPattern(suffixes) {
    const known = Object.keys(suffixes).join("|");
    return new RegExp(`[0-9][0-9.,]*${known && `(?: ?(?:${known}))?`}(?=\\s|$)|\\S*`, "yi");
  }

  /** @param {string} words @param {Record<string, number>} suffixes @returns {number | null} */
  function quantity(words, suffixes) {
    const found = QUANTITY.exec(words.trim().replaceAll(",", ""));
    if (!found) return null;
    const [, whole, part = "", suffix] = found;
    const known = Object.entries(suffixes).find(([name]) => name.toLowerCase() === suffix.toLowerCase());
    if (suffix && !known) return null;
    // Rounded once.
    return Number(BigInt(whole + part) * BigInt(known ? known[1] : 1)) / 10 ** part.length;
  }

  /** @param {Language} language */
  const fieldsOf = ({ names, numbers, dates }) => [...names, ...Object.keys(numbers), ...Object.keys(dates)];

  /** @param {string} query @param {Language} language @returns {Term[]} */
  function terms(query, language) {
    if ([...query].length > language.longest) {
      throw new WhereError(`a query has at most ${language.longest.toLocaleString("en")} characters`);
    }
    const found = [];
    let at = query.length - query.trimStart().length;
    while (at < query.length) {
      const head = match(HEAD, query, at);
      let term, end;
      if (head) {
        [term, end] = condition(query, head, language);
      } else {
        const word = match(WORD, query, at);
        term = { field: "", sign: ":", values: [word[2] || word[3] || ""], negated: !!word[1], said: word[0] };
        end = at + word[0].length;
      }
      found.push(term);
      at = query.length - query.slice(end).trimStart().length;
    }
    return found;
  }

  /** @param {string} query @param {RegExpExecArray} head @param {Language} language @returns {[Term, number]} */
  function condition(query, head, language) {
    const { names, numbers, dates } = language;
    const field = head[2].toLowerCase(), sign = head[3].replace("==", "="), at = head.index + head[0].length;
    const fields = fieldsOf(language);
    if (!fields.includes(field)) {
      const message = `unknown field ${printable(head[2])}: expected ${fields.join(", ")}`;
      throw fault(head[0] + match(TO_BLANK, query, at)[0], message, head[2], nearest(field, fields));
    }
    const named = names.includes(field);
    const pattern = field in numbers ? numberPattern(numbers[field])
      : !named ? TO_BLANK : sign === ":" ? ALTERNATIVES : TO_NEXT;
    const text = match(pattern, query, at)[0], end = at + text.length, said = query.slice(head.index, end);
    let values = [text.replace(/^"+|"+$/g, "")];
    if (named) {
      if (![":", "=", "!="].includes(sign)) throw fault(said, `${field} is a name: expected :, = or !=`);
      if (sign === ":") values = [...text.matchAll(ALTERNATIVE)].map(([, quoted, bare]) => quoted || bare || "");
      if (!values.length) values = [""];
    } else if (dates[field] && sign !== ":" && sign !== "=") {
      throw fault(said, `${field} has its comparison in its name: expected ${field}:DATE`);
    }
    return [{ field, sign, values, negated: !!head[1], said }, end];
  }

  // ---- tests

  /** @type {Record<string, (a: any, b: any) => boolean>} */
  const OPERATORS = {
    "!=": (a, b) => a !== b,
    "<=": (a, b) => a <= b,
    ">=": (a, b) => a >= b,
    "=": (a, b) => a === b,
    "<": (a, b) => a < b,
    ">": (a, b) => a > b,
  };

  /** @param {string} field @param {Exported} all @returns {string[]} the names that a field may have */
  function known(field, all) {
    const { models, kinds, decoders } = all.language;
    const places = new Set(all.models.flatMap((model) => model.names[field]));
    if (field === "new") all.models.forEach((model) => model.names.has.forEach((place) => places.add(place)));
    const names = new Set([...places].map((place) => all.words[place]));
    if (models.includes(field)) all.models.forEach((model) => names.add(model.name));
    if (kinds.includes(field)) decoders.forEach((name) => names.add(name));
    return [...names].sort();
  }

  /** @param {Term} term @param {Exported} all @returns {Test} */
  function named({ field, sign, values, said }, all) {
    const names = known(field, all), wanted = new Set();
    for (const value of values) {
      const found = matching(value, names);
      if (!found.length) {
        const called = all.language.called[field] ?? field;
        throw fault(said, `unknown ${called} ${printable(value)}`, value, nearest(value, names));
      }
      found.forEach((name) => wanted.add(name));
    }
    return (model) => model.names[field].some((place) => wanted.has(all.words[place])) === (sign !== "!=");
  }

  /** @param {Term} term @param {Exported} all @returns {Test} */
  function worded({ values: [value], said }, all) {
    if (!joined(value)) throw fault(said, "expected FIELD:VALUE, FIELD<VALUE or a word of a name");
    const names = [...known("name", all), ...known("dev", all)];
    const found = new Set(names.filter((name) => within(value, name)));
    if (!found.size) {
      throw fault(said, `no model, developer or family is called ${printable(value)}`, value, meant(value, names, all));
    }
    return ({ names: { name, dev } }) => [...name, ...dev].some((place) => found.has(all.words[place]));
  }

  /** @param {string} value @param {string[]} names @param {Exported} all */
  function meant(value, names, all) {
    if (fieldsOf(all.language).includes(value.toLowerCase())) return `${value.toLowerCase()}:VALUE`;
    for (const field of ["kind", "has"]) {
      if (matching(value, known(field, all)).length) {
        return `${field}:${(value.normalize("NFKC").toLowerCase().match(TOKEN) ?? []).join("-")}`;
      }
    }
    const name = nearest(value, names), kind = name ? "" : nearest(value, known("kind", all));
    return kind ? `kind:${kind}` : name;
  }

  /** @param {Term} term @param {Language} language @returns {Test} */
  function numbered({ field, sign, values: [value], said }, language) {
    const suffixes = language.numbers[field], limit = quantity(value, suffixes);
    if (limit === null) {
      const ends = Object.keys(suffixes).join(", ");
      throw fault(said, `got ${printable(value)}, expected a number${ends && `, which may end in ${ends}`}`);
    }
    const compare = OPERATORS[sign.replace(":", "=")];
    return (model) => compare(model.numbers[field] ?? Infinity, limit);
  }

  /** @param {Term} term @param {Language} language @returns {Test} */
  function dated({ field, sign, values: [value], said }, language) {
    if (!DATE.test(value)) throw fault(said, `got ${printable(value)}, expected a date such as 2026-01-31`);
    const means = language.dates[field] || sign.replace(":", "="), compare = OPERATORS[means];
    // As long as the date that was given: all days of a month or year compare as equal to it.
    return ({ released }) => (released ? compare(released.slice(0, value.length), value) : means === "!=");
  }

  /** @param {Term} term @param {Exported} all @returns {Test} */
  function test(term, all) {
    const { language } = all, { field } = term;
    const found = !field ? worded(term, all)
      : field in language.numbers ? numbered(term, language)
      : field in language.dates ? dated(term, language) : named(term, all);
    return term.negated ? (model) => !found(model) : found;
  }

  /**
   * Return which of the models meet a query, in their order; an empty one is met by all.
   *
   * Throws a `WhereError`, whose message is for the reader, for a query that makes no sense.
   * @param {string} query @param {Exported} all @returns {boolean[]}
   */
  function search(query, all) {
    const tests = terms(query, all.language).map((term) => test(term, all));
    return all.models.map((model) => tests.every((met) => met(model)));
  }

  return { search, terms, WhereError };
})();

if (typeof module !== "undefined") module.exports = Where;

// @ts-check
// Cache over context: a line a model, both axes logarithmic, drawn as SVG.
"use strict";

const Lines = (() => {
  const SPACE = /** @type {SVGElement} */ (document.querySelector("svg")).namespaceURI;
  /** @typedef {{ width: number, height: number, left: number, right: number, top: number, bottom: number, named: boolean }} Sheet */
  const WIDE = { width: 900, height: 380, left: 78, right: 220, top: 14, bottom: 44, named: true };
  /** On a telephone names stand above. */
  const NARROW = { width: 360, height: 300, left: 66, right: 14, top: 14, bottom: 44, named: false };
  const narrow = matchMedia("(max-width: 40rem)");
  const [LEAST, MOST] = [2 ** 10, 2 ** 20];

  /** Return an element of SVG. @param {string} name @param {Record<string, string | number>} [given] @param {string} [text] */
  function svg(name, given = {}, text = "") {
    const made = document.createElementNS(SPACE, name);
    for (const [key, value] of Object.entries(given)) made.setAttribute(key, String(value));
    if (text) made.textContent = text;
    return made;
  }

  /** Return the chart, which is drawn again where the page becomes narrow or wide.
   * @param {Sizes[]} models @param {keyof typeof Bytes.FORMATS} [format] */
  function chart(models, format = "bf16") {
    const whole = document.createElement("div");
    whole.className = "lines-chart";
    const draw = () => whole.replaceChildren(...(narrow.matches ? [key(models), picture(models, format, NARROW)] : [picture(models, format, WIDE)]));
    whole.addEventListener("draw", draw);
    draw();
    return whole;
  }
  narrow.addEventListener("change", () => document.querySelectorAll(".lines-chart").forEach((each) => each.dispatchEvent(new Event("draw"))));

  /** @param {Sizes[]} models */
  function key(models) {
    const list = document.createElement("ul");
    list.className = "key";
    list.append(...models.map((model, place) => Object.assign(document.createElement("li"), { className: `of-${place}`, textContent: `${model.name} ${model.size}`.trim() })));
    return list;
  }

  /** @param {Sizes[]} models @param {keyof typeof Bytes.FORMATS} format @param {Sheet} sheet */
  function picture(models, format, sheet) {
    const { width: WIDTH, height: HEIGHT, left: LEFT, right: RIGHT, top: TOP, bottom: BOTTOM } = sheet;
    const steps = Array.from({ length: 81 }, (_, at) => Math.round(LEAST * 2 ** (at / 8)));
    const values = models.map((model) => steps.map((tokens) => Bytes.total(model, tokens, format)));
    const all = values.flat().filter((bytes) => bytes > 0);
    const low = Math.floor(Math.log2(Math.min(...all)));
    const high = Math.max(low + 1, Math.ceil(Math.log2(Math.max(...all))));
    const x = (/** @type {number} */ tokens) => LEFT + (Math.log2(tokens / LEAST) / Math.log2(MOST / LEAST)) * (WIDTH - LEFT - RIGHT);
    const y = (/** @type {number} */ bytes) => HEIGHT - BOTTOM - ((Math.log2(bytes) - low) / (high - low)) * (HEIGHT - TOP - BOTTOM);
    const title = `Cache of one sequence over its length: ${models.map((model) => `${model.name} ${model.size}`.trim()).join(", ")}`;
    const drawn = svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": title });
    const every = Math.ceil((high - low) / 8);
    for (let power = low; power <= high; power += every) {
      drawn.append(
        svg("line", { x1: LEFT, x2: WIDTH - RIGHT, y1: y(2 ** power), y2: y(2 ** power), class: "grid" }),
        svg("text", { x: LEFT - 10, y: y(2 ** power) + 5, class: "tick end" }, Units.size(2 ** power)),
      );
    }
    for (let tokens = LEAST; tokens <= MOST; tokens *= 4) {
      drawn.append(
        svg("line", { x1: x(tokens), x2: x(tokens), y1: TOP, y2: HEIGHT - BOTTOM, class: "grid" }),
        svg("text", { x: x(tokens), y: HEIGHT - BOTTOM + 22, class: "tick middle" }, Units.tokens(tokens)),
      );
    }
    drawn.append(svg("text", { x: (LEFT + WIDTH - RIGHT) / 2, y: HEIGHT - 4, class: "tick middle" }, "tokens"));
    const ends = models.map((model, place) => ({ model, place, at: y(Math.max(1, values[place][steps.length - 1])) }));
    for (const { model, place } of ends) {
      const known = model.context ?? Infinity;
      const points = steps.map((tokens, at) => ({ tokens, bytes: values[place][at] })).filter(({ bytes }) => bytes > 0);
      if (!points.length) continue;
      const path = (/** @type {typeof points} */ some) => some.map(({ tokens, bytes }, at) => `${at ? "L" : "M"}${x(tokens).toFixed(1)} ${y(bytes).toFixed(1)}`).join("");
      const inside = points.filter(({ tokens }) => tokens <= known), beyond = points.filter(({ tokens }) => tokens >= known);
      if (inside.length) drawn.append(svg("path", { d: path(inside), class: `line of-${place}` }));
      if (inside.length && beyond.length) beyond.unshift(inside[inside.length - 1]);
      if (beyond.length) drawn.append(svg("path", { d: path(beyond), class: `line beyond of-${place}` }));
    }
    follow(/** @type {SVGElement} */ (drawn), models, format, x, sheet);
    if (!sheet.named) return drawn;
    // Names at the ends, pushed apart.
    ends.sort((one, other) => one.at - other.at);
    ends.forEach((end, at) => { if (at) end.at = Math.max(end.at, ends[at - 1].at + 20); });
    const over = Math.max(0, (ends.at(-1)?.at ?? 0) - (HEIGHT - BOTTOM));
    for (const { model, place, at } of ends) {
      const name = `${model.name} ${model.size}`.trim();
      drawn.append(svg("text", { x: WIDTH - RIGHT + 10, y: at - over + 5, class: `name of-${place}` }, name.length > 28 ? `${name.slice(0, 27)}…` : name));
    }
    return drawn;
  }

  /** Say every model's bytes at the length under the pointer, or where a finger was last.
   * @param {SVGElement} drawn @param {Sizes[]} models @param {keyof typeof Bytes.FORMATS} format @param {(tokens: number) => number} x
   * @param {Sheet} sheet */
  function follow(drawn, models, format, x, { width: WIDTH, height: HEIGHT, left: LEFT, right: RIGHT, top: TOP, bottom: BOTTOM }) {
    const rule = svg("line", { y1: TOP, y2: HEIGHT - BOTTOM, class: "rule" });
    const words = models.map((_, place) => svg("text", { class: `value of-${place}` }));
    const head = svg("text", { class: "value head" });
    const read = svg("g", { class: "read", visibility: "hidden" });
    read.append(rule, head, ...words);
    drawn.append(read);
    drawn.addEventListener("pointerleave", (event) => {
      if (event.pointerType !== "touch") read.setAttribute("visibility", "hidden");
    });
    const at = (/** @type {PointerEvent} */ event) => {
      const box = drawn.getBoundingClientRect();
      const place = ((event.clientX - box.left) / box.width) * WIDTH;
      const share = Math.min(1, Math.max(0, (place - LEFT) / (WIDTH - LEFT - RIGHT)));
      const tokens = Math.round((MOST / LEAST) ** share) * LEAST;
      const right = share < 0.6;
      rule.setAttribute("x1", String(x(tokens)));
      rule.setAttribute("x2", String(x(tokens)));
      const said = [Units.tokens(tokens), ...models.map((model) => Units.size(Bytes.total(model, tokens, format)))];
      [head, ...words].forEach((text, line) => {
        text.textContent = said[line];
        text.setAttribute("x", String(x(tokens) + (right ? 8 : -8)));
        text.setAttribute("y", String(TOP + 14 + 19 * line));
        text.setAttribute("text-anchor", right ? "start" : "end");
      });
      read.setAttribute("visibility", "visible");
    };
    drawn.addEventListener("pointerdown", at);
    drawn.addEventListener("pointermove", at);
  }

  return { chart, svg };
})();

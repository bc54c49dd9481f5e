// @ts-check
// The page of comparisons: two models side by side, up to six in a table; what is chosen is in the address.
"use strict";
(async () => {
  const MOST = 6;
  const controls = /** @type {HTMLElement} */ (document.querySelector("[data-controls]"));
  const choosers = /** @type {HTMLElement} */ (document.querySelector("[data-choosers]"));
  const template = /** @type {HTMLTemplateElement} */ (document.querySelector("[data-chooser]"));
  const view = /** @type {HTMLElement} */ (document.querySelector("[data-view]"));
  const starts = /** @type {HTMLElement} */ (document.querySelector("[data-starts]"));
  const swap = /** @type {HTMLButtonElement} */ (document.querySelector("[data-swap]"));
  const more = /** @type {HTMLButtonElement} */ (document.querySelector("[data-more]"));
  const said = /** @type {HTMLElement} */ (document.querySelector("[data-said]"));

  /** Return an element. @param {string} name @param {Record<string, string>} [given] @param {(Node | string)[]} inside */
  function h(name, given = {}, ...inside) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(given)) made.setAttribute(key, value);
    made.append(...inside);
    return made;
  }

  const { models: listed } = await archposter.load("sizes");
  /** @type {Map<string, Sizes>} */
  const known = new Map(listed.map((/** @type {Sizes} */ model) => [model.slug, model]));
  const title = (/** @type {Sizes} */ model) => `${model.name} ${model.size}`.trim();
  /** @type {string[]} */
  let chosen = [];
  /** @type {string[]} */
  let unknown = [];
  let turn = 0;
  const page = document.title;

  function read() {
    const asked = new Set((new URLSearchParams(location.search).get("models") ?? "").split(",").filter(Boolean));
    chosen = [...asked].filter((slug) => known.has(slug)).slice(0, MOST);
    unknown = [...asked].filter((slug) => !known.has(slug));
  }

  /** @param {string[]} wanted */
  function change(wanted) {
    chosen = [...new Set(wanted.filter(Boolean))].slice(0, MOST);
    unknown = [];
    history.pushState(null, "", chosen.length ? `?models=${chosen.join(",")}` : location.pathname);
    show();
  }

  /** Put a chooser for every model, and empty ones up to two. @param {number} [empty] */
  function choose(empty = 0) {
    const many = Math.max(2, chosen.length + empty);
    while (choosers.children.length > many) choosers.lastElementChild?.remove();
    while (choosers.children.length < many) choosers.append(template.content.cloneNode(true));
    [...choosers.querySelectorAll("label")].forEach((label, place) => {
      const select = /** @type {HTMLSelectElement} */ (label.querySelector("select"));
      const remove = /** @type {HTMLButtonElement} */ (label.parentElement?.querySelector("button"));
      const own = chosen[place] ?? "";
      select.value = own;
      label.querySelector("span")?.replaceChildren(`Model ${place + 1}`);
      for (const option of select.options) option.disabled = option.value !== own && chosen.includes(option.value);
      select.onchange = () => {
        const next = [...chosen];
        next[place] = select.value;
        change(next);
      };
      remove.hidden = many <= 2;
      remove.onclick = () => change(chosen.filter((_, at) => at !== place));
      remove.setAttribute("aria-label", `Remove ${own ? title(/** @type {Sizes} */ (known.get(own))) : "model"}`);
      (/** @type {HTMLElement} */ (label.parentElement)).className = `chooser of-${place}`;
    });
    swap.hidden = many > 2;
    swap.disabled = chosen.length !== 2;
    more.disabled = many >= MOST || chosen.length < 2;
  }

  async function show() {
    choose();
    const mine = ++turn;
    starts.hidden = chosen.length >= 2 || !starts.querySelector("a");
    document.title = [...(chosen.length >= 2 ? [chosen.map((slug) => title(/** @type {Sizes} */ (known.get(slug)))).join(" and ")] : []), page].join(" · ");
    if (chosen.length < 2) {
      said.textContent = chosen.length ? "Choose another model to compare it with." : "";
      view.replaceChildren(...missing(), h("p", { class: "muted", "aria-hidden": "true" }, said.textContent));
      return;
    }
    const models = chosen.map((slug) => /** @type {Sizes} */ (known.get(slug)));
    const two = chosen.length === 2;
    const [pair, ...towers] = await Promise.all([two ? between(chosen[0], chosen[1]) : null, ...chosen.map((slug) => archposter.load(`towers/${slug}`))]);
    if (mine !== turn) return;
    view.replaceChildren(...missing(), ...(pair ? Side.bySide(models, pair, towers) : Table.of(models, towers)));
    said.textContent = pair ? `${Pairs.summary(pair.rows)}.` : `${chosen.length} models beside one another.`;
  }

  /** Say which names of the address no model has. */
  const missing = () => (unknown.length ? [h("p", { class: "muted" }, `No model here is called ${unknown.join(" or ")}.`)] : []);

  /** @param {string} first @param {string} second @returns {Promise<Pair>} */
  async function between(first, second) {
    const [file, other] = Pairs.ordered([first, second]);
    return Pairs.unpack(await archposter.load(`pairs/${file}`), other, file !== first);
  }

  const Side = (() => {
    const NOTES = { developer: "Developer", released: "Released", license: "Licence", context: "Longest context" };

    /** @param {Sizes} model @param {keyof typeof NOTES} key */
    function note(model, key) {
      if (key === "context") return model.context ? Units.tokens(model.context) : "no limit";
      if (key === "released") return model.released ? Units.day(model.released) : "not known";
      return model[key] || "not known";
    }

    /** Return two models side by side. @param {Sizes[]} models @param {Pair} pair @param {any[]} towers */
    function bySide(models, pair, towers) {
      const names = h("p", { class: "names", "aria-hidden": "true" }, ...models.map((model, place) => h("span", { class: `of-${place}` }, title(model))));
      const words = h("div", { class: "words" }, h("h2", {}, Pairs.summary(pair.rows)), names, ...differences(pair), same(pair, models));
      const sides = models.map((model, place) => side(model, place, pair, towers[place]));
      const whole = h("div", { class: "sides" }, words, h("div", { class: "towers" }, ...sides));
      light(whole);
      const rest = [follows(models, pair), maps(models), cache(models)];
      return [whole, ...rest, Picture.section(models, pair, towers)];
    }

    /** @param {Sizes} model @param {number} place @param {Pair} pair @param {any} tower */
    function side(model, place, pair, tower) {
      const link = h("a", { href: `models/${model.slug}.html` }, model.name, " ", h("span", {}, model.size));
      const head = h("header", {}, h("h2", {}, link), h("p", {}, h("span", { class: "badge" }, model.decoder)));
      const figure = h("figure", { class: "tower" }, Picture.tower(tower, pair.rings[place], place, title(model)));
      return h("section", { class: `side of-${place}`, "aria-label": title(model) }, head, figure);
    }

    /** @param {Pair} pair */
    function differences(pair) {
      return [...Pairs.topics(pair.rows)].map(([topic, rows]) => {
        const body = h("tbody", {}, ...rows.map((row) => line(row.label, row)));
        const table = h("table", {}, h("caption", {}, topic[0].toUpperCase() + topic.slice(1)), body);
        return h("div", { class: "topic", "data-topic": topic, tabindex: "0" }, table);
      });
    }

    /** @param {string} label @param {Row} row */
    function line(label, row) {
      const ratio = row.ratio ? [h("small", {}, row.ratio)] : [];
      return h("tr", { class: row.kind }, h("td", { class: "of-0" }, row.values[0]), h("th", { scope: "row" }, label || row.topic, ...ratio), h("td", { class: "of-1" }, row.values[1]));
    }

    /** @param {Pair} pair @param {Sizes[]} models */
    function same(pair, models) {
      const notes = Object.keys(NOTES).filter((key) => note(models[0], /** @type {any} */ (key)) !== note(models[1], /** @type {any} */ (key)));
      const rows = notes.map((key) => h("tr", {}, ...[0, 1].map((at) => h("td", { class: `of-${at}` }, note(models[at], /** @type {any} */ (key))))));
      rows.forEach((row, at) => row.children[0].after(h("th", { scope: "row" }, NOTES[/** @type {keyof typeof NOTES} */ (notes[at])])));
      const others = notes.length ? [h("div", { class: "topic plain" }, h("table", {}, h("caption", {}, "Not architecture"), h("tbody", {}, ...rows)))] : [];
      const alike = pair.same.length && pair.rows.length ? [h("p", { class: "muted small" }, `The same in both: ${pair.same.join(", ")}.`)] : [];
      return h("div", {}, ...others, ...alike);
    }

    /** Light up the rings of the topic under the pointer or in focus, and the topic of a ring. @param {Element} whole */
    function light(whole) {
      const lit = /** @type {HTMLElement[]} */ ([...whole.querySelectorAll("[data-topic]")]);
      const on = (/** @type {string | undefined} */ topic) => {
        whole.classList.toggle("lit", Boolean(topic));
        for (const each of lit) each.classList.toggle("on", each.dataset.topic === topic);
      };
      for (const each of lit) {
        each.addEventListener("pointerenter", () => on(each.dataset.topic));
        each.addEventListener("pointerleave", () => on(/** @type {HTMLElement | null} */ (document.activeElement?.closest(".topic") ?? null)?.dataset.topic));
        each.addEventListener("focusin", () => on(each.dataset.topic));
        each.addEventListener("focusout", () => on(undefined));
        if (each.matches(".ring")) each.addEventListener("click", () => lit.find((other) => other.matches(".topic") && other.dataset.topic === each.dataset.topic)?.focus());
      }
    }

    /** @param {Sizes[]} models @param {Pair} pair */
    function follows(models, pair) {
      const numbers = {
        total: (/** @type {Sizes} */ model) => model.total,
        active: (/** @type {Sizes} */ model) => model.active,
        bytes_per_token_at_context: (/** @type {Sizes} */ model) => Bytes.total(model, pair.tokens),
        total_bytes_at_context: (/** @type {Sizes} */ model) => Bytes.total(model, pair.tokens),
        state_bytes: (/** @type {Sizes} */ model) => model.state,
      };
      const rows = pair.rows.filter((row) => row.topic === Pairs.FOLLOWS);
      const lines = rows.map((row) => {
        const number = numbers[/** @type {keyof typeof numbers} */ (row.field)];
        const bars = number ? models.map(number) : [];
        const cell = (/** @type {number} */ at) => h("td", { class: `of-${at}` }, ...(bars.length ? [bar(bars[at], Math.max(...bars))] : []), h("span", {}, row.values[at]));
        return h("tr", {}, cell(0), h("th", { scope: "row" }, row.label, ...(row.ratio ? [h("small", {}, row.ratio)] : [])), cell(1));
      });
      const body = lines.length ? h("table", { class: "follows" }, h("tbody", {}, ...lines)) : h("p", {}, "All counts are the same.");
      return h("section", { class: "after" }, h("h2", {}, "What follows"), body);
    }

    /** @param {number} value @param {number} most */
    function bar(value, most) {
      const drawn = Lines.svg("svg", { viewBox: "0 0 100 6", preserveAspectRatio: "none", "aria-hidden": "true", class: "bar" });
      drawn.append(Lines.svg("rect", { width: most ? (100 * value) / most : 0, height: 6 }));
      return drawn;
    }

    return { bySide };
  })();

  /** Return the layer maps on one scale, a unit a layer. @param {Sizes[]} models */
  function maps(models) {
    const most = Math.max(...models.map((model) => model.strip.width));
    return h("section", { class: "maps" }, h("h2", {}, "Layers"), ...models.map((model, place) => {
      const { width, height, kinds, pattern } = model.strip;
      const drawn = Lines.svg("svg", { viewBox: `0 0 ${most} ${height}`, preserveAspectRatio: "none", class: "strip", role: "img", "aria-label": `Layer map of ${title(model)}: ${pattern}` });
      for (const [look, mark, , , path] of kinds) drawn.append(Lines.svg("path", { d: path, class: `k-${look} m${mark}` }));
      const legend = kinds.map(([look, mark, times, words]) => h("span", { class: "chip" }, h("i", { class: `k-${look} m${mark}` }), `${times} ${words}`));
      return h("div", { class: `map of-${place}` }, h("h3", {}, title(model), " ", h("span", {}, `${width} layers`)), drawn, h("p", { class: "small" }, ...legend));
    }));
  }

  /** Return cache over context, as a chart and in numbers. @param {Sizes[]} models */
  function cache(models) {
    const lengths = [2 ** 12, 2 ** 15, 2 ** 17, 2 ** 20];
    const head = h("tr", {}, h("th", { scope: "col" }, "tokens"), ...models.map((model, at) => h("th", { scope: "col", class: `n of-${at}` }, title(model))));
    const rows = lengths.map((tokens) => h("tr", {}, h("th", { scope: "row" }, Units.tokens(tokens)), ...models.map((model) => h("td", { class: "n" }, Units.size(Bytes.total(model, tokens))))));
    const numbers = h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Cache in numbers" }, h("table", {}, h("thead", {}, head), h("tbody", {}, ...rows)));
    const link = h("a", { href: `memory.html?models=${models.map((model) => model.slug).join(",")}` }, "What fits on which GPU");
    return h("section", { class: "cache" }, h("h2", {}, "Cache over context"), h("p", { class: "muted" }, "Keys, values and states of one sequence in bf16; thin beyond a model’s longest documented context. ", link), h("div", { class: "beside" }, Lines.chart(models), numbers));
  }

  const Table = (() => {
    /** @typedef {[topic: string, label: string, kind: string, words: string, telling: boolean]} Trait */
    const NONE = "–";

    /** Return up to six models in a table: what is not the same in all. @param {Sizes[]} models @param {{ traits: Trait[] }[]} towers */
    function of(models, towers) {
      /** @type {Map<string, { topic: string, label: string, kind: string, values: string[], telling: string[] }>} */
      const rows = new Map();
      towers.forEach(({ traits }, at) => traits.forEach(([topic, label, kind, words, telling]) => {
        const key = `${topic}\n${label}`;
        const found = rows.get(key) ?? { topic, label, kind, values: Array(models.length).fill(NONE), telling: Array(models.length).fill(NONE) };
        found.values[at] = words;
        if (telling) found.telling[at] = words;
        rows.set(key, found);
      }));
      // To lack something is as not to have what could have it.
      const differing = [...rows.values()].filter((row) => new Set(row.telling).size > 1);
      const counted = counts(models);
      const topics = ordered(towers.map(({ traits }) => traits.map(([topic]) => topic))).filter((topic) => differing.some((row) => row.topic === topic));
      const bodies = [...topics.map((topic) => body(topic, differing.filter((row) => row.topic === topic), models)), body(Pairs.FOLLOWS, counted, models)];
      const head = h("tr", {}, h("td", {}), ...models.map((model, at) => h("th", { scope: "col", class: `of-${at}` }, h("a", { href: `models/${model.slug}.html` }, model.name, " ", h("span", {}, model.size)))));
      const alike = rows.size - differing.length;
      return [
        h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Differences" }, h("table", { class: "many" }, h("thead", {}, head), ...bodies)),
        h("p", { class: "muted" }, `${alike} more propert${alike === 1 ? "y is" : "ies are"} the same in all.`),
        maps(models), cache(models),
      ];
    }

    /** Return all that lists have, in an order that is each one's own. @param {string[][]} lists */
    function ordered(lists) {
      /** @type {string[]} */
      const found = [];
      for (const list of lists) {
        let last = -1;
        for (const each of list) {
          const place = found.indexOf(each);
          if (place < 0) found.splice(++last, 0, each);
          else last = Math.max(last, place);
        }
      }
      return found;
    }

    /** @param {string} topic @param {{ label: string, kind: string, values: string[] }[]} rows @param {Sizes[]} models */
    function body(topic, rows, models) {
      const name = h("tr", { class: "topic-name" }, h("th", { scope: "rowgroup", colspan: String(models.length + 1) }, h("span", {}, topic[0].toUpperCase() + topic.slice(1))));
      const lines = rows.map((row) => h("tr", { class: row.kind }, h("th", { scope: "row" }, row.label), ...row.values.map((value) => h("td", value === NONE ? { class: "lack" } : {}, value))));
      return h("tbody", {}, name, ...lines);
    }

    /** @param {Sizes[]} models */
    function counts(models) {
      const tokens = 2 ** 17;
      const said = [
        { label: "parameters", values: models.map((model) => Units.count(model.total)) },
        { label: "active per token", values: models.map((model) => Units.count(model.active)) },
        { label: `cache at ${Units.tokens(tokens)}`, values: models.map((model) => Units.size(Bytes.total(model, tokens))) },
        { label: "recurrent state", values: models.map((model) => (model.state ? Units.size(model.state) : NONE)) },
        { label: "longest context", values: models.map((model) => (model.context ? Units.tokens(model.context) : "no limit")) },
        { label: "released", values: models.map((model) => (model.released ? Units.day(model.released) : NONE)) },
      ];
      return said.map((row) => ({ ...row, kind: "scale" }));
    }
    return { of };
  })();

  swap.addEventListener("click", () => change([...chosen].reverse()));
  more.addEventListener("click", () => {
    choose(1);
    /** @type {HTMLElement | null} */ (choosers.lastElementChild?.querySelector("select") ?? null)?.focus();
  });
  addEventListener("popstate", () => {
    read();
    show();
  });
  controls.hidden = false;
  read();
  await show();
})();

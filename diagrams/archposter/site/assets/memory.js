// @ts-check
// The page of memory: what chosen models take, for a context, a batch and formats, and on which GPUs it fits.
"use strict";
(async () => {
  const MOST = 6;
  const form = /** @type {HTMLFormElement} */ (document.querySelector("[data-memory]"));
  const chosenList = /** @type {HTMLElement} */ (document.querySelector("[data-chosen]"));
  const view = /** @type {HTMLElement} */ (document.querySelector("[data-view]"));
  const said = /** @type {HTMLElement} */ (document.querySelector("[data-said]"));
  const field = (/** @type {string} */ name) => /** @type {HTMLInputElement | HTMLSelectElement} */ (form.elements.namedItem(name));
  const NAMES = ["context", "batch", "weights", "cache", "gpu", "count", "spare"];
  const DEFAULTS = Object.fromEntries(NAMES.map((name) => [name, field(name).value]));

  /** @param {string} name @param {Record<string, string>} [given] @param {(Node | string)[]} inside */
  function h(name, given = {}, ...inside) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(given)) made.setAttribute(key, value);
    made.append(...inside);
    return made;
  }

  const { models, gpus } = await archposter.load("sizes");
  /** @type {Map<string, Sizes>} */
  const known = new Map(models.map((/** @type {Sizes} */ model) => [model.slug, model]));
  const title = (/** @type {Sizes} */ model) => `${model.name} ${model.size}`.trim();
  /** @type {string[]} */
  let chosen = [];
  /** @type {string[]} */
  let unknown = [];

  /** Return the tokens that words mean, NaN for others: "128k". @param {string} words */
  function tokens(words) {
    const found = /^\s*([0-9][0-9,]*(?:\.[0-9]+)?)\s*([kKmM]?)\s*$/.exec(words);
    const many = found ? Number(found[1].replaceAll(",", "")) * { "": 1, k: 2 ** 10, m: 2 ** 20 }[/** @type {"" | "k" | "m"} */ (found[2].toLowerCase())] : NaN;
    return Number.isInteger(many) && many >= 1 && many <= 1e9 ? many : NaN;
  }

  function read() {
    const asked = new URLSearchParams(location.search);
    const wanted = new Set((asked.get("models") ?? form.dataset.first ?? "").split(",").filter(Boolean));
    chosen = [...wanted].filter((slug) => known.has(slug)).slice(0, MOST);
    unknown = [...wanted].filter((slug) => !known.has(slug));
    for (const name of NAMES) {
      field(name).value = asked.get(name) ?? DEFAULTS[name];
      if (field(name) instanceof HTMLSelectElement && !field(name).value) field(name).value = DEFAULTS[name];
    }
  }

  function write() {
    const words = new URLSearchParams();
    words.set("models", chosen.join(","));
    for (const name of NAMES) if (field(name).value !== DEFAULTS[name]) words.set(name, field(name).value);
    history.replaceState(null, "", `?${words.toString().replaceAll("%2C", ",")}`);
  }

  /** Return what is asked, or null where a field makes no sense. */
  function asked() {
    const context = tokens(field("context").value), batch = tokens(field("batch").value);
    const count = Number(field("count").value), spare = Number(field("spare").value) / 100;
    for (const [name, fits] of /** @type {[string, boolean][]} */ ([["context", context > 0], ["batch", batch > 0], ["count", Number.isInteger(count) && count >= 1], ["spare", spare >= 0 && spare < 1]])) {
      field(name).setAttribute("aria-invalid", String(!fits));
      if (!fits) return null;
    }
    const gpu = /** @type {Gpu} */ (gpus.find((/** @type {Gpu} */ each) => each.name === field("gpu").value));
    const [weights, cache] = [field("weights").value, field("cache").value];
    return { context, batch, count, spare, gpu, weights: /** @type {keyof typeof Bytes.FORMATS} */ (weights), cache: /** @type {keyof typeof Bytes.FORMATS} */ (cache) };
  }

  function show() {
    chosenList.replaceChildren(...chosen.map((slug, place) => {
      const remove = h("button", { type: "button", "aria-label": `Remove ${title(/** @type {Sizes} */ (known.get(slug)))}` }, "×");
      remove.addEventListener("click", () => change(chosen.filter((each) => each !== slug)));
      return h("li", { class: `of-${place}` }, title(/** @type {Sizes} */ (known.get(slug))), remove);
    }));
    const add = /** @type {HTMLSelectElement} */ (field("add"));
    for (const option of add.options) option.disabled = chosen.includes(option.value);
    add.disabled = chosen.length >= MOST;
    const wanted = asked();
    const missing = unknown.length ? `No model here is called ${unknown.join(" or ")}.` : "";
    said.textContent = wanted ? missing : "A field holds no number that makes sense.";
    if (!wanted) return;
    if (!chosen.length) {
      view.replaceChildren(fitting(wanted));
      return;
    }
    const all = chosen.map((slug) => /** @type {Sizes} */ (known.get(slug)));
    const needs = all.map((model) => need(model, wanted));
    const most = Math.max(...needs.map((each) => each.total), wanted.gpu.bytes * wanted.count);
    view.replaceChildren(
      h("section", { class: "needs" }, h("h2", {}, "What it takes"), ...all.map((model, place) => result(model, needs[place], wanted, most, place))),
      fitting(wanted),
      gpusNeeded(all, needs, wanted),
      h("section", { class: "cache" }, h("h2", {}, "Cache over context"), h("p", { class: "muted" }, `One sequence, keys and values in ${wanted.cache}; thin beyond a model’s longest documented context.`), Lines.chart(all, wanted.cache)),
    );
  }

  /** @typedef {NonNullable<ReturnType<typeof asked>>} Asked */

  /** @param {Sizes} model @param {Asked} wanted */
  function need(model, { context, batch, weights, cache }) {
    const { keys, indexer, state } = Bytes.parts(model, context, cache);
    const own = { weights: Bytes.weights(model, weights), keys: batch * keys, indexer: batch * indexer, state: batch * state };
    return { ...own, total: own.weights + own.keys + own.indexer + own.state };
  }

  const PARTS = { weights: "weights", keys: "keys and values", indexer: "indexer keys", state: "recurrent state" };

  /** @param {Sizes} model @param {ReturnType<typeof need>} needs @param {Asked} wanted @param {number} most @param {number} place */
  function result(model, needs, wanted, most, place) {
    const room = wanted.gpu.bytes * wanted.count * (1 - wanted.spare);
    const bar = Lines.svg("svg", { viewBox: "0 0 1000 28", preserveAspectRatio: "none", class: "stack", role: "img", "aria-label": `${Units.size(needs.total)} in all` });
    let x = 0;
    const parts = /** @type {(keyof typeof PARTS)[]} */ (Object.keys(PARTS)).filter((part) => needs[part]);
    for (const part of parts) {
      const width = (1000 * needs[part]) / most;
      bar.append(Lines.svg("rect", { x, width, height: 28, class: part }));
      x += width;
    }
    const edge = (1000 * room) / most;
    bar.append(Lines.svg("line", { x1: edge, x2: edge, y1: 0, y2: 28, class: "edge" }));
    const list = h("dl", {}, ...parts.map((part) => h("div", { class: part }, h("dt", {}, PARTS[part]), h("dd", {}, Units.size(needs[part])))));
    const beyond = model.context && wanted.context > model.context ? [h("p", { class: "muted small" }, `Its longest documented context is ${Units.tokens(model.context)}.`)] : [];
    const free = room - needs.weights;
    const longest = free > 0 ? Bytes.longest(model, free, wanted.batch, wanted.cache, 1e9) : 0;
    const one = Bytes.total(model, wanted.context, wanted.cache);
    const many = one && free > 0 ? Math.floor(free / one) : free > 0 ? Infinity : 0;
    const where = `${wanted.count} × ${wanted.gpu.name}`;
    const fit = needs.total <= room ? `Fits on ${where}, ${Units.size(Math.floor(room - needs.total))} to spare.` : `Does not fit on ${where}: ${Units.size(Math.ceil(needs.total - room))} too much.`;
    const length = longest >= 1e9 ? "any length" : `${Units.exact(longest)} tokens`;
    const sequences = many === Infinity ? "for any number" : `for ${Units.exact(many)}`;
    const limits = free > 0 ? ` Room there for ${Units.exact(wanted.batch)} sequence${wanted.batch === 1 ? "" : "s"} of ${length}, or ${sequences} of ${Units.tokens(wanted.context)}.` : "";
    return h("article", { class: `need of-${place}` },
      h("h3", {}, h("a", { href: `models/${model.slug}.html` }, model.name, " ", h("span", {}, model.size)), h("b", {}, Units.size(needs.total))),
      bar, list, h("p", { class: needs.total <= room ? "fits" : "over" }, `${fit}${limits}`), ...beyond);
  }

  /** So many of the largest models that fit are shown at first. */
  const LARGEST = 10;

  /** Return which of all models fit, the largest first. @param {Asked} wanted */
  function fitting(wanted) {
    const room = wanted.gpu.bytes * wanted.count * (1 - wanted.spare);
    const within = [...known.values()].map((model) => ({ model, needs: need(model, wanted) })).filter(({ needs }) => needs.total <= room);
    const fit = within.filter(({ model }) => model.context === null || model.context >= wanted.context);
    fit.sort((one, other) => other.model.total - one.model.total);
    const rows = fit.map(({ model, needs }) => {
      const bar = Lines.svg("svg", { viewBox: "0 0 100 6", preserveAspectRatio: "none", "aria-hidden": "true", class: "level" });
      const weights = (100 * needs.weights) / room;
      bar.append(Lines.svg("rect", { width: weights, height: 6, class: "weights" }), Lines.svg("rect", { x: weights, width: (100 * needs.total) / room - weights, height: 6, class: "keys" }));
      return h("li", {}, h("a", { href: `models/${model.slug}.html` }, model.name, " ", h("span", {}, model.size)), bar, h("span", {}, Units.size(needs.total)));
    });
    const sequences = `${Units.exact(wanted.batch)} sequence${wanted.batch === 1 ? "" : "s"} of ${Units.tokens(wanted.context)} tokens`;
    const short = within.length - fit.length;
    const others = short ? ` ${short} more would, but no context that long is documented for ${short === 1 ? "it" : "them"}.` : "";
    const words = `${fit.length} of ${known.size} models fit on ${wanted.count} × ${wanted.gpu.name} with ${sequences}, weights in ${wanted.weights}, cache in ${wanted.cache}, ${Math.round(100 * wanted.spare)} % kept free.${others}`;
    const rest = rows.length > LARGEST ? [h("details", {}, h("summary", {}, `${rows.length - LARGEST} smaller ones`), h("ul", { class: "fitting" }, ...rows.slice(LARGEST)))] : [];
    return h("section", { class: "which" }, h("h2", {}, "Which models fit"), h("p", {}, words), h("ul", { class: "fitting" }, ...rows.slice(0, LARGEST)), ...rest);
  }

  /** @param {Sizes[]} all @param {ReturnType<typeof need>[]} needs @param {Asked} wanted */
  function gpusNeeded(all, needs, wanted) {
    const head = h("tr", {}, h("th", { scope: "col" }, "GPU"), ...all.map((model, place) => h("th", { scope: "col", class: `n of-${place}` }, title(model))));
    const rows = gpus.map((/** @type {Gpu} */ gpu) => {
      const room = gpu.bytes * (1 - wanted.spare);
      return h("tr", { ...(gpu === wanted.gpu ? { class: "on" } : {}) }, h("th", { scope: "row" }, gpu.name, " ", h("small", {}, gpu.name.endsWith(gpu.words) ? gpu.maker : `${gpu.maker}, ${gpu.words}`)), ...needs.map((each) => h("td", { class: "n" }, Units.exact(Math.ceil(each.total / room)))));
    });
    const table = h("table", { class: "gpus" }, h("thead", {}, head), h("tbody", {}, ...rows));
    return h("section", { class: "needed" }, h("h2", {}, "How many GPUs it takes"), h("p", { class: "muted" }, "By memory alone, evenly divided: engines split by heads, experts and layers, and may need more."), h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Number of GPUs" }, table));
  }

  /** @param {string[]} wanted */
  function change(wanted) {
    chosen = [...new Set(wanted)].slice(0, MOST);
    unknown = [];
    write();
    show();
  }

  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", (event) => {
    const target = /** @type {HTMLInputElement | HTMLSelectElement} */ (event.target);
    if (target.name === "add") {
      const slug = target.value;
      target.value = "";
      if (slug) change([...chosen, slug]);
      return;
    }
    write();
    show();
  });
  addEventListener("popstate", () => {
    read();
    show();
  });
  form.hidden = false;
  read();
  show();
})();

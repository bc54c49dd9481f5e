// @ts-check
// The catalogue: search, facets, sort and view, each of which is in the address.
"use strict";
(async () => {
  const find = /** @type {HTMLInputElement} */ (document.getElementById("find"));
  const tiles = /** @type {HTMLElement} */ (document.querySelector("[data-tiles]"));
  const table = /** @type {HTMLElement} */ (document.querySelector("[data-table]"));
  const sort = /** @type {HTMLSelectElement} */ (document.querySelector("[data-sort]"));
  const found = /** @type {HTMLElement} */ (document.querySelector("[data-found]"));
  const meant = /** @type {HTMLButtonElement} */ (document.querySelector("[data-meant]"));
  const skyline = /** @type {HTMLElement} */ (document.querySelector("[data-skyline]"));
  const list = /** @type {HTMLElement} */ (skyline.querySelector("ol"));
  const none = /** @type {HTMLElement} */ (document.querySelector("[data-none]"));
  const buttons = /** @type {HTMLButtonElement[]} */ ([...document.querySelectorAll("[data-view]")]);
  const choices = /** @type {HTMLButtonElement[]} */ ([...document.querySelectorAll("[data-query]")]);
  const clear = /** @type {HTMLButtonElement[]} */ ([...document.querySelectorAll("[data-clear]")]);
  const body = /** @type {HTMLElement} */ (table.querySelector("tbody"));
  const lists = /** @type {Record<string, HTMLElement>} */ ({ cards: tiles, table: body, skyline: list });
  const state = { q: "", sort: "-released", view: "cards" };

  /** Return what an element holds by the models' names. @param {HTMLElement} element */
  const bySlug = (element) => {
    const children = /** @type {HTMLElement[]} */ ([...element.children]);
    return new Map(children.map((child) => [child.dataset.slug ?? "", child]));
  };

  const read = () => {
    const asked = new URLSearchParams(location.search);
    state.q = asked.get("q") ?? "";
    state.sort = [...sort.options].some((option) => option.value === asked.get("sort")) ? asked.get("sort") ?? "" : "-released";
    state.view = ["table", "skyline"].find((view) => view === asked.get("view")) ?? "cards";
    find.value = state.q;
  };
  /** Put the state into the address, as a step that goes back where it is a `step` of the reader. @param {boolean} step */
  const write = (step) => {
    const said = new URLSearchParams();
    if (state.q) said.set("q", state.q);
    if (state.sort !== "-released") said.set("sort", state.sort);
    if (state.view !== "cards") said.set("view", state.view);
    const words = said.toString();
    const address = words ? `?${words}` : location.pathname;
    if (step) history.pushState(null, "", address);
    else history.replaceState(null, "", address);
  };

  read();
  document.querySelector("[data-controls]")?.removeAttribute("hidden");
  document.querySelector("[data-facets]")?.removeAttribute("hidden");
  if (matchMedia("(max-width: 64rem)").matches) {
    for (const facet of document.querySelectorAll("[data-facets] details")) facet.removeAttribute("open");
  }
  tiles.hidden = state.view !== "cards";
  table.hidden = state.view !== "table";
  skyline.hidden = state.view !== "skyline";
  const all = await archposter.load("where");
  const tileOf = bySlug(tiles);
  const rowOf = bySlug(body);
  /** @type {{ slug: string, title: string, released: string, numbers: Record<string, number | null> }[]} */
  const models = all.models.map((/** @type {any} */ model) => ({
    slug: model.name,
    title: tileOf.get(model.name)?.querySelector("h2")?.textContent ?? "",
    released: model.released ?? "",
    numbers: model.numbers,
  }));
  const search = Search.over(all, new Map(models.map((model) => [model.slug, `${model.title} ${model.slug}`])));
  const places = new Map(models.map((model) => [model.slug, {
    model,
    tile: /** @type {HTMLElement} */ (tileOf.get(model.slug)),
    row: /** @type {HTMLElement} */ (rowOf.get(model.slug)),
  }]));
  let shown = "";
  /** @type {Map<string, HTMLElement> | null} */
  let columns = null;

  const compare = (/** @type {string} */ order) => {
    const down = order.startsWith("-") ? -1 : 1;
    const key = order.replace("-", "");
    const value = (/** @type {typeof models[0]} */ model) => {
      if (key === "title") return model.title.toLowerCase();
      return key === "released" ? model.released : model.numbers[key] ?? Infinity;
    };
    return (/** @type {typeof models[0]} */ a, /** @type {typeof models[0]} */ b) => {
      const [one, other] = [value(a), value(b)];
      return (one < other ? -1 : one > other ? 1 : 0) * down || (a.slug < b.slug ? -1 : 1);
    };
  };

  const show = () => {
    document.documentElement.dataset.shown = state.view;
    const { matches: kept, said, meant: better } = search.find(state.q);
    if (state.view === "skyline" && !columns) {
      const caption = /** @type {HTMLElement} */ (skyline.querySelector("[data-caption]"));
      columns = Skyline.raise(list, caption, [...places.values()].map(({ row }) => row));
      shown = "";
    }
    if (shown !== state.sort) {
      const sorted = [...models].sort(compare(state.sort));
      tiles.append(...sorted.map((model) => /** @type {any} */ (places.get(model.slug)).tile));
      body.append(...sorted.map((model) => /** @type {any} */ (places.get(model.slug)).row));
      if (columns) list.append(...sorted.map((model) => /** @type {HTMLElement} */ (columns?.get(model.slug))));
      shown = state.sort;
    }
    for (const [slug, { tile, row }] of places) {
      tile.hidden = row.hidden = !kept.has(slug);
      const column = columns?.get(slug);
      if (column) column.hidden = !kept.has(slug);
    }
    tiles.hidden = state.view !== "cards" || !kept.size;
    table.hidden = state.view !== "table" || !kept.size;
    skyline.hidden = state.view !== "skyline" || !kept.size;
    none.hidden = kept.size > 0;
    const many = kept.size === models.length ? `${models.length} models` : `${kept.size} of ${models.length} models`;
    found.textContent = said ? `${many}: ${said}` : better ? `${many} for` : many;
    found.classList.toggle("fault", said !== "");
    meant.hidden = !better;
    meant.textContent = better;
    sort.value = state.sort;
    for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.view === state.view));
    for (const button of clear) button.hidden = !state.q;
    facets(better || state.q);
    for (const head of table.querySelectorAll("th[data-key]")) {
      const key = /** @type {HTMLElement} */ (head).dataset.key;
      if (state.sort.replace("-", "") === key) head.setAttribute("aria-sort", state.sort.startsWith("-") ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    }
  };
  const change = (/** @type {Partial<typeof state>} */ what, step = true) => {
    Object.assign(state, what);
    find.value = state.q;
    write(step);
    show();
  };
  const facets = Facets.over(choices, search, (turn) => change({ q: turn(state.q) }));

  find.form?.addEventListener("submit", (event) => event.preventDefault());
  find.addEventListener("input", () => change({ q: find.value }, false));
  sort.addEventListener("change", () => change({ sort: sort.value }));
  for (const button of buttons) button.addEventListener("click", () => change({ view: button.dataset.view }));
  meant.addEventListener("click", () => {
    change({ q: meant.textContent ?? "" });
    find.focus();
  });
  for (const button of clear) {
    button.addEventListener("click", () => {
      change({ q: "" });
      find.focus();
    });
  }
  for (const head of /** @type {HTMLElement[]} */ ([...table.querySelectorAll("th[data-key]")])) {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    const key = head.dataset.key ?? "";
    button.addEventListener("click", () => {
      const first = key === "title" ? key : `-${key}`;
      const other = key === "title" ? `-${key}` : key;
      change({ sort: state.sort === first ? other : first });
    });
  }
  addEventListener("popstate", () => {
    read();
    show();
  });

  /** Return how many of the links, from the first on, stand in one row. @param {HTMLElement[]} links */
  const across = (links) => {
    const top = (/** @type {HTMLElement} */ link) => Math.round(link.closest("[data-slug]")?.getBoundingClientRect().top ?? 0);
    const more = links.findIndex((link) => top(link) !== top(links[0]));
    return more < 0 ? links.length : more;
  };

  // Arrows go from model to model, up and down from row to row.
  document.addEventListener("keydown", (event) => {
    const along = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const down = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const inside = document.activeElement?.closest("[data-slug]");
    if (!(along || (down && inside)) || event.ctrlKey || event.metaKey || event.altKey || (!inside && document.activeElement !== document.body)) return;
    const links = /** @type {HTMLElement[]} */ ([...lists[state.view].querySelectorAll("[data-slug]:not([hidden]) a")]);
    const here = links.findIndex((link) => inside?.contains(link));
    const step = along ?? (down ?? 0) * (state.view === "cards" ? across(links) : 1);
    const next = links[here < 0 ? 0 : Math.min(links.length - 1, Math.max(0, here + step))];
    if (next) {
      event.preventDefault();
      next.focus();
    }
  });
  show();
  delete document.documentElement.dataset.waits;

  // Who comes back finds the focus where it was.
  const left = history.state?.focus;
  if (left) /** @type {HTMLElement | null} */ (lists[state.view].querySelector(`[data-slug="${CSS.escape(left)}"] a`))?.focus({ preventScroll: true });
  addEventListener("pagehide", () => {
    const inside = /** @type {HTMLElement | null} */ (document.activeElement?.closest("[data-slug]") ?? null);
    history.replaceState(inside ? { focus: inside.dataset.slug } : null, "");
  });
})();

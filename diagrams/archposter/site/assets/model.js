// @ts-check
// The living card: places of the card, the list of parts and the table of layers light each other up.
"use strict";
(() => {
  const card = /** @type {HTMLElement | null} */ (document.querySelector(".card"));
  if (!card) return;
  const { bar } = Zoom.on(card);
  const lit = /** @type {(HTMLElement | SVGElement)[]} */ ([...document.querySelectorAll("[data-key], [data-layers]")]);
  const spots = /** @type {SVGAElement[]} */ ([...card.querySelectorAll(".spot")]);

  /** Return the layers that "0-2,5" names. */
  const layers = (/** @type {Element} */ element) => {
    const found = new Set();
    for (const range of (element.getAttribute("data-layers") ?? "").split(",")) {
      if (!range) continue;
      const [first, last = first] = range.split("-").map(Number);
      for (let layer = first; layer <= last; layer += 1) found.add(layer);
    }
    return found;
  };
  const known = new Map(lit.map((element) => [element, layers(element)]));
  const isMap = (/** @type {Element} */ element) => element.matches(".spot.layer, .layers tr");

  /** Light up what shows the same as an element: the places of its key, and its layers in map and table. */
  const show = (/** @type {HTMLElement | SVGElement | null} */ from) => {
    const key = from?.getAttribute("data-key");
    const own = from ? known.get(from) ?? new Set() : new Set();
    for (const element of lit) {
      const same = Boolean(key) && element.dataset.key === key;
      const theirs = known.get(element) ?? new Set();
      const shares = own.size > 0 && [...own].some((layer) => theirs.has(layer));
      const on = same || (shares && (isMap(element) || (from !== null && isMap(from) && element.dataset.key !== undefined)));
      element.classList.toggle("on", on);
    }
  };
  for (const element of lit) {
    element.addEventListener("pointerenter", () => show(element));
    element.addEventListener("pointerleave", () => show(/** @type {HTMLElement | null} */ (document.activeElement?.closest("[data-key], [data-layers]") ?? null)));
    element.addEventListener("focusin", () => show(element));
    element.addEventListener("focusout", () => show(null));
  }

  // Arrows go from place to place; of the layer map one is a stop of the tabulator.
  card.addEventListener("keydown", (event) => {
    const key = /** @type {KeyboardEvent} */ (event).key;
    const step = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[key];
    const here = /** @type {SVGAElement | null} */ (document.activeElement?.closest(".spot") ?? null);
    if (!step || !here) return;
    event.preventDefault();
    event.stopPropagation();
    const row = here.matches(".layer") ? spots.filter((spot) => spot.matches(".layer")) : spots.filter((spot) => !spot.matches(".layer"));
    const next = row[(row.indexOf(here) + step + row.length) % row.length];
    if (next.matches(".layer")) {
      for (const spot of row) spot.setAttribute("tabindex", spot === next ? "0" : "-1");
    }
    next.focus();
  });

  // A finger does not hover: what it touches is lit and said first, and followed when it is touched again.
  const told = document.createElement("p");
  told.className = "told";
  told.role = "status";
  bar.append(told);
  const touching = matchMedia("(hover: none)");
  let said = "Touch a part to see what it is.";
  if (touching.matches) told.textContent = said;
  let finger = false;
  card.addEventListener("pointerdown", (event) => (finger = event.pointerType === "touch"));
  card.addEventListener("keydown", () => (finger = false));
  card.addEventListener("click", (event) => {
    const spot = /** @type {SVGAElement | null} */ (/** @type {Element} */ (event.target).closest(".spot"));
    const words = spot?.getAttribute("aria-label") ?? "";
    if (!finger || !spot || words === said) return;
    event.preventDefault();
    said = words;
    show(spot);
    const link = document.createElement("a");
    link.href = spot.href.baseVal;
    link.textContent = words;
    told.replaceChildren(link);
  });

  // What an address names is opened.
  const open = () => {
    const target = location.hash ? document.getElementById(decodeURIComponent(location.hash.slice(1))) : null;
    const details = target?.closest("details");
    if (details) details.open = true;
  };
  addEventListener("hashchange", open);
  open();
})();

// @ts-check
// The skyline: a column a model, a cell a layer, made of the layer maps of the table.
"use strict";

const Skyline = (() => {
  const NAMESPACE = "http://www.w3.org/2000/svg";
  const CELL = 3;
  const STEP = 7;

  /** Return a layer map that stands upright, its first layer at the foot.
   * @param {SVGSVGElement} map */
  const upright = (map) => {
    const { width, height } = map.viewBox.baseVal;
    const svg = document.createElementNS(NAMESPACE, "svg");
    svg.setAttribute("viewBox", `0 0 ${height} ${width}`);
    svg.setAttribute("preserveAspectRatio", "none");
    svg.setAttribute("width", String(STEP * height));
    svg.setAttribute("height", String(CELL * width));
    svg.setAttribute("aria-hidden", "true");
    const turned = document.createElementNS(NAMESPACE, "g");
    turned.setAttribute("transform", `translate(0 ${width}) rotate(-90)`);
    turned.append(...[...map.childNodes].map((node) => node.cloneNode(true)));
    svg.append(turned);
    return svg;
  };

  /** Fill a list with a column for each row of the table; return the columns by the models' names.
   * @param {HTMLElement} list @param {HTMLElement} caption @param {Iterable<HTMLElement>} rows */
  const raise = (list, caption, rows) => {
    /** @type {Map<string, HTMLElement>} */
    const columns = new Map();
    for (const row of rows) {
      const link = /** @type {HTMLAnchorElement} */ (row.querySelector("a"));
      const map = /** @type {SVGSVGElement} */ (row.querySelector("svg"));
      const [, day, , layers] = [...row.children].map((cell) => cell.textContent ?? "");
      const column = document.createElement("li");
      const leads = document.createElement("a");
      leads.href = link.href;
      leads.setAttribute("aria-label", `${link.textContent}, ${layers} layers, ${day}`);
      leads.append(upright(map));
      column.append(leads);
      column.dataset.slug = row.dataset.slug;
      const tell = () => (caption.textContent = leads.getAttribute("aria-label"));
      column.addEventListener("pointerenter", tell);
      column.addEventListener("focusin", tell);
      columns.set(row.dataset.slug ?? "", column);
    }
    list.append(...columns.values());
    return columns;
  };
  return { raise };
})();

// @ts-check
// The tree: a model is found by its name, and the address says which.
"use strict";
(() => {
  const region = /** @type {HTMLElement | null} */ (document.querySelector(".canvas"));
  if (!region) return;
  // Small type is 17 high in the picture, and 11 on the page.
  const { bar, show } = Zoom.on(region, 0.65);
  const nodes = /** @type {SVGAElement[]} */ ([...region.querySelectorAll("a[href^='models/']")]);
  const slug = (/** @type {SVGAElement} */ node) => (node.getAttribute("href") ?? "").slice("models/".length, -".html".length);
  const named = [...nodes].sort((one, other) => (one.ariaLabel ?? "").localeCompare(other.ariaLabel ?? "", "en", { numeric: true }));

  const label = document.createElement("label");
  const select = document.createElement("select");
  select.append(new Option("a model", ""), ...named.map((node) => new Option(node.ariaLabel ?? "", slug(node))));
  label.append("Find ", select);
  bar.append(label);

  const read = () => {
    const wanted = new URLSearchParams(location.search).get("of") ?? "";
    const found = nodes.find((node) => slug(node) === wanted);
    select.value = found ? wanted : "";
    for (const node of nodes) node.classList.toggle("on", node === found);
    const newest = nodes.reduce((one, other) => (other.getBoundingClientRect().right > one.getBoundingClientRect().right ? other : one));
    show(found ?? newest);
  };
  select.addEventListener("change", () => {
    history.replaceState(null, "", select.value ? `?of=${encodeURIComponent(select.value)}` : location.pathname);
    read();
  });
  read();
})();

// @ts-check
// The tree: a model is found by its name, and the address says which.
"use strict";
(() => {
  const region = /** @type {HTMLElement | null} */ (document.querySelector(".canvas"));
  if (!region) return;
  // Small type is 17 high in the picture, and 11 on the page.
  const { bar, show } = Zoom.on(region, 0.65);
  const nodes = /** @type {SVGAElement[]} */ ([...region.querySelectorAll("a[href^='models/']")]);
  const linked = (/** @type {Element} */ link) => (link.getAttribute("href") ?? "").slice("models/".length, -".html".length);
  /** Every model of the tree; several may share a node. */
  const models = /** @type {HTMLAnchorElement[]} */ ([...document.querySelectorAll("a[data-node]")])
    .map((link) => ({ title: link.textContent ?? "", slug: linked(link), node: link.dataset.node ?? "" }))
    .sort((one, other) => one.title.localeCompare(other.title, "en", { numeric: true }));

  const label = document.createElement("label");
  const select = document.createElement("select");
  select.append(new Option("a model", ""), ...models.map(({ title, slug }) => new Option(title, slug)));
  label.append("Find ", select);
  bar.append(label);

  const read = () => {
    const wanted = new URLSearchParams(location.search).get("of") ?? "";
    const model = models.find(({ slug }) => slug === wanted);
    const found = nodes.find((node) => linked(node) === model?.node);
    select.value = model ? wanted : "";
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

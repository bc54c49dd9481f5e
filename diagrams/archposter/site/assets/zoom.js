// @ts-check
// A picture larger than its window: made smaller and larger by buttons, moved by dragging.
"use strict";
(() => {
  const region = /** @type {HTMLElement | null} */ (document.querySelector(".canvas"));
  const picture = /** @type {SVGSVGElement | null} */ (region?.querySelector("svg") ?? null);
  const controls = /** @type {HTMLElement | null} */ (document.querySelector("[data-zoom]"));
  if (!region || !picture || !controls) return;
  const whole = picture.viewBox.baseVal.width;
  let scale = 0.5;

  /** Set the scale, and keep what is in the middle there. @param {number} wanted */
  const set = (wanted) => {
    const least = region.clientWidth / whole;
    const next = Math.min(2, Math.max(least, wanted));
    const x = (region.scrollLeft + region.clientWidth / 2) / scale;
    const y = (region.scrollTop + region.clientHeight / 2) / scale;
    scale = next;
    picture.style.width = `${whole * scale}px`;
    region.scrollTo(x * scale - region.clientWidth / 2, y * scale - region.clientHeight / 2);
  };
  controls.hidden = false;
  for (const button of controls.querySelectorAll("button")) {
    button.addEventListener("click", () => set(button.dataset.by === "fit" ? 0 : scale * Number(button.dataset.by)));
  }

  /** @type {{ x: number, y: number, left: number, top: number, moved: boolean } | null} */
  let drag = null;
  region.addEventListener("pointerdown", (event) => {
    if (event.pointerType === "mouse" && event.button === 0) {
      drag = { x: event.clientX, y: event.clientY, left: region.scrollLeft, top: region.scrollTop, moved: false };
    }
  });
  region.addEventListener("pointermove", (event) => {
    if (!drag) return;
    const [dx, dy] = [event.clientX - drag.x, event.clientY - drag.y];
    drag.moved ||= Math.hypot(dx, dy) > 4;
    if (drag.moved) region.scrollTo(drag.left - dx, drag.top - dy);
  });
  addEventListener("pointerup", () => setTimeout(() => (drag = null)));
  region.addEventListener("click", (event) => {
    if (drag?.moved) event.preventDefault();
  }, true);
  region.addEventListener("dragstart", (event) => event.preventDefault());
  set(scale);
  // The newest models are at the right.
  region.scrollTo(region.scrollWidth, 0);
})();

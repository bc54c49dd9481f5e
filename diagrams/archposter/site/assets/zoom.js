// @ts-check
// A picture larger than its window: made smaller and larger by buttons, two fingers or the wheel with Ctrl, and
// moved by dragging.  It scrolls as all else does, and so keys, focus and the browser's search find their way.
"use strict";

const Zoom = (() => {
  const STEP = 1.5;
  /** Of the picture's own size. */
  const MOST = 2;

  /** @typedef {{ x: number, y: number }} Point */

  /** @param {TouchList} touches @returns {{ at: Point, apart: number }} */
  function fingers([one, other]) {
    const at = { x: (one.clientX + other.clientX) / 2, y: (one.clientY + other.clientY) / 2 };
    return { at, apart: Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY) };
  }

  /** Let a region's picture be made larger than the region; what it returns puts a place of it into the middle.
   * @param {HTMLElement} region @param {number} [first] of the picture's own size; at first it is seen whole */
  function on(region, first = 0) {
    const picture = /** @type {SVGSVGElement} */ (region.querySelector("svg"));
    const own = picture.viewBox.baseVal.width;
    /** How many times as wide as the region it is. */
    let scale = 1;

    /** @param {Element} target @returns {Point} where its middle is in the region */
    const middle = (target) => {
      const [box, around] = [target.getBoundingClientRect(), region.getBoundingClientRect()];
      return { x: box.left + box.width / 2 - around.left, y: box.top + box.height / 2 - around.top };
    };
    const center = () => ({ x: region.clientWidth / 2, y: region.clientHeight / 2 });

    /** Set the scale, and put what is at one point of the region at another.
     * @param {number} wanted @param {Point} [from] @param {Point} [to] */
    function set(wanted, from = center(), to = from) {
      const next = Math.max(1, Math.min(wanted, (MOST * own) / region.clientWidth));
      const [x, y] = [(region.scrollLeft + from.x) / scale, (region.scrollTop + from.y) / scale];
      scale = next;
      region.style.setProperty("--zoom", String(scale));
      region.scrollTo(x * scale - to.x, y * scale - to.y);
    }

    const inside = (/** @type {Point} */ at) => {
      const around = region.getBoundingClientRect();
      return { x: at.x - around.left, y: at.y - around.top };
    };
    /** @type {{ at: Point, apart: number } | null} */
    let pinch = null;
    const pinching = (/** @type {TouchEvent} */ event) => {
      // Where the style sheet leaves two fingers to the browser, they make the page larger.
      if (event.touches.length !== 2 || getComputedStyle(region).touchAction === "auto") return;
      if (event.cancelable) event.preventDefault();
      const now = fingers(event.touches);
      if (pinch) set((scale * now.apart) / pinch.apart, inside(pinch.at), inside(now.at));
      pinch = now;
    };
    region.addEventListener("touchstart", pinching, { passive: false });
    region.addEventListener("touchmove", pinching, { passive: false });
    region.addEventListener("touchend", () => (pinch = null));
    region.addEventListener("wheel", (event) => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      set(scale * 2 ** (-event.deltaY / 100), inside({ x: event.clientX, y: event.clientY }));
    }, { passive: false });

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

    const bar = document.createElement("div");
    bar.className = "segmented";
    bar.role = "group";
    bar.ariaLabel = "Size of the picture";
    for (const [words, label, to] of /** @type {[string, string, () => number][]} */ ([["−", "Smaller", () => scale / STEP], ["Whole", "", () => 1], ["+", "Larger", () => scale * STEP]])) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = words;
      if (label) button.ariaLabel = label;
      button.addEventListener("click", () => set(to()));
      bar.append(button);
    }
    const around = document.createElement("div");
    around.className = "zoom";
    around.append(bar);
    region.before(around);
    set((first * own) / region.clientWidth);
    return { bar: around, show: (/** @type {Element} */ target) => set(Math.max(scale, (first * own) / region.clientWidth), middle(target), center()) };
  }

  return { on };
})();

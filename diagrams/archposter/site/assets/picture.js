// @ts-check
// Towers with rings on what differs, and the picture of a comparison to take away, as it is shown.
"use strict";

const Picture = (() => {
  const [WIDTH, TOWER, GAP, TOP, ROW, LINE] = [1480, 440, 24, 110, 27, 20];

  /** Return a tower with rings. @param {any} data @param {Map<string, string>} rings @param {number} place @param {string} title */
  function tower({ svg, width, height, rings: boxes }, rings, place, title) {
    const drawn = /** @type {SVGSVGElement} */ (/** @type {unknown} */ (document.importNode(new DOMParser().parseFromString(svg, "image/svg+xml").documentElement, true)));
    drawn.setAttribute("aria-label", `The tower of ${title}`);
    drawn.removeAttribute("aria-labelledby");
    drawn.querySelector(":scope > title")?.remove();
    drawn.setAttribute("width", String(width));
    drawn.setAttribute("height", String(height));
    for (const [target, topic] of rings) {
      for (const [x, y, wide, high] of boxes[target] ?? []) {
        const ring = Lines.svg("rect", { x, y, width: wide, height: high, rx: 9, class: `ring of-${place}` });
        ring.setAttribute("data-topic", topic);
        drawn.append(ring);
      }
    }
    return drawn;
  }

  /** Return the part of the page that gives the picture away. @param {Sizes[]} models @param {Pair} pair @param {any[]} towers */
  function section(models, pair, towers) {
    const made = document.createElement("section");
    made.className = "take";
    const name = models.map((model) => model.slug).join("-and-");
    const button = (/** @type {string} */ words, /** @type {(svg: string) => Promise<Blob>} */ make, /** @type {string} */ ending) => {
      const pressed = document.createElement("button");
      pressed.type = "button";
      pressed.textContent = words;
      pressed.addEventListener("click", async () => {
        const link = document.createElement("a");
        link.href = URL.createObjectURL(await make(await whole(models, pair, towers)));
        link.download = `${name}.${ending}`;
        link.click();
        setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
      });
      return pressed;
    };
    const head = document.createElement("h2");
    head.textContent = "Take away";
    const code = document.createElement("pre");
    code.append(Object.assign(document.createElement("code"), { textContent: `archposter diff ${models.map((model) => model.slug).join(" ")} -o diff.svg   # or --json` }));
    const buttons = document.createElement("p");
    buttons.append(
      button("SVG", async (svg) => new Blob([svg], { type: "image/svg+xml" }), "svg"), " ",
      button("PNG", png, "png"),
    );
    made.append(head, buttons, code);
    return made;
  }

  /** @param {string} svg @returns {Promise<Blob>} the picture in dots, twice as many as its units */
  async function png(svg) {
    const image = new Image();
    const address = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
    image.src = address;
    await image.decode();
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [2 * image.naturalWidth, 2 * image.naturalHeight];
    canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
    URL.revokeObjectURL(address);
    return new Promise((done, failed) => canvas.toBlob((blob) => (blob ? done(blob) : failed(new Error("no picture"))), "image/png"));
  }

  /** Return the whole picture as a file of its own: colours as shown now, fonts inside.
   * @param {Sizes[]} models @param {Pair} pair @param {any[]} towers @returns {Promise<string>} */
  async function whole(models, pair, towers) {
    const drawn = /** @type {SVGSVGElement} */ (Lines.svg("svg", { class: "picture" }));
    const middle = { x: TOWER + GAP, width: WIDTH - 2 * (TOWER + GAP) };
    /** Write words in as many lines as they take; return how many. @param {string} words @param {number} x @param {number} y @param {string} kind @param {number} room */
    const write = (words, x, y, kind, room) => {
      /** @type {SVGTextElement[]} */
      const lines = [];
      for (const word of words.split(" ")) {
        const line = lines.at(-1);
        const longer = `${line?.textContent ?? ""} ${word}`.trim();
        if (line) {
          const before = line.textContent;
          line.textContent = longer;
          if (line.getComputedTextLength() <= room) continue;
          line.textContent = before;
        }
        const next = /** @type {SVGTextElement} */ (Lines.svg("text", { x, y: y + LINE * lines.length, class: kind }, word));
        drawn.append(next);
        lines.push(next);
      }
      return lines.length;
    };
    document.body.append(drawn);
    drawn.append(Lines.svg("rect", { width: "100%", height: "100%", class: "ground" }));
    models.forEach((model, place) => {
      const left = place ? WIDTH - TOWER : GAP;
      write(`${model.name} ${model.size}`.trim(), left, 46, `title of-${place}`, TOWER - GAP);
      write([model.developer, model.released && Units.day(model.released), model.decoder].filter(Boolean).join(" · "), left, 74, "quiet", TOWER - GAP);
      const own = tower(towers[place], pair.rings[place], place, "");
      own.setAttribute("x", String(place ? WIDTH - TOWER - GAP : 0));
      own.setAttribute("y", String(TOP));
      drawn.append(own);
    });
    let y = TOP + 14;
    write(Pairs.summary(pair.rows), middle.x + middle.width / 2, y - 40, "summary middle", middle.width);
    const column = middle.width / 3;
    const rows = [...Pairs.topics(pair.rows), [Pairs.FOLLOWS, pair.rows.filter((row) => row.topic === Pairs.FOLLOWS)]];
    for (const [topic, about] of /** @type {[string, Row[]][]} */ (rows)) {
      if (!about.length) continue;
      write(topic[0].toUpperCase() + topic.slice(1), middle.x + middle.width / 2, y, "topic middle", middle.width);
      drawn.append(Lines.svg("line", { x1: middle.x, x2: middle.x + middle.width, y1: y + 8, y2: y + 8, class: "rule" }));
      y += ROW + 4;
      for (const row of about) {
        const lines = Math.max(
          write(row.values[0], middle.x, y, "of-0", column - 10),
          write([row.label, row.ratio].filter(Boolean).join(" "), middle.x + middle.width / 2, y, "quiet middle", column - 10),
          write(row.values[1], middle.x + middle.width, y, "of-1 end", column - 10),
        );
        y += ROW + LINE * (lines - 1);
      }
      y += ROW / 2;
    }
    y = Math.max(y, ...towers.map((each) => TOP + each.height)) + GAP;
    const most = Math.max(...models.map((model) => model.strip.width));
    for (const model of models) {
      write(`${model.name} ${model.size}, ${model.layers} layers`, GAP, y, "quiet", WIDTH - 2 * GAP);
      const strip = Lines.svg("svg", { x: GAP, y: y + 8, width: WIDTH - 2 * GAP, height: 22, viewBox: `0 0 ${most} ${model.strip.height}`, preserveAspectRatio: "none" });
      for (const [look, mark, , , path] of model.strip.kinds) strip.append(Lines.svg("path", { d: path, class: `k-${look} m${mark}` }));
      drawn.append(strip);
      y += 62;
    }
    drawn.setAttribute("viewBox", `0 0 ${WIDTH} ${y}`);
    drawn.setAttribute("width", String(WIDTH));
    drawn.setAttribute("height", String(y));
    fix(drawn);
    drawn.remove();
    const rules = Lines.svg("style", {}, await archposter.load("fonts"));
    drawn.prepend(rules);
    return new XMLSerializer().serializeToString(drawn);
  }

  /** Say at every element what the page's style sheets make of it. @param {SVGElement} drawn */
  function fix(drawn) {
    for (const each of drawn.querySelectorAll("*")) {
      const style = getComputedStyle(each);
      const kinds = each instanceof SVGTextElement || each.closest("text") ? ["fill", "font-family", "font-weight", "font-size", "text-anchor"] : ["fill", "fill-opacity", "stroke", "stroke-width"];
      if (!(each instanceof SVGGraphicsElement) || each instanceof SVGSVGElement || each instanceof SVGGElement) continue;
      for (const kind of kinds) each.setAttribute(kind, style.getPropertyValue(kind));
    }
    for (const each of drawn.querySelectorAll("[class]")) each.removeAttribute("class");
    drawn.removeAttribute("class");
  }

  return { tower, section };
})();

// The picture of a chart: Vega draws it for the width that it has and the height that is left to it.
// Vega is big: one model holds it for all charts of a lesson, and the page takes it up once.

const NARROW = 560; // pixels: below this a chart is laid out anew, with its names on top
const SHARED = 400; // the same in the trainer's view, which is too low for what a narrow chart puts above it
const FLATTEST = 0.35; // share of its height that any other keeps
const FIRM = 0.7; // share of its size to which a chart that is drawn for one size may shrink there
const SHRUNK = 0.8; // the same beside its controls
const LETTERS = 14; // pixels: the least in the trainer's view, and one more where they may shrink
const EDGES = 70; // pixels of a chart's height that its axes and names need
const SPARE = 60; // pixels beside a chart that are worth drawing it anew
const WIDEST = 260; // pixels by which it grows at most
const LEAST = 90; // pixels that a panel keeps; what still does not fit scrolls in its own frame
const CLOSE = 4; // pixels by which the boxes of two words may overlap: letters leave that much free
const TURNS = 5; // times that it is drawn before it is left as it is

const later = (pause) => new Promise((done) => setTimeout(done, pause));
const isDark = () => document.body.dataset.jpThemeLight === "false";

export const node = (tag, name, ...children) => {
  const made = document.createElement(tag);
  if (name) made.className = name;
  made.append(...children);
  return made;
};

// A page that is opened again gets to know the models of its kernel one after the other.
export async function known(manager, id) {
  for (let pause = 50; ; pause *= 1.5) {
    try {
      return await manager.get_model(id);
    } catch (unknown) {
      if (pause > 4000) throw unknown;
    }
    await later(pause);
  }
}

async function vega(model) {
  const held = await known(model.widget_manager, model.get("vega"));
  held.taken ??= import(URL.createObjectURL(new Blob([held.get("code")], { type: "text/javascript" })));
  return (await held.taken).vegaEmbed;
}

// The same chart, narrower by so many pixels (or wider) and of a share of its height; its letters keep their size.
const squeezed = (view, cut, share = 1) => {
  if ((!cut && share === 1) || view.usermeta?.firm) return view;
  const made = { ...view };
  if (typeof view.width === "number") made.width = Math.max(LEAST, view.width - cut);
  if (typeof view.height === "number") made.height = Math.round(view.height * share);
  for (const side of ["vconcat", "concat"])
    if (view[side]) made[side] = view[side].map((part) => squeezed(part, cut, share));
  if (view.hconcat) {
    const whole = view.hconcat.reduce((sum, part) => sum + part.width, 0);
    made.hconcat = view.hconcat.map((part) => squeezed(part, (cut * part.width) / whole, share));
  }
  if (view.spec) made.spec = squeezed(view.spec, cut / (view.columns ?? 1), share);
  return made;
};

// Larger letters on a lower chart: names below each other may come closer before one is left out.
const legible = (spec) => {
  const least = LETTERS + Number(Boolean(spec.usermeta?.firm));
  const larger = (name, value) => (/fontSize$/i.test(name) ? Math.max(least, value) : value);
  const made = JSON.parse(JSON.stringify(spec), larger);
  made.config = { ...made.config, axisY: { ...made.config?.axisY, labelSeparation: 0 } };
  return made;
};

// How many pairs of words in a picture lie on each other.
const collisions = (drawing) => {
  const seen = [...drawing.querySelectorAll("svg text")].filter((text) => text.textContent && text.getAttribute("opacity") !== "0");
  const boxes = seen.map((text) => text.getBoundingClientRect());
  const over = (one, other) => one.left < other.right - CLOSE && other.left < one.right - CLOSE
    && one.top < other.bottom - CLOSE && other.top < one.bottom - CLOSE;
  return boxes.reduce((sum, one, at) => sum + boxes.slice(at + 1).filter((other) => over(one, other)).length, 0);
};

export class Picture {
  // The chart says what data there are in the end (`whole`), which of them are to be seen now (`seen`),
  // whether it still grows (`grows`), what it shows in words (`named`) and how high it may be (`heights`).
  constructor(model, said, chart) {
    Object.assign(this, { model, said, chart });
    this.drawing = node("div", "dio-picture");
    this.drawing.setAttribute("role", "img");
    this.frame = node("div", "dio-frame", this.drawing);
    this.ready = vega(model);
    this.drawn = Promise.resolve();
    this.drawnFor = 0;
    this.shown = null;
    this.size = new ResizeObserver(() => {
      if (Math.abs(this.frame.clientWidth - this.drawnFor) < 4) return;
      clearTimeout(this.resting);
      this.resting = setTimeout(() => this.embed(), this.drawnFor ? 150 : 0);
    });
  }

  // Draw it, and again whenever the page has another width.
  watch() {
    this.embed();
    this.size.observe(this.frame);
  }

  remove() {
    this.size.disconnect();
    clearTimeout(this.resting);
    this.shown?.finalize();
  }

  name() {
    this.drawing.setAttribute("aria-label", this.chart.named());
  }

  // Put what is to be seen now into the picture that stands, or into the one that is on its way.
  push() {
    if (!this.shown) return void this.drawn.then(() => this.shown && this.push());
    const { vgSpec, view } = this.shown;
    // A narrow chart has a key in place of the names at its ends.
    const there = new Set(vgSpec.data.map(({ name }) => name));
    for (const [name, rows] of Object.entries(this.chart.seen())) if (there.has(name)) view.data(name, rows);
    view.run();
  }

  embed() {
    this.drawn = this.drawn.then(() => this.#paint()).catch((problem) => {
      console.error(problem);
      const undrawn = node("p", "dio-problem", this.said.undrawn);
      undrawn.setAttribute("role", "alert");
      this.drawing.removeAttribute("role");
      this.#settle();
      this.drawing.replaceChildren(undrawn);
    });
  }

  #settle() {
    this.drawing.style.visibility = "";
    this.drawing.style.minHeight = "";
  }

  async #paint() {
    const { drawing, frame, model } = this;
    const width = frame.clientWidth;
    this.drawnFor = width;
    if (!width) return; // nobody sees this page yet; the observer calls again
    await this.ready;
    drawing.style.minHeight = drawing.offsetHeight ? `${drawing.offsetHeight}px` : "";
    // It is laid out for all that will be on it, so that it stands still while it grows.
    drawing.style.visibility = this.chart.grows() ? "hidden" : "";
    const heights = this.chart.heights();
    const paged = heights[0] < Infinity;
    const layouts = [model.get("spec"), model.get("narrow")].slice(width < (paged ? SHARED : NARROW) ? 1 : 0);
    drawing.style.zoom = "";
    let [tall, over, high, wants] = [0, 0, 0, 0];
    // The lowest at last at any price: words on each other are better than a picture that is cut off.
    for (const [at, height] of [...heights, heights.at(-1)].entries()) {
      tall = height;
      for (const spec of layouts) {
        [over, high] = await this.#fit(spec, width, tall, spec === model.get("spec"), at < heights.length);
        if (spec === model.get("spec")) wants = width + over;
        if (over <= 0) break;
      }
      if (high <= tall || at === heights.length) break;
      const stands = frame.clientWidth === width; // the page may have been laid out anew meanwhile
      if (at === heights.length - 1 && stands) frame.dataset.needs = parseFloat(getComputedStyle(frame).getPropertyValue("--dio-wide")) + 1; // a broader page may do
    }
    const { firm } = model.get("spec").usermeta ?? {};
    const least = firm ? FIRM : 1;
    // What is too high for a page when it is laid out for a narrow one asks for a broad one instead.
    if (firm) frame.dataset.needs = SHRUNK * (high > tall ? Math.max(wants, width + over) : width + over);
    else if (!paged) delete frame.dataset.needs;
    if (paged) drawing.style.zoom = Math.max(least, Math.min(width / (width + over), tall / high));
    if (this.chart.grows()) this.push();
    this.#settle();
    this.#scrolls(over > 0 && !paged);
    drawing.setAttribute("role", "img");
    this.name();
  }

  // Draw one layout until it fits, if asked only as low as its words do not come to lie on each other;
  // return by how many pixels it is too wide, and how high it is.
  async #fit(spec, width, tall, usual, apart) {
    let [over, high, share, before] = [0, 0, 1, Infinity];
    let [roomy, fewest] = [1, Infinity]; // the last share of its height at which they lay apart
    const draw = (cut) => this.#draw(squeezed(tall < Infinity ? legible(spec) : spec, cut, share), width);
    for (let cut = 0, turn = 0; turn < TURNS; turn += 1, cut += over > 0 ? over + 2 : 0) {
      [over, high] = await draw(cut);
      const found = apart && tall < Infinity ? collisions(this.drawing) : 0;
      if (share === roomy || found <= fewest) [roomy, fewest] = [share, found];
      else {
        share = roomy;
        return draw(cut);
      }
      const wider = Math.min(WIDEST, -over - 8); // room at its side, for a chart that can use it
      if (turn === 0 && tall === Infinity && usual && wider > SPARE && !spec.usermeta?.firm) {
        cut = -wider;
        continue;
      }
      if ((over <= 0 && high <= tall) || spec.usermeta?.firm) break;
      const stuck = high > before - 8; // the name of an axis keeps it as high as it is
      if (high > tall && !stuck) share = Math.max(FLATTEST, share * (1 - (high - tall + 4) / (high - EDGES)));
      else if (over <= 0) break;
      before = high;
    }
    return [over, high];
  }

  async #draw(spec, width) {
    this.shown?.finalize();
    this.shown = null;
    const vegaEmbed = await this.ready;
    this.shown = await vegaEmbed(this.drawing, { ...spec, datasets: this.chart.whole() }, {
      mode: "vega-lite", actions: false, renderer: "svg",
      theme: isDark() ? "dark" : undefined, config: { background: "transparent" },
    });
    const size = this.drawing.querySelector("svg").getBoundingClientRect();
    const zoom = this.frame.currentCSSZoom ?? 1; // of what is in a larger text size
    return [Math.ceil(size.width / zoom - width), size.height / zoom];
  }

  // What is too wide for the page can be scrolled, by keyboard too.
  #scrolls(on) {
    this.frame.tabIndex = on ? 0 : -1;
    for (const [name, value] of [["role", "region"], ["aria-label", this.said.wide]])
      if (on) this.frame.setAttribute(name, value);
      else this.frame.removeAttribute(name);
  }
}

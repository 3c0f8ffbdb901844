// The place on the page: kept through a reload, and held while a run changes what stands above it.

const TOUCHED = ["wheel", "pointerdown", "keydown", "touchmove"];
const SETTLES = 3000; // milliseconds that charts need after the last cell has run

export class Place {
  constructor(panel) {
    this.panel = panel;
    this.key = `dialects:place:${panel.context.path}`;
    this.holding = false;
    // In windowed mode the scroller is inside; here the notebook itself scrolls.
    this.scroller = panel.content.outerNode ?? panel.content.node;
    this.scroller.addEventListener("scroll", () => {
      if (this.holding || !panel.isVisible) return;
      clearTimeout(this.soon);
      this.soon = setTimeout(() => localStorage.setItem(this.key, JSON.stringify(this.read())), 200);
    });
  }

  forget() {
    localStorage.removeItem(this.key);
  }

  // The topmost cell in sight, and how far above the edge it begins.
  read() {
    const edge = this.scroller.getBoundingClientRect().top;
    const cells = this.panel.content.widgets.map((cell) => cell.node.getBoundingClientRect());
    const at = cells.findIndex((box) => box.bottom > edge + 1);
    return { at, above: at < 0 ? 0 : edge - cells[at].top };
  }

  #kept() {
    try {
      return JSON.parse(localStorage.getItem(this.key));
    } catch {
      return null;
    }
  }

  #show({ at, above }) {
    const cell = this.panel.content.widgets[at];
    if (!cell) return;
    const edge = this.scroller.getBoundingClientRect().top;
    const off = cell.node.getBoundingClientRect().top - edge + above;
    if (Math.abs(off) > 1) this.scroller.scrollTop += off;
  }

  // Do something that changes heights, and stay where we are, unless the learner moves.
  // The place is what is in sight, or another one that is wanted.
  async hold(work, place = null) {
    const wanted = place ?? (this.shown ? this.read() : location.hash ? null : this.#kept());
    this.shown = true;
    if (!wanted) return work();
    this.letGo?.(); // an earlier run that was still settling
    this.holding = true;
    this.scroller.style.overflowAnchor = "none"; // the browser's own way would pull the other way
    const show = () => this.holding && this.#show(wanted);
    const watch = new ResizeObserver(show);
    const letGo = () => {
      if (this.letGo !== letGo) return;
      this.letGo = null;
      this.holding = false;
      this.scroller.style.overflowAnchor = "";
      watch.disconnect();
      for (const each of TOUCHED) this.panel.node.removeEventListener(each, letGo, true);
    };
    this.letGo = letGo;
    for (const each of TOUCHED) this.panel.node.addEventListener(each, letGo, true);
    for (const { node } of this.panel.content.widgets) watch.observe(node);
    show();
    try {
      await work();
    } finally {
      setTimeout(letGo, SETTLES);
    }
  }
}

// The trainer's view of a lesson: one beat fills the screen, in type that the back row can read. What
// does not fit goes on a further page of the same beat, so there is nothing to scroll. Answers are
// covered until the trainer turns them over.

import { printed } from "./ask.js";
import { beats, joined } from "./beats.js";
import { drawn, fill, make } from "./draw.js";
import { Timer } from "./timer.js";
import { isFull, turn } from "./view.js";

const ROOM = "dialects:room";
const LESSON = /^notebooks\/\d\d-/;
// A screen has this many of the lesson's own pixels, so its smallest type, 14 pixels, is 28 on a
// screen of 1080 lines.
const [WIDE, HIGH] = [720, 540];
const BAR = 46; // of these pixels, for the line with the controls of the view
const MARGIN = 14;
const PICTURE = [0.5, 0.42, 0.34, 0.26]; // of a page, for a drawn scene above its story
const SIDES = [226, 262]; // for the controls of a chart, on a screen of 4 to 3 and on a broad one
const INDENT = 20; // from these to the chart
const GAP = 40; // between two pages
const BROAD = 1.5; // width to height
const LARGER = [1.8, 1.5, 1.25, 1]; // words and questions grow as long as they fit
const SPARE = 100; // pixels that a question keeps free for its answer
const LINES = 60; // pixels that words above a lab may take
const SOON = 120; // milliseconds in which a change settles
const MINUTES = 5;
const FORWARD = ["PageDown", "ArrowRight", "ArrowDown"];
const BACKWARD = ["PageUp", "ArrowLeft", "ArrowUp"];
const TURN = [".", "b"]; // what the black-screen key of a clicker sends
const PLAYERS = ".dio-cover:not([hidden]) > .dio-reveal, .dio-play";
const TYPED = "input, select, textarea, [contenteditable=true], .dio-frame[tabindex='0']";

const SOLID = "img, canvas, svg, input, select, textarea, button";
const ASIDE = ".dialects-controls, .dialects-controls + .dio-status, .dialects-beside, .dio-heard, svg *, .jp-Editor *";

const [LEFT, RIGHT] = ["M15 5l-7 7 7 7", "M9 5l7 7-7 7"];

const isRoom = () => sessionStorage.getItem(ROOM) !== null;

// The address may ask for it; that holds for this tab until the trainer leaves.
export function asked() {
  if (new URLSearchParams(location.search).has("room")) sessionStorage.setItem(ROOM, "");
}

// Whether there is something to see of a node by itself, in the course of the page.
function isSeen(node) {
  const words = [...node.childNodes].some((child) => child.nodeType === Node.TEXT_NODE && child.data.trim());
  return (words || node.matches(SOLID)) && !node.closest(ASIDE) && node.checkVisibility() && node.getClientRects().length;
}

export class Room {
  static fits = ({ context }) => LESSON.test(context.path);

  constructor(lesson) {
    this.lesson = lesson;
    this.panel = lesson.panel;
    this.turned = new Set(); // cells whose answer the room has seen
    this.opened = new Set(); // folds that the view has opened
    this.key = `${ROOM}:${this.panel.context.path}`;
    this.panel.disposed.connect(() => this.on && this.#undo());
  }

  get words() {
    return this.lesson.header.words.room;
  }

  get beat() {
    return this.beats[this.at];
  }

  get outer() {
    return this.panel.content.outerNode ?? this.panel.content.node;
  }

  get pager() {
    return this.panel.content.widgets[0].node.parentElement;
  }

  // Where the address or the lesson before asked for the view, nothing of the lesson is seen until
  // it stands in it.
  begin(told) {
    if (!isRoom() || !Room.fits(this.panel)) return;
    this.panel.node.classList.add("dialects-room");
    told.then(() => this.enter(), () => this.panel.node.classList.remove("dialects-room"));
  }

  enter(focus = null) {
    sessionStorage.setItem(ROOM, "");
    if (isFull()) return turn();
    const { panel, lesson } = this;
    const cells = panel.content.widgets.map(({ model }) => ({ type: model.type, source: model.sharedModel.getSource() }));
    this.whole = beats(cells);
    if (this.on || !this.whole.length) return;
    this.on = true;
    this.from = focus && { place: lesson.place.read(), focus };
    lesson.place.holding = true; // nothing here says where a reader is
    panel.node.classList.add("dialects-room");
    document.body.classList.add("dialects-in-room");
    lesson.header.widget.hide();
    this.#make();
    this.beats = this.whole;
    const kept = focus ? this.from.place.at : Number(sessionStorage.getItem(this.key));
    this.at = this.#holding(kept);
    this.page = 0;
    this.#listen();
    this.#open();
    if (!focus) return; // the lesson has not run yet
    this.refresh();
    this.outer.focus({ preventScroll: true });
  }

  leave() {
    sessionStorage.removeItem(ROOM);
    sessionStorage.removeItem(this.key);
    const { from, lesson } = this;
    const back = async () => this.#undo();
    lesson.place.holding = false;
    if (!from) return back();
    lesson.place.hold(back, from.place);
    const { focus } = from;
    (focus.isConnected ? focus : lesson.header.widget.node.querySelector(".dialects-more"))?.focus();
  }

  // The lesson has run, or has run again: what stands in its cells is new.
  refresh() {
    if (!this.on) return;
    const [cell] = this.beat.cells;
    this.beats = joined(this.whole, (words, beat) => this.#holds(words, beat));
    this.at = this.#holding(cell);
    this.#parts();
    this.#open(this.page);
  }

  #holding(cell) {
    const found = this.beats.findLastIndex(({ cells }) => cells[0] <= cell);
    return Math.max(0, found);
  }

  // --- the line below the beat ---

  #make() {
    const { words } = this;
    const button = (text, act, more = {}, ...drawing) => {
      const made = make("button", { type: "button", onclick: act, ...more }, ...drawing);
      if (text) made.append(make("span", { textContent: text }));
      return made;
    };
    this.back = button(words.back, () => this.go(-1), { title: words.back_keys }, drawn(LEFT));
    this.next = button("", () => this.go(1), { title: words.next_keys }, make("span", { textContent: words.next }), drawn(RIGHT));
    this.turner = button(words.turn, () => this.turnOrPlay(), { className: "dialects-turner", title: words.turn_keys });
    this.where = make("span", { className: "dialects-at" });
    this.heard = make("span", { className: "dialects-heard" });
    this.heard.setAttribute("role", "status");
    this.choice = make("select", { onchange: () => this.#jump(Number(this.choice.value)) });
    this.choice.setAttribute("aria-label", words.parts);
    this.timer = new Timer(MINUTES, (up) => this.#timed(up));
    this.clock = button("", () => this.timer.turn(), { className: "dialects-clock", title: words.timer_keys });
    const less = button("−", () => this.timer.add(-1));
    const more = button("+", () => this.timer.add(1));
    less.setAttribute("aria-label", words.less);
    more.setAttribute("aria-label", words.more);
    const time = make("span", { className: "dialects-timer" }, less, this.clock, more);
    time.setAttribute("role", "group");
    time.setAttribute("aria-label", words.timer);
    const guide = this.lesson.header.guide;
    const notes = guide && make("a", { href: guide, target: "dialects-notes", textContent: words.notes });
    this.bar = make("nav", { className: "dialects-room-bar" }, this.back, this.next, this.where, this.turner,
      this.choice, time, notes, button(words.leave, () => this.leave(), { title: words.leave_keys }), this.heard);
    this.bar.setAttribute("aria-label", words.label);
    this.cover = make("section", { className: "dialects-cover", hidden: true });
    this.cover.setAttribute("aria-label", words.covered);
    this.panel.node.append(this.cover, this.bar);
    this.#timed(false);
  }

  #timed(up) {
    const { words } = this;
    this.clock.textContent = this.timer.words;
    const act = this.timer.running ? words.timer_stop : words.timer_start;
    this.clock.setAttribute("aria-label", fill(act, { left: this.timer.words }));
    this.clock.classList.toggle("dialects-running", this.timer.running);
    this.clock.classList.toggle("dialects-up", this.timer.left === 0);
    if (up) this.heard.textContent = words.up;
  }

  #parts() {
    const first = new Map();
    this.beats.forEach(({ part }, at) => part && !first.has(part) && first.set(part, at));
    this.choice.replaceChildren(...[...first].map(([part, at]) => new Option(part, at)));
  }

  #jump(at) {
    this.at = at;
    this.#open();
  }

  // --- keys, and whatever moves ---

  #listen() {
    const { pager, outer } = this;
    this.ends = new AbortController();
    const { signal } = this.ends;
    addEventListener("keydown", (event) => this.#pressed(event), { capture: true, signal });
    addEventListener("resize", () => this.#soon(() => this.refresh()), { signal });
    outer.tabIndex = -1;
    outer.setAttribute("role", "region");
    // Whoever walks on by keyboard comes to the page of what has the keyboard.
    pager.addEventListener("focusin", ({ target }) => {
      const page = this.#pageOf(target);
      if (page !== this.page) this.#show(page);
    }, { signal });
    pager.addEventListener("toggle", ({ target }) => target.open && !this.opened.has(target) && this.#see(target), { capture: true, signal });
    pager.addEventListener("click", ({ target }) => {
      if (target.closest?.(".dio-form .dio-button")) this.#uncover();
    }, { capture: true, signal });
    this.changes = new MutationObserver((all) => {
      this.answer ??= all.map(({ target }) => (target.closest ? target : target.parentElement)?.closest(".dio-status")).find(Boolean);
      this.#soon(() => this.#changed());
    });
    this.changes.observe(pager, { childList: true, characterData: true, subtree: true });
  }

  #soon(act) {
    clearTimeout(this.rests);
    this.rests = setTimeout(act, SOON);
  }

  #pressed(event) {
    const { key, target } = event;
    if (!this.panel.isVisible || event.ctrlKey || event.metaKey || event.altKey) return;
    const note = document.querySelector(".dialects-meaning:not([hidden])");
    if (key === "Escape" && note) return;
    const typed = target.closest?.(TYPED);
    const act = this.#act(key, typed);
    if (act) {
      event.preventDefault();
      event.stopImmediatePropagation();
      if (!event.repeat) act();
    } else if (!typed && key !== "Tab") event.stopPropagation(); // JupyterLab has keys of its own
  }

  // A clicker's two keys move on wherever the keyboard is; the others also belong to controls.
  #act(key, typed) {
    if (key === "Escape") return () => this.leave();
    if (typed && !key.startsWith("Page")) return null;
    if (FORWARD.includes(key)) return () => this.go(1);
    if (BACKWARD.includes(key)) return () => this.go(-1);
    if (TURN.includes(key)) return () => this.turnOrPlay();
    return key === "t" ? () => this.timer.turn() : null;
  }

  go(by) {
    const page = this.page + by;
    if (!this.covers && page >= 0 && page < this.pages) this.#show(page);
    else if (this.beats[this.at + by]) {
      this.at += by;
      this.#open(by < 0 ? Infinity : 0);
    } else return;
    if (!this.bar.contains(document.activeElement)) this.outer.focus({ preventScroll: true });
  }

  // --- what is covered ---

  // Of a prediction, only what an earlier group has locked is to be hidden.
  #covered() {
    const { kind, cells, answers } = this.beat;
    if (cells.some((cell) => this.turned.has(cell))) return false;
    if (kind === "result") return answers.length > 0 || this.#shut();
    return kind === "predict" ? this.#told() : ["explain", "check"].includes(kind);
  }

  // Something has been said of an answer, now or to an earlier group.
  #told() {
    return this.beat.cells.some((cell) => this.#node(cell).querySelector(".dio-status:not(.dio-empty)"));
  }

  // Python still holds the result back.
  #shut() {
    const cell = this.#node(this.beat.cells.at(-1));
    return Boolean(cell.querySelector(".widget-vbox > .widget-html:only-child"));
  }

  #node(cell) {
    return this.panel.content.widgets[cell].node;
  }

  #uncover() {
    for (const cell of this.beat.cells) this.turned.add(cell);
    this.#lift();
  }

  // A clicker's third key: the answer, or where nothing is covered, the play.
  turnOrPlay() {
    if (this.#covered()) return this.turn();
    const player = this.#player();
    if (!player) return;
    this.#show(this.#pageOf(player));
    player.click();
  }

  #player() {
    const players = this.beat.cells.flatMap((cell) => [...this.#node(cell).querySelectorAll(PLAYERS)]);
    return players.find((each) => each.getClientRects().length);
  }

  async turn() {
    const { kind, cells, act, answers } = this.beat;
    const shut = kind === "result" && this.#shut();
    this.#uncover();
    if (kind === "explain") await this.#python(`${act}.reveal()`);
    if (kind === "check") await this.#python(`${act}.show()`);
    const owed = this.whole.filter(({ kind: what, cells: [cell] }) =>
      what === "predict" && (answers.includes(cell) || (shut && cell < cells[0])));
    for (const each of owed) this.turned.add(each.cells[0]);
    if (kind === "result") await this.#python(owed.map((each) => `${each.act}.skip()`).join("\n"));
    if (!this.bar.contains(document.activeElement)) this.outer.focus({ preventScroll: true });
  }

  #python(code) {
    return code && printed(this.lesson.kernel, code);
  }

  // What lies over a result: the questions that it answers.
  #layOver() {
    const { words } = this;
    const asked = this.beat.answers.map((cell) => this.#node(cell).querySelector(".dio-form")?.getAttribute("aria-label"));
    this.cover.replaceChildren(
      make("h2", { textContent: words.covered }),
      ...asked.filter(Boolean).map((textContent) => make("p", { textContent })),
      make("button", { type: "button", textContent: words.turn, onclick: () => this.turn() }),
    );
  }

  // Put the cover on or take it off, as the beat asks for.
  #lift() {
    const covered = this.#covered();
    const result = this.beat.kind === "result";
    this.covers = covered && result;
    this.cover.hidden = !this.covers;
    this.pager.classList.toggle("dialects-covered", this.covers);
    this.pager.inert = this.covers;
    this.#hide(covered && !result);
    this.turner.disabled = !covered && !this.#player();
    this.turner.textContent = covered || this.turner.disabled ? this.words.turn : this.words.play;
  }

  // What an earlier group has answered is not for this one: neither their answer nor what was said.
  #hide(covered) {
    const hides = covered && this.#told();
    this.pager.classList.toggle("dialects-hides", hides);
    for (const list of this.beat.cells.flatMap((cell) => [...this.#node(cell).querySelectorAll(".dio-order ol")])) {
      const sorted = [...list.children].map(({ textContent }) => textContent).sort();
      for (const line of list.children) line.style.order = hides ? sorted.indexOf(line.textContent) : "";
    }
  }

  // --- one beat on the screen ---

  // A question that waits is seen here, so it has its own name and not that of what it waits for.
  #name(seen = true) {
    for (const form of this.pager.querySelectorAll(".dio-waiting"))
      form.setAttribute("aria-label", seen ? form.dataset.title : form.querySelector(".dio-waits").textContent);
  }

  #open(page = 0) {
    this.#name();
    sessionStorage.setItem(this.key, this.beat.cells[0]);
    this.#now(this.beat.cells);
    for (const fold of this.opened) fold.open = false;
    this.opened.clear();
    const folds = this.beat.folded ? "details:not([open])" : "details:not([open]):has(> .dio-words)";
    for (const cell of this.beat.cells)
      for (const fold of this.#node(cell).querySelectorAll(folds)) {
        fold.open = true;
        this.opened.add(fold);
      }
    this.answer = null;
    this.#layOver();
    this.#lift();
    this.#fit();
    this.#show(Math.min(page, this.pages - 1));
    const { part } = this.beat;
    const at = fill(this.words.place, { at: this.at + 1, of: this.beats.length });
    this.heard.textContent = `${at}. ${part}`;
    this.outer.setAttribute("aria-label", this.heard.textContent);
    const parts = [...this.choice.options].filter(({ value }) => Number(value) <= this.at);
    if (parts.length) this.choice.value = parts.at(-1).value;
  }

  #show(page) {
    this.page = page;
    this.pager.style.setProperty("--page", page);
    const at = fill(this.words.place, { at: this.at + 1, of: this.beats.length });
    const more = this.pages > 1 ? ` ${fill(this.words.page, { at: page + 1, of: this.pages })}` : "";
    this.where.textContent = at + more;
    this.back.disabled = !this.at && !page;
    this.next.disabled = this.at === this.beats.length - 1 && page === this.pages - 1;
  }

  // Something has changed on the beat: count its pages anew, and show an answer that has come.
  #changed() {
    if (!this.on) return;
    this.#name();
    this.#lift();
    this.#fit();
    this.#show(Math.min(this.page, this.pages - 1));
    const { answer } = this;
    this.answer = null;
    // Whoever watches a play stays with it when its result comes.
    const pressed = document.activeElement?.matches(".dio-form .dio-button, .dialects-room-bar :not(.dialects-turner)");
    if (answer?.textContent && !this.#covered() && (pressed || !this.#controls())) this.#see(answer);
  }

  #see(node) {
    this.#soon(() => {
      this.#fit();
      this.#show(this.#pageOf(node));
    });
  }

  // --- size and pages ---

  // The controls of a chart stay in sight on all its pages.
  #controls() {
    if (this.beat.kind !== "result") return null;
    const cell = this.#node(this.beat.cells.at(-1));
    const [form, chart] = [cell.querySelector(".dio-form"), cell.querySelector(".dio-chart")];
    const before = form && chart && form.compareDocumentPosition(chart) & Node.DOCUMENT_POSITION_FOLLOWING;
    return before && [...form.children].some((child) => child.checkVisibility()) ? form : null;
  }

  // The room that a page has, in the lesson's own pixels.
  #room() {
    const { width, height } = this.panel.node.getBoundingClientRect();
    const zoom = Math.min(width / WIDE, height / HIGH);
    return { zoom, beside: SIDES[Number(width / height >= BROAD)], width: width / zoom, height: height / zoom - BAR };
  }

  // Lay the beat out in pages, so much larger, with a place for controls at the side.
  #lay({ zoom, width, height }, larger = 1, side = 0, lead = 0) {
    const [wide, high] = [width / larger - 2 * MARGIN - side, height / larger - MARGIN];
    const sizes = { zoom: zoom * larger, side, wide, high, gap: side + GAP, "dio-page": high - lead, "dio-wide": wide, controls: side - INDENT };
    for (const [name, size] of Object.entries(sizes)) this.pager.style.setProperty(`--${name}`, size);
    this.stride = (sizes.wide + sizes.gap) * sizes.zoom;
  }

  #fit() {
    const room = this.#room();
    this.panel.node.style.setProperty("--zoom", room.zoom);
    const controls = this.#controls();
    for (const old of this.pager.querySelectorAll(".dialects-controls"))
      if (old !== controls) old.classList.remove("dialects-controls");
    let side = 0;
    if (controls) {
      controls.classList.add("dialects-controls");
      this.#lay(room, 1, room.beside);
      side = this.#stands(controls) ? room.beside : 0;
      if (!side) controls.classList.remove("dialects-controls"); // they have a page of their own
    }
    this.#lay(room, 1, side);
    const lead = this.beat.plays && this.beat.cells.length > 1 ? this.#node(this.beat.cells[0]).offsetHeight : 0;
    this.#lay(room, 1, side, lead);
    this.#besides(controls, side);
    let least = this.#count(this.beat.cells);
    for (const share of this.beat.picture ? PICTURE : []) {
      this.pager.style.setProperty("--picture", share);
      least = this.#count(this.beat.cells);
      if (least === 1) break;
    }
    const chart = this.beat.cells.some((cell) => this.#chart(cell));
    for (const larger of chart ? [1] : LARGER) {
      this.#lay(room, larger, side, lead);
      this.pages = this.#count(this.beat.cells);
      if (this.pages <= least) break;
    }
    // What is said of a chart has a page of its own after it.
    const said = this.#said();
    this.pager.style.setProperty("--last", this.pages);
    if (said) this.pages += 1;
  }

  // Whether controls can stand beside their chart: they fit there, and so do the chart and its stage.
  #stands(controls) {
    const [wide, high] = ["--wide", "--high"].map((name) => parseFloat(this.pager.style.getPropertyValue(name)));
    const needing = [...this.#node(this.beat.cells.at(-1)).querySelectorAll("[data-needs]")];
    return controls.offsetHeight <= high && needing.every(({ dataset }) => dataset.needs <= wide);
  }

  #chart(cell) {
    return this.#node(cell).querySelector(".dio-chart, .vega-embed");
  }

  // What the controls of a chart answer, such as its result in words.
  #said() {
    const said = this.pager.querySelector(".dialects-controls + .dio-status");
    return said?.textContent ? said : null;
  }

  // Where a chart's figures come from stands below its controls, if there is room.
  #besides(controls, side) {
    for (const old of this.pager.querySelectorAll(".dialects-beside")) old.classList.remove("dialects-beside");
    const chips = side && this.#chart(this.beat.cells.at(-1))?.querySelector(".dio-chips");
    if (!chips) return;
    chips.classList.add("dialects-beside");
    const below = parseFloat(this.pager.style.getPropertyValue("--high")) - chips.offsetHeight;
    this.pager.style.setProperty("--below", below);
    const cut = chips.getBoundingClientRect().bottom > this.bar.getBoundingClientRect().top;
    if (cut || below < controls.offsetHeight) chips.classList.remove("dialects-beside");
  }

  // How many pages some cells take: up to the last that holds something to be seen.
  #count(cells) {
    const left = this.pager.getBoundingClientRect().left;
    const seen = cells.flatMap((cell) => [...this.#node(cell).querySelectorAll("*")].filter(isSeen));
    const pages = seen.map((node) => Math.floor(([...node.getClientRects()].at(-1).left + 1 - left) / this.stride));
    return Math.max(0, ...pages) + 1;
  }

  #pageOf(node) {
    const [box] = node.getClientRects();
    if (!box || node.closest(".dialects-controls, .dialects-beside")) return this.page;
    const page = Math.floor((box.left + 1 - this.pager.getBoundingClientRect().left) / this.stride);
    return Math.min(Math.max(page, 0), this.pages - 1);
  }

  #now(cells) {
    this.panel.content.widgets.forEach(({ node }, cell) => node.classList.toggle("dialects-now", cells.includes(cell)));
  }

  // Whether words stand on one page with what they lead to: above a question with room for what is
  // said of an answer, above a lab if they are short. Any other chart has its page for itself.
  #holds({ cells }, beat) {
    const room = this.#room();
    this.#now(cells);
    if (beat.plays) {
      this.#lay(room, 1, room.beside);
      return this.#node(cells[0]).offsetHeight <= LINES;
    }
    const all = [...cells, ...beat.cells];
    if (all.some((cell) => this.#chart(cell))) return false;
    this.#now(all);
    this.#lay({ ...room, height: room.height - SPARE });
    return this.#count(all) === 1;
  }

  #undo() {
    this.on = false;
    this.ends.abort();
    this.changes.disconnect();
    clearTimeout(this.rests);
    this.timer.stop();
    const { panel } = this;
    panel.node.classList.remove("dialects-room");
    // The next lesson may stand in the view already.
    document.body.classList.toggle("dialects-in-room", Boolean(document.querySelector(".dialects-room")));
    if (panel.isDisposed) return;
    this.bar.remove();
    this.cover.remove();
    for (const fold of this.opened) fold.open = false;
    const { pager, outer } = this;
    this.#name(false);
    pager.classList.remove("dialects-covered", "dialects-hides");
    pager.inert = false;
    for (const name of Array.from(pager.style).filter((each) => each.startsWith("--"))) pager.style.removeProperty(name);
    for (const name of ["role", "aria-label", "tabindex"]) outer.removeAttribute(name);
    for (const line of pager.querySelectorAll(".dio-order li")) line.style.order = "";
    for (const name of ["dialects-now", "dialects-controls", "dialects-beside"])
      for (const node of pager.querySelectorAll(`.${name}`)) node.classList.remove(name);
    this.lesson.header.widget.show();
  }
}

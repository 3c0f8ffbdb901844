// A chart on the screen, and the stage above it if it has one. After it is drawn, only its data change.
// What the next steps of a slider would show is here before they are asked for: the way to the kernel
// and back takes longer than one frame.

import { known, node, Picture } from "./picture.js";
import { Stage, still } from "./stage.js";

const PARTS = ["data", "title", "description", "chips", "table", "trace"];
const AROUND = 30; // pixels between a picture and its words
const FIRST = 50; // words after which the sentences below a chart come with a click
const FEW = 12; // words that are not worth a click
const LIFT = 1400; // milliseconds in which a chart that was covered comes into sight
const SETTLES = 150; // milliseconds after which a control that was moved is told of
const JUDGED = 90; // pixels that the verdict takes after a play
const key = (thing) => JSON.stringify(thing);

const sentences = new Intl.Segmenter("en", { granularity: "sentence" });
const count = (text) => text.split(/\s+/).filter(Boolean).length;
// The first sentences of a text, and the others.
export const parted = (text) => {
  let first = "";
  for (const { segment } of sentences.segment(text)) {
    if (count(first) >= FIRST) break;
    first += segment;
  }
  const rest = text.slice(first.length);
  return count(rest) > FEW ? [first, rest] : [text, ""];
};

// The names of lines that still grow stand at their heads, none on another; a mere start has none.
const heads = (ends, paths, [{ gap, least }]) => {
  const known = paths.filter(({ value }) => value !== null).map((row) => [row.series, row]);
  const [first, last] = [new Map([...known].reverse()), new Map(known)];
  // Rows of their own: a copy of one that Vega has taken up would be taken for the same.
  const led = ends.filter(({ text }) => last.get(text) !== first.get(text))
    .map(({ text }) => ({ text, at: last.get(text).at, place: last.get(text).value }));
  let below = (least ?? -Infinity) - gap;
  for (const end of [...led].sort((one, other) => one.place - other.place))
    below = end.place = Math.max(end.place, below + gap);
  return led;
};

// What happens later than a stage's clock is not drawn yet: the curve is the track of the play. What can
// be judged only at its end stands there in another form meanwhile.
const grown = ({ data, trace: { grows, later, meanwhile } }, played) => {
  const seen = (name) => (row) =>
    row.at <= played || ![name, row.series ?? row.text].some((one) => grows.includes(one));
  const some = ([name, rows]) => [name, later.includes(name) ? [] : rows.filter(seen(name))];
  const part = Object.fromEntries(Object.entries({ ...data, ...meanwhile }).map(some));
  return part.paths && data.corners ? { ...part, ends: heads(data.ends, part.paths, data.corners) } : part;
};

// The words below a chart: what it shows, what its figures are, and the figures as a table.
class Words {
  constructor(said, moves) {
    this.said = said;
    this.moves = moves;
    this.text = node("p", "dio-words");
    this.text.setAttribute("role", "status");
    this.more = node("button", "dio-more", said.more);
    this.more.type = "button";
    this.whole = false; // whether all of the words are in sight
    this.more.onclick = () => {
      this.whole = !this.whole;
      this.more.textContent = this.whole ? said.less : said.more;
      this.others.hidden = !this.whole;
    };
    this.chips = node("p", "dio-chips");
    this.figures = node("div", "dio-scroll");
    this.figures.tabIndex = 0;
    this.figures.setAttribute("role", "region");
    this.figures.setAttribute("aria-label", said.figures);
    // What moves is told at once; a chart that stands still has its words where its table is.
    const name = node("summary", "", moves ? said.table : said.words);
    this.twin = node("details", "", name, ...(moves ? [] : [this.text]), this.figures);
    this.twin.addEventListener("toggle", () => this.twin.open && this.fill(this.table));
    this.parts = [...(moves ? [this.text, this.more] : []), this.chips, this.twin];
    // JupyterLab's own keys (arrows fold headings, space scrolls) must not take these.
    for (const stop of [this.figures, name]) stop.dataset.lmSuppressShortcuts = "true";
  }

  // A chart that stands still has its words behind a click already.
  tell(text) {
    const [first, rest] = this.moves ? parted(text) : [text, ""];
    this.others = node("span", "", rest);
    this.others.hidden = !this.whole;
    this.more.hidden = !rest;
    this.text.replaceChildren(first, this.others);
  }

  show({ chips, table }) {
    this.table = table;
    this.chips.replaceChildren(...chips.map(([text, meaning]) => {
      const chip = node("span", "", text);
      chip.title = meaning;
      return chip;
    }));
    if (this.twin.open) this.fill(table);
  }

  fill({ columns, rows }) {
    const cell = (tag) => (text) => node(tag, "", text);
    const head = columns.map(cell("th"));
    head.forEach((th) => (th.scope = "col"));
    this.figures.replaceChildren(
      node("table", "", node("thead", "", node("tr", "", ...head)),
        node("tbody", "", ...rows.map((row) => node("tr", "", ...row.map(cell("td")))))));
  }
}

class View {
  constructor(model, el) {
    this.model = model;
    this.said = model.get("texts");
    this.driver = model.get("driver");
    this.now = this.#told();
    this.standing = model.get("spec");
    this.wanted = null;
    // The setting of the form that the picture shows; without a form there is one.
    this.stands = this.driver ? null : key(model.get("setting"));
    this.ahead = new Map();
    this.stage = null;
    this.acted = true; // whether the stage goes on by what somebody does on it
    this.played = Infinity; // on the chart's axis: what the chart may show while the stage plays
    this.covered = false;
    this.#build(el);
  }

  #build(el) {
    this.title = node("p", "dio-title");
    this.title.tabIndex = -1;
    this.verdict = node("div", "dio-status");
    this.verdict.setAttribute("role", "status");
    this.words = new Words(this.said, Boolean(this.driver));
    this.picture = new Picture(this.model, this.said, {
      whole: () => this.now.data,
      seen: () => (this.growing ? grown(this.now, this.played) : this.now.data),
      grows: () => this.played < Infinity,
      named: () => (this.hidden ? this.title.textContent : this.now.description),
      heights: () => this.#heights(),
    });
    const { frame } = this.picture;
    frame.dataset.lmSuppressShortcuts = "true";
    // What was predicted comes when the learner asks for it, not with the click that locks it.
    const reveal = node("button", "dio-button dio-reveal", this.said.reveal);
    reveal.type = "button";
    reveal.onclick = () => this.#lift(still() ? 0 : LIFT);
    this.cover = node("div", "dio-cover", reveal);
    frame.append(this.cover);
    this.scene = node("div", "");
    this.scene.addEventListener("click", ({ target }) => target.closest("button") && this.#near());
    el.append(node("div", "dio-chart", this.scene, this.verdict, this.title, frame, ...this.words.parts));
  }

  // Begin to show what the model holds; return what ends that.
  start() {
    const { model } = this;
    const heard = {
      "change:spec": () => this.#exchange(),
      "change:covered": () => this.#veil(),
      "change:verdict": () => {
        this.#judge();
        if (this.#heights()[0] < Infinity) this.picture.embed(); // it shares its page
      },
      "change:turn": () => this.#answer(),
      "msg:custom": ({ setting, parts }) =>
        setting ? this.ahead.set(key(setting), parts) : this.ahead.clear(),
    };
    for (const [what, act] of Object.entries(heard)) model.on(what, act);
    const leave = this.driver ? this.#follow() : () => {};
    // While one theme's style sheet gives way to the next, nothing on the page has a width.
    const theme = new MutationObserver(() => requestAnimationFrame(() => {
      this.stage?.repaint();
      this.picture.embed();
    }));
    theme.observe(document.body, { attributeFilter: ["data-jp-theme-light"] });
    model.send({ ready: true }); // nothing that was sent ahead before is here
    this.#act(false);
    this.#veil();
    this.#judge();
    this.picture.watch();
    return () => {
      for (const [what, act] of Object.entries(heard)) model.off(what, act);
      leave();
      theme.disconnect();
      clearTimeout(this.pause);
      clearTimeout(this.lifting);
      this.uncover?.(); // it was asked for, and this view gives way to another
      this.stage?.remove();
      this.picture.remove();
    };
  }

  get growing() {
    const { trace } = this.now;
    return this.played < Infinity && trace.grows.length + trace.later.length > 0;
  }

  get hidden() {
    return this.covered || this.growing;
  }

  #told() {
    return Object.fromEntries(PARTS.map((part) => [part, this.model.get(part)]));
  }

  // Do as the form says: what comes of a control may be here already.
  #follow() {
    let form = null;
    const moved = () => {
      this.#lift(0); // whoever moves a control sees at once what comes of it
      this.wanted = key(form.get("value"));
      if (!this.ahead.has(this.wanted)) return;
      this.stands = this.wanted;
      this.#show(this.ahead.get(this.wanted), true);
    };
    // The kernel is gone: the controls go back to what the picture shows.
    const stop = () => form.set("value", JSON.parse(this.stands));
    known(this.model.widget_manager, this.driver).then((found) => {
      form = found;
      this.stands ??= key(form.get("value"));
      form.on("change:value", moved);
      form.on("comm_live_update", stop);
    }, () => {}); // without it the chart follows the kernel alone, a moment later
    return () => {
      form?.off("change:value", moved);
      form?.off("comm_live_update", stop);
    };
  }

  // An answer to a setting that has been left meanwhile would throw the chart back for a moment.
  #answer() {
    // Data of another form mean nothing to the picture that still stands; it is drawn afresh.
    if (this.model.get("spec") !== this.standing) return;
    const setting = key(this.model.get("setting"));
    if (setting !== this.wanted && this.ahead.has(this.wanted)) return;
    const over = setting !== this.stands;
    this.stands = setting;
    this.#show(this.#told(), over);
  }

  #show(parts, over) {
    if (key(parts) === key(this.now)) return;
    this.now = parts;
    this.#act(over);
    this.#write();
    this.picture.push();
  }

  #exchange() {
    this.standing = this.model.get("spec");
    this.ahead.clear();
    this.now = this.#told();
    this.#act(true);
    this.#write();
    this.picture.embed();
  }

  // A stage waits to be played; whoever moves a control meanwhile sees at once what comes of it.
  #act(over) {
    if (!this.now.trace) {
      this.stage?.remove();
      this.stage = null;
      this.played = Infinity;
      this.picture.frame.after(this.verdict);
      return this.scene.replaceChildren();
    }
    this.stage ??= new Stage(this.scene, this.said.stage, (tick, whole) => this.#reached(tick, whole));
    this.scene.after(this.verdict);
    this.acted = false;
    this.stage.show(this.now.trace, over);
    this.acted = true;
  }

  #reached(tick, whole) {
    const { start = 0, pace } = this.now.trace;
    this.begun = tick > 0;
    this.played = whole ? Infinity : start + tick * pace;
    this.#write();
    this.picture.push();
    if (whole && this.acted) this.model.send({ played: true });
  }

  #write() {
    const { covered, growing, now, said } = this;
    this.title.textContent = covered ? said.covered : growing ? this.#waits() : now.title;
    this.picture.name();
    this.words.show(now);
    // A reader is told where the slider came to rest, not of every step on the way.
    clearTimeout(this.pause);
    this.pause = setTimeout(() => this.words.tell(this.hidden ? "" : this.now.description), SETTLES);
  }

  // What stands above a chart that grows with its stage.
  #waits() {
    const { press, later } = this.said.stage;
    return this.begun ? later : press;
  }

  #veil() {
    clearTimeout(this.lifting);
    this.uncover = null;
    this.covered = this.model.get("covered");
    this.words.twin.hidden = this.covered;
    this.cover.hidden = !this.covered;
    this.cover.classList.remove("dio-lifting");
    this.#write();
  }

  // Between a stage and its chart, or below a chart: what was just seen stays where it is.
  #judge() {
    const lines = this.model.get("verdict").split("\n").filter(Boolean);
    this.verdict.replaceChildren(...lines.map((line) => node("span", "", line)));
    this.verdict.classList.toggle("dio-empty", !lines.length);
  }

  // A play is seen together with the chart that grows below it.
  #near() {
    const { bottom } = this.picture.frame.getBoundingClientRect();
    if (bottom + JUDGED <= innerHeight || this.#heights()[0] < Infinity) return;
    this.scene.scrollIntoView({ block: "start", behavior: still() ? "auto" : "smooth" });
  }

  #lift(pause) {
    if (!this.covered) return;
    this.cover.classList.toggle("dio-lifting", pause > 0);
    clearTimeout(this.lifting);
    this.uncover = () => {
      this.uncover = null;
      const held = this.cover.contains(document.activeElement);
      this.model.set("covered", false);
      this.model.save_changes();
      if (held) this.title.focus();
      this.model.send({ played: true });
    };
    this.lifting = setTimeout(() => this.uncover?.(), pause);
  }

  // The heights that a page of the trainer's view leaves for the picture, the best first. Where the
  // words are long or the picture is high, they go on to the next page.
  #heights() {
    const { frame } = this.picture;
    const page = parseFloat(getComputedStyle(frame).getPropertyValue("--dio-page"));
    if (!page) return [Infinity];
    const { text, parts, chips, twin } = this.words;
    const [stood, told] = [text.textContent, this.now.description];
    if (stood !== told) this.words.tell(told); // they are on their way
    const flows = (part) => getComputedStyle(part).position !== "absolute";
    const left = (some) => page - AROUND - some.filter(flows).reduce((sum, part) => sum + part.offsetHeight, 0);
    const all = left([this.verdict, this.title, chips, ...(parts.includes(text) ? [text] : []), twin]);
    const alone = [left([this.title, chips]), left([this.title])];
    if (stood !== told) this.words.tell(stood);
    if (this.model.get("spec").usermeta?.firm) return [left([this.verdict, this.title])];
    return all < page / 2 ? alone : [all, ...alone];
  }
}

export default {
  render: ({ model, el }) => new View(model, el).start(),
};

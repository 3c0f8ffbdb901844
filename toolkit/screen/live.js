// Draws a chart once; after that only its data change. What the next steps of a slider would show is
// here before they are asked for: the way to the kernel and back takes longer than one frame.
// Vega is big: one model holds it for all charts of a lesson, and the page takes it up once.

import { Stage, still } from "./stage.js";

const PARTS = ["data", "title", "description", "chips", "table", "trace"];
const NARROW = 560; // pixels: below this a chart is laid out anew, with its names on top
const SHARED = 400; // the same in the trainer's view, which is too low for what a narrow chart puts above it
const AROUND = 30; // pixels between a picture and its words
const FLATTEST = 0.35; // share of its height that any other keeps
const FIRM = 0.7; // share of its size to which a chart that is drawn for one size may shrink there
const LETTERS = 14; // pixels: the least in the trainer's view
const EDGES = 70; // pixels of a chart's height that its axes and names need
const FIRST = 50; // words after which the sentences below a chart come with a click
const FEW = 12; // words that are not worth a click
const SPARE = 60; // pixels beside a chart that are worth drawing it anew
const WIDEST = 260; // pixels by which it grows at most
const LIFT = 1400; // milliseconds in which a chart that was covered comes into sight
const LEAST = 90; // pixels that a panel keeps; what still does not fit scrolls in its own frame
const key = (thing) => JSON.stringify(thing);
const later = (pause) => new Promise((done) => setTimeout(done, pause));

const isDark = () => document.body.dataset.jpThemeLight === "false";
const node = (tag, name, ...children) => {
  const made = document.createElement(tag);
  if (name) made.className = name;
  made.append(...children);
  return made;
};

// A page that is opened again gets to know the models of its kernel one after the other.
async function known(manager, id) {
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

// The names of lines that still grow stand at their heads, none on another.
const heads = (ends, paths, [{ gap }]) => {
  const last = new Map(paths.filter(({ value }) => value !== null).map((row) => [row.series, row]));
  // Rows of their own: a copy of one that Vega has taken up would be taken for the same.
  const led = ends.filter(({ text }) => last.has(text))
    .map(({ text }) => ({ text, at: last.get(text).at, place: last.get(text).value }));
  let below = -Infinity;
  for (const end of [...led].sort((one, other) => one.place - other.place))
    below = end.place = Math.max(end.place, below + gap);
  return led;
};

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

const legible = (spec) =>
  JSON.parse(JSON.stringify(spec), (name, value) => (/fontSize$/i.test(name) ? Math.max(LETTERS, value) : value));

export default {
  render({ model, el }) {
    const said = model.get("texts");
    const title = node("p", "dio-title");
    title.tabIndex = -1;
    const picture = node("div", "dio-picture");
    picture.setAttribute("role", "img");
    // What was predicted comes when the learner asks for it, not with the click that locks it.
    const reveal = node("button", "dio-button dio-reveal", said.reveal);
    reveal.type = "button";
    reveal.onclick = () => lift(still() ? 0 : LIFT);
    const cover = node("div", "dio-cover", reveal);
    const frame = node("div", "dio-frame", picture, cover);
    const words = node("p", "dio-words");
    words.setAttribute("role", "status");
    let whole = false; // whether all of them are in sight
    const more = node("button", "dio-more", said.more);
    more.type = "button";
    more.onclick = () => {
      whole = !whole;
      more.textContent = whole ? said.less : said.more;
      tell(now.description);
    };
    // A chart that stands still has its words behind a click already.
    const tell = (text) => {
      const [first, rest] = driver ? parted(text) : [text, ""];
      const others = node("span", "", rest);
      others.hidden = !whole;
      more.hidden = !rest;
      words.replaceChildren(first, others);
    };
    const chips = node("p", "dio-chips");
    const scroll = node("div", "dio-scroll");
    scroll.tabIndex = 0;
    scroll.setAttribute("role", "region");
    scroll.setAttribute("aria-label", said.figures);
    const driver = model.get("driver");
    // What moves is told at once; a chart that stands still has its words where its table is.
    const twin = node("details", "", node("summary", "", driver ? said.table : said.words), ...(driver ? [] : [words]), scroll);
    // JupyterLab's own keys (arrows fold headings, space scrolls) must not take these.
    for (const stop of [frame, scroll, twin.firstChild]) stop.dataset.lmSuppressShortcuts = "true";
    const scene = node("div", "");
    el.append(node("div", "dio-chart", scene, title, frame, ...(driver ? [words, more] : []), chips, twin));

    const ready = vega(model);
    const told = () => Object.fromEntries(PARTS.map((part) => [part, model.get(part)]));
    const ahead = new Map();
    let now = told();
    let standing = model.get("spec");
    let wanted = null;
    // The setting of the form that the picture shows; without a form there is one.
    let stands = driver ? null : key(model.get("setting"));
    let shown = null;
    let drawn = Promise.resolve();
    let drawnFor = 0;
    let pause = 0;
    let resting = 0;
    let stage = null;
    let acted = true; // whether the stage goes on by what somebody does on it
    let played = Infinity; // on the chart's axis: what the chart may show while the stage plays
    let covered = false;
    let lifting = 0;

    // What happens later than the stage's clock is not drawn yet: the curve is the track of the play.
    const data = () => {
      if (!growing()) return now.data;
      const { grows, later } = now.trace;
      const seen = (name) => (row) =>
        row.at <= played || ![name, row.series ?? row.text].some((one) => grows.includes(one));
      const some = ([name, rows]) => [name, later.includes(name) ? [] : rows.filter(seen(name))];
      const grown = Object.fromEntries(Object.entries(now.data).map(some));
      const { ends, corners } = now.data;
      return grown.paths && corners ? { ...grown, ends: heads(ends, grown.paths, corners) } : grown;
    };
    const reached = (tick, ended) => {
      played = ended ? Infinity : tick * now.trace.pace;
      write();
      push();
      if (ended && acted) model.send({ played: true });
    };
    // A stage waits to be played; whoever moves a control meanwhile sees at once what comes of it.
    const act = (over) => {
      if (!now.trace) {
        stage?.remove();
        stage = null;
        played = Infinity;
        return scene.replaceChildren();
      }
      stage ??= new Stage(scene, model.get("texts").stage, reached);
      acted = false;
      stage.show(now.trace, over);
      acted = true;
    };
    const growing = () => played < Infinity && now.trace.grows.length + now.trace.later.length > 0;
    const hidden = () => covered || growing();
    const veil = () => {
      clearTimeout(lifting);
      covered = model.get("covered");
      twin.hidden = covered;
      cover.hidden = !covered;
      cover.classList.remove("dio-lifting");
      write();
    };
    const lift = (pause) => {
      if (!covered) return;
      cover.classList.toggle("dio-lifting", pause > 0);
      clearTimeout(lifting);
      lifting = setTimeout(() => {
        const held = cover.contains(document.activeElement);
        model.set("covered", false);
        model.save_changes();
        if (held) title.focus();
        model.send({ played: true });
      }, pause);
    };
    const fill = () => {
      const { columns, rows } = now.table;
      const cell = (tag) => (text) => node(tag, "", text);
      const head = columns.map(cell("th"));
      head.forEach((th) => (th.scope = "col"));
      scroll.replaceChildren(
        node("table", "", node("thead", "", node("tr", "", ...head)),
          node("tbody", "", ...rows.map((row) => node("tr", "", ...row.map(cell("td")))))));
    };
    const name = () => picture.setAttribute("aria-label", hidden() ? title.textContent : now.description);
    const write = () => {
      title.textContent = covered ? said.covered : growing() ? said.stage.title : now.title;
      name();
      chips.replaceChildren(...now.chips.map(([text, meaning]) => {
        const chip = node("span", "", text);
        chip.title = meaning;
        return chip;
      }));
      // A reader is told where the slider came to rest, not of every step on the way.
      clearTimeout(pause);
      pause = setTimeout(() => tell(hidden() ? "" : now.description), 150);
      if (twin.open) fill();
    };
    const push = () => {
      if (!shown) return;
      // A narrow chart has a key in place of the names at its ends.
      const there = new Set(shown.vgSpec.data.map(({ name }) => name));
      for (const [name, rows] of Object.entries(data())) if (there.has(name)) shown.view.data(name, rows);
      shown.view.run();
    };
    const overflows = (on) => {
      frame.tabIndex = on ? 0 : -1;
      for (const [name, value] of [["role", "region"], ["aria-label", said.wide]])
        if (on) frame.setAttribute(name, value);
        else frame.removeAttribute(name);
    };
    // The height that a page of the trainer's view leaves for the picture, beside its words.
    const room = () => {
      const page = parseFloat(getComputedStyle(frame).getPropertyValue("--dio-page"));
      if (!page) return Infinity;
      const [stood, told] = [words.textContent, now.description];
      if (stood !== told) tell(told); // they are on their way
      // A chart that is drawn for one size takes the page, and its words go on to the next.
      const around = model.get("spec").usermeta?.firm ? [] : [...(driver ? [words] : []), chips, twin];
      const flows = (part) => getComputedStyle(part).position !== "absolute";
      const rest = [title, ...around].filter(flows)
        .reduce((sum, part) => sum + part.offsetHeight, 0);
      if (stood !== told) tell(stood);
      return Math.max(page / 2, page - rest - AROUND);
    };
    const paint = async () => {
      const width = frame.clientWidth;
      if (!width) {
        drawnFor = 0; // nobody sees this page yet; the observer calls again
        return;
      }
      drawnFor = width;
      const vegaEmbed = await ready;
      picture.style.minHeight = picture.offsetHeight ? `${picture.offsetHeight}px` : "";
      // It is laid out for all that will be on it, so that it stands still while it grows.
      picture.style.visibility = played < Infinity ? "hidden" : "";
      const tall = room();
      const layouts = [model.get("spec"), model.get("narrow")].slice(width < (tall < Infinity ? SHARED : NARROW) ? 1 : 0);
      picture.style.zoom = "";
      let [over, high] = [0, 0];
      for (const spec of layouts) {
        let [share, before] = [1, Infinity];
        for (let cut = 0, turn = 0; turn < 5; turn += 1, cut += over > 0 ? over + 2 : 0) {
          shown?.finalize();
          shown = null;
          shown = await vegaEmbed(picture, { ...squeezed(tall < Infinity ? legible(spec) : spec, cut, share), datasets: now.data }, {
            mode: "vega-lite", actions: false, renderer: "svg",
            theme: isDark() ? "dark" : undefined, config: { background: "transparent" },
          });
          const drawing = picture.querySelector("svg").getBoundingClientRect();
          const zoom = frame.currentCSSZoom ?? 1; // of what is in a larger text size
          over = Math.ceil(drawing.width / zoom - width);
          high = drawing.height / zoom;
          const wider = Math.min(WIDEST, -over - 8); // room at its side, for a chart that can use it
          if (turn === 0 && tall === Infinity && spec === model.get("spec") && wider > SPARE && !spec.usermeta?.firm) {
            cut = -wider;
            continue;
          }
          if ((over <= 0 && high <= tall) || spec.usermeta?.firm) break;
          const stuck = high > before - 8; // the name of an axis keeps it as high as it is
          if (high > tall && !stuck) share = Math.max(FLATTEST, share * (1 - (high - tall + 4) / (high - EDGES)));
          else if (over <= 0) break;
          before = high;
        }
        if (over <= 0) break;
      }
      const { firm } = model.get("spec").usermeta ?? {};
      const least = firm ? FIRM : 1;
      if (firm) frame.dataset.firm = width + over;
      else delete frame.dataset.firm;
      if (tall < Infinity) picture.style.zoom = Math.max(least, Math.min(width / (width + over), tall / high));
      if (played < Infinity) push();
      picture.style.visibility = "";
      picture.style.minHeight = "";
      overflows(over > 0 && tall === Infinity);
      picture.setAttribute("role", "img");
      name();
    };
    const embed = () => {
      drawn = drawn.then(paint).catch((problem) => {
        console.error(problem);
        const undrawn = node("p", "dio-problem", said.undrawn);
        undrawn.setAttribute("role", "alert");
        picture.removeAttribute("role");
        picture.style.visibility = "";
        picture.style.minHeight = "";
        picture.replaceChildren(undrawn);
      });
      return drawn;
    };
    twin.addEventListener("toggle", () => twin.open && fill());
    const show = (parts, over) => {
      if (key(parts) === key(now)) return;
      now = parts;
      act(over);
      write();
      if (shown) push();
      else drawn.then(push);
    };
    // An answer to a setting that has been left meanwhile would throw the chart back for a moment.
    const answer = () => {
      // Data of another form mean nothing to the picture that still stands; it is drawn afresh.
      if (model.get("spec") !== standing) return;
      const setting = key(model.get("setting"));
      if (setting !== wanted && ahead.has(wanted)) return;
      const over = setting !== stands;
      stands = setting;
      show(told(), over);
    };
    const store = ({ setting, parts }) => (setting ? ahead.set(key(setting), parts) : ahead.clear());
    const exchange = () => {
      standing = model.get("spec");
      ahead.clear();
      now = told();
      act(true);
      write();
      embed();
    };
    let form = null;
    const moved = () => {
      wanted = key(form.get("value"));
      if (!ahead.has(wanted)) return;
      stands = wanted;
      show(ahead.get(wanted), true);
    };
    const used = () => {
      lift(0); // whoever moves a control sees at once what comes of it
      moved();
    };
    // The kernel is gone: the controls go back to what the picture shows.
    const stop = () => form && form.set("value", JSON.parse(stands));
    if (driver)
      known(model.widget_manager, driver).then((found) => {
        form = found;
        stands ??= key(form.get("value"));
        form.on("change:value", used);
        form.on("comm_live_update", stop);
      }, () => {}); // without it the chart follows the kernel alone, a moment later
    model.on("change:spec", exchange);
    model.on("change:covered", veil);
    model.on("change:turn", answer);
    model.on("msg:custom", store);
    // While one theme's style sheet gives way to the next, nothing on the page has a width.
    const theme = new MutationObserver(() => {
      stage?.repaint();
      requestAnimationFrame(embed);
    });
    theme.observe(document.body, { attributeFilter: ["data-jp-theme-light"] });
    const size = new ResizeObserver(() => {
      if (Math.abs(frame.clientWidth - drawnFor) < 4) return;
      clearTimeout(resting);
      resting = setTimeout(embed, drawnFor ? 150 : 0);
    });
    model.send({ ready: true });  // nothing that was sent ahead before is here
    act(false);
    veil();
    embed();
    size.observe(frame);
    return () => {
      theme.disconnect();
      size.disconnect();
      clearTimeout(resting);
      clearTimeout(lifting);
      stage?.remove();
      form?.off("change:value", used);
      form?.off("comm_live_update", stop);
      model.off("change:spec", exchange);
      model.off("change:covered", veil);
      model.off("change:turn", answer);
      model.off("msg:custom", store);
      shown?.finalize();
    };
  },
};

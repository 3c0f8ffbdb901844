// Draws a chart once; after that only its data change. What the next steps of a slider would show is
// here before they are asked for: the way to the kernel and back takes longer than one frame.
// Vega is big: one model holds it for all charts of a kernel, and the page takes it up once.

const PARTS = ["data", "title", "description", "chips", "table"];
const key = (thing) => JSON.stringify(thing);

const isDark = () => document.body.dataset.jpThemeLight === "false";
const node = (tag, name, ...children) => {
  const made = document.createElement(tag);
  if (name) made.className = name;
  made.append(...children);
  return made;
};

async function vega(model) {
  const held = await model.widget_manager.get_model(model.get("vega"));
  held.taken ??= import(URL.createObjectURL(new Blob([held.get("code")], { type: "text/javascript" })));
  return (await held.taken).vegaEmbed;
}

export default {
  async render({ model, el }) {
    const title = node("p", "dio-title");
    const picture = node("div", "dio-picture");
    picture.setAttribute("role", "img");
    const words = node("p", "dio-words");
    words.setAttribute("role", "status");
    const chips = node("p", "dio-chips");
    const scroll = node("div", "dio-scroll");
    scroll.tabIndex = 0;
    scroll.setAttribute("role", "region");
    scroll.setAttribute("aria-label", "The figures of the chart above");
    const twin = node("details", "", node("summary", "", "Show the figures as a table"), scroll);
    // JupyterLab's own keys (arrows fold headings, space scrolls) must not take these.
    for (const stop of [scroll, twin.firstChild]) stop.dataset.lmSuppressShortcuts = "true";
    el.append(node("div", "dio-chart", title, picture, words, chips, twin));

    const ready = vega(model);
    const told = () => Object.fromEntries(PARTS.map((part) => [part, model.get(part)]));
    const ahead = new Map();
    let now = told();
    let standing = model.get("spec");
    let wanted = null;
    let shown = null;
    let drawn = Promise.resolve();
    let pause = 0;

    const fill = () => {
      const { columns, rows } = now.table;
      const cell = (tag) => (text) => node(tag, "", text);
      const head = columns.map(cell("th"));
      head.forEach((th) => (th.scope = "col"));
      scroll.replaceChildren(
        node("table", "", node("thead", "", node("tr", "", ...head)),
          node("tbody", "", ...rows.map((row) => node("tr", "", ...row.map(cell("td")))))));
    };
    const write = () => {
      title.textContent = now.title;
      picture.setAttribute("aria-label", now.description);
      chips.replaceChildren(...now.chips.map(([text, meaning]) => {
        const chip = node("span", "", text);
        chip.title = meaning;
        return chip;
      }));
      // A reader is told where the slider came to rest, not of every step on the way.
      clearTimeout(pause);
      pause = setTimeout(() => (words.textContent = now.description), 150);
      if (twin.open) fill();
    };
    const push = () => {
      if (!shown) return;
      for (const [name, rows] of Object.entries(now.data)) shown.view.data(name, rows);
      shown.view.run();
    };
    const embed = () => {
      drawn = drawn.then(async () => {
        const height = picture.offsetHeight;
        picture.style.minHeight = height ? `${height}px` : "";
        shown?.finalize();
        shown = null;
        const vegaEmbed = await ready;
        const spec = { ...model.get("spec"), datasets: now.data };
        shown = await vegaEmbed(picture, spec, {
          mode: "vega-lite", actions: false, renderer: "svg",
          theme: isDark() ? "dark" : undefined, config: { background: "transparent" },
        });
        picture.setAttribute("role", "img");
        picture.setAttribute("aria-label", now.description);
      });
      return drawn;
    };
    twin.addEventListener("toggle", () => twin.open && fill());
    const show = (parts) => {
      if (key(parts) === key(now)) return;
      now = parts;
      write();
      if (shown) push();
      else drawn.then(push);
    };
    // An answer to a setting that has been left meanwhile would throw the chart back for a moment.
    const answer = () => {
      // Data of another form mean nothing to the picture that still stands; it is drawn afresh.
      if (model.get("spec") !== standing) return;
      const setting = key(model.get("setting"));
      if (setting === wanted || !ahead.has(wanted)) show(told());
    };
    const store = ({ setting, parts }) => (setting ? ahead.set(key(setting), parts) : ahead.clear());
    const exchange = () => {
      standing = model.get("spec");
      ahead.clear();
      now = told();
      write();
      embed();
    };
    const driver = model.get("driver");
    const form = driver ? await model.widget_manager.get_model(driver) : null;
    const moved = () => {
      wanted = key(form.get("value"));
      if (ahead.has(wanted)) show(ahead.get(wanted));
    };
    form?.on("change:value", moved);
    model.on("change:spec", exchange);
    model.on("change:turn", answer);
    model.on("msg:custom", store);
    const theme = new MutationObserver(embed);
    theme.observe(document.body, { attributeFilter: ["data-jp-theme-light"] });
    standing = model.get("spec");
    now = told();
    model.send({ ready: true });  // nothing that was sent ahead before is here
    write();
    await embed();
    return () => {
      theme.disconnect();
      form?.off("change:value", moved);
      model.off("change:spec", exchange);
      model.off("change:turn", answer);
      model.off("msg:custom", store);
      shown?.finalize();
    };
  },
};

// Draws a chart once; after that only its data change. The names vegaEmbed and vega come from the bundle.

const isDark = () => document.body.dataset.jpThemeLight === "false";
const node = (tag, name, ...children) => {
  const made = document.createElement(tag);
  if (name) made.className = name;
  made.append(...children);
  return made;
};

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

    let shown = null;
    let drawn = Promise.resolve();
    let pause = 0;

    const fill = () => {
      const { columns, rows } = model.get("table");
      const cell = (tag) => (text) => node(tag, "", text);
      const head = columns.map(cell("th"));
      head.forEach((th) => (th.scope = "col"));
      scroll.replaceChildren(
        node("table", "", node("thead", "", node("tr", "", ...head)),
          node("tbody", "", ...rows.map((row) => node("tr", "", ...row.map(cell("td")))))));
    };
    const write = () => {
      title.textContent = model.get("title");
      picture.setAttribute("aria-label", model.get("description"));
      chips.replaceChildren(...model.get("chips").map(([text, meaning]) => {
        const chip = node("span", "", text);
        chip.title = meaning;
        return chip;
      }));
      // A reader is told where the slider came to rest, not of every step on the way.
      clearTimeout(pause);
      pause = setTimeout(() => (words.textContent = model.get("description")), 150);
      if (twin.open) fill();
    };
    const push = () => {
      if (!shown) return;
      for (const [name, rows] of Object.entries(model.get("data"))) shown.view.data(name, rows);
      shown.view.run();
    };
    const embed = () => {
      drawn = drawn.then(async () => {
        const height = picture.offsetHeight;
        picture.style.minHeight = height ? `${height}px` : "";
        shown?.finalize();
        shown = null;
        const spec = { ...model.get("spec"), datasets: model.get("data") };
        shown = await vegaEmbed(picture, spec, {
          mode: "vega-lite", actions: false, renderer: "svg",
          theme: isDark() ? "dark" : undefined, config: { background: "transparent" },
        });
        picture.setAttribute("role", "img");
        picture.setAttribute("aria-label", model.get("description"));
      });
      return drawn;
    };
    twin.addEventListener("toggle", () => twin.open && fill());
    const theme = new MutationObserver(embed);
    theme.observe(document.body, { attributeFilter: ["data-jp-theme-light"] });
    write();
    await embed();
    const follow = () => { write(); drawn.then(push); };
    model.on("change:spec", embed);
    model.on("change:turn", follow);
    return () => {
      theme.disconnect();
      model.off("change:spec", embed);
      model.off("change:turn", follow);
      shown?.finalize();
    };
  },
};

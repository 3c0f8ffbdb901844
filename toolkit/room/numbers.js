// The room's numbers as dots beside the plays of the model. What is typed stands in the address of
// the page, so that a reload or a bookmark brings it back; nothing is sent or stored elsewhere.
"use strict";

const $ = (id) => document.getElementById(id);
const games = Object.fromEntries(JSON.parse($("data").textContent).map((each) => [each.name, each]));
const said = JSON.parse($("said").textContent);
const MOST = 12; // tables
const BEGIN = 4;
const state = { game: Object.keys(games)[0], typed: {} };

const say = (key, named = {}) => said[key].replace(/\{(\w+)\}/g, (_, name) => named[name]);
const short = (value) => String(Math.round(value * 10) / 10).replace("-", "−");
const listed = (words) =>
  words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} ${said.and} ${words.at(-1)}`;

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

function drawn(name, attributes, text = "") {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.textContent = text;
  return made;
}

// --- what is typed -------------------------------------------------------------------------------

/** A typed number: null where nothing is typed, NaN where it cannot be read. */
function read(text) {
  const plain = text.trim();
  if (!plain) return null;
  if (/^\d{1,3}(,\d{3})+(\.\d+)?$/.test(plain)) return Number(plain.replaceAll(",", ""));
  return /^\d+([.,]\d+)?$/.test(plain) ? Number(plain.replace(",", ".")) : NaN;
}

const fits = (value, entry) =>
  value >= entry.min && value <= entry.max && !(entry.above && value === entry.min);

const rows = () => {
  const own = state.typed[state.game] ?? [];
  return Array.from({ length: Math.max(BEGIN, own.length) }, (_, n) => own[n] ?? {});
};

function keep() {
  // Some browsers let no page from a file change its address; then a reload begins afresh.
  try {
    history.replaceState(null, "", `#${encodeURIComponent(JSON.stringify(state))}`);
  } catch {
    /* typed numbers stay on the page */
  }
}

function recall() {
  try {
    const held = JSON.parse(decodeURIComponent(location.hash.slice(1)));
    if (!(held.game in games)) return;
    state.game = held.game;
    for (const [name, tables] of Object.entries(held.typed)) {
      if (!(name in games) || !Array.isArray(tables)) continue;
      state.typed[name] = tables.slice(0, MOST).map((table) =>
        Object.fromEntries(
          games[name].entry.map((each) => [each.name, String(table?.[each.name] ?? "").slice(0, 12)]),
        ),
      );
    }
  } catch {
    /* an address without numbers, or with others */
  }
}

function showEntries() {
  const { entry } = games[state.game];
  const head = element("tr", {}, element("th", { scope: "col" }, said.table));
  for (const each of entry) {
    const unit = each.unit ? ` (${each.unit})` : "";
    head.append(element("th", { scope: "col" }, each.label + unit));
  }
  const body = rows().map((row, n) => {
    const line = element("tr", {}, element("th", { scope: "row" }, say("number", { n: n + 1 })));
    for (const each of entry) {
      const label = `${say("number", { n: n + 1 })}: ${each.label}`;
      const input = element("input", {
        type: "text", inputmode: "decimal", maxlength: 12, autocomplete: "off", "aria-label": label,
        "aria-describedby": "problems",
      });
      input.value = row[each.name] ?? "";
      input.addEventListener("input", () => {
        const own = rows();
        own[n] = { ...own[n], [each.name]: input.value };
        state.typed[state.game] = own;
        keep();
        showResults();
      });
      line.append(element("td", {}, input));
    }
    return line;
  });
  $("entries").replaceChildren(
    element("table", {}, element("thead", {}, head), element("tbody", {}, ...body)),
  );
  $("more").disabled = rows().length >= MOST;
}

/** The numbers of each table that can be read, and what is wrong with the others. */
function taken() {
  const { entry } = games[state.game];
  const problems = [];
  const inputs = [...$("entries").querySelectorAll("input")];
  const found = rows().map((row, n) =>
    Object.fromEntries(
      entry.map((each, k) => {
        const text = row[each.name] ?? "";
        const value = read(text);
        const good = value === null || fits(value, each);
        inputs[n * entry.length + k].setAttribute("aria-invalid", String(!good));
        if (!good) {
          const key = each.above ? "wrong_above" : "wrong";
          problems.push(
            say(key, { n: n + 1, label: each.label, text, low: each.min, high: each.max }),
          );
        }
        return [each.name, good ? value : null];
      }),
    ),
  );
  return { found, problems };
}

// --- what is shown -------------------------------------------------------------------------------

function ours(plot, tables) {
  return tables.flatMap((table, n) => {
    const of = table[plot.of];
    const to = plot.to ? table[plot.to] : 1;
    return of === null || to === null ? [] : [{ table: n + 1, value: (plot.times * of) / to }];
  });
}

const middle = (values) => {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length / 2;
  return sorted.length % 2 ? sorted[Math.floor(half)] : (sorted[half - 1] + sorted[half]) / 2;
};

const inside = (plot, value) => value >= plot.low && value <= plot.high;

function words(plot, dots) {
  const model = say(plot.ways ? "model_ways" : "model", {
    low: short(plot.low), high: short(plot.high), middle: short(plot.middle), unit: plot.unit,
  });
  if (!dots.length) return [model, said.none];
  const values = dots.map((each) => each.value);
  const within = values.filter((value) => inside(plot, value)).length;
  const own = say(dots.length === 1 ? "own_one" : "own", {
    n: dots.length, values: listed(values.map(short)), middle: short(middle(values)), within,
  });
  return plot.ways ? [model, own] : [model, own, said.chance];
}

/** Round steps of an axis, at most `most` of them. */
function ticks(low, high, most = 8) {
  const rough = (high - low) / most || 1;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((each) => each * power).find((each) => each >= rough);
  const first = Math.ceil(low / step);
  return Array.from({ length: Math.floor(high / step) - first + 1 }, (_, n) => (first + n) * step);
}

/** How many plays one circle stands for, so that the tallest pile has at most twenty. */
const perCircle = (piles) => Math.ceil(Math.max(...piles.values()) / 20);

function picture(plot, dots, label) {
  const [width, left, right] = [720, 20, 20];
  const all = [...plot.plays, ...dots.map((each) => each.value)];
  const [from, to] = [Math.min(...all), Math.max(...all)];
  const edge = (to - from) * 0.04 || 1;
  const [low, high] = [from - edge, to + edge];
  const x = (value) => left + ((width - left - right) * (value - low)) / (high - low);
  // Whole numbers stand over their own tick; others in sixty piles.
  const whole = plot.plays.every(Number.isInteger) && to - from <= 60;
  const grain = whole ? 1 : (high - low) / 60;
  const bin = (value) => Math.round(value / grain);
  const centre = (number) => x(number * grain);
  const piles = new Map();
  for (const value of plot.plays) piles.set(bin(value), (piles.get(bin(value)) ?? 0) + 1);
  const per = perCircle(piles);
  const floor = 24 + 8 * Math.ceil(Math.max(...piles.values()) / per);
  const stacked = new Map();
  const placed = dots.map(({ table, value }) => {
    const up = stacked.get(bin(value)) ?? 0;
    stacked.set(bin(value), up + 1);
    return { table, value, y: floor + 38 + 18 * up };
  });
  const height = Math.max(floor + 30, ...placed.map(({ y }) => y + 12));
  const svg = drawn("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": label });
  for (const [number, count] of piles) {
    for (let n = 0; n < Math.ceil(count / per); n += 1) {
      svg.append(
        drawn("circle", {
          cx: centre(number), cy: floor - 8 * n - 4, r: 3.4, fill: "none", stroke: "currentColor",
        }),
      );
    }
  }
  svg.append(drawn("line", { x1: left, x2: width - right, y1: floor, y2: floor, stroke: "currentColor" }));
  for (const tick of ticks(low, high)) {
    svg.append(
      drawn("line", { x1: x(tick), x2: x(tick), y1: floor, y2: floor + 5, stroke: "currentColor" }),
      drawn("text", { x: x(tick), y: floor + 20, "text-anchor": "middle" }, short(tick)),
    );
  }
  const [a, b] = [x(plot.low), x(plot.high)];
  svg.append(
    drawn("path", { d: `M${a} 18v-6H${b}v6`, fill: "none", stroke: "currentColor", "stroke-width": 2 }),
  );
  for (const { table, value, y } of placed) {
    svg.append(
      drawn("path", { d: `M${x(value)} ${y - 7}l7 7l-7 7l-7 -7z`, fill: "currentColor" }),
      drawn("text", { x: x(value) + 9, y: y + 5, class: "few" }, String(table)),
    );
  }
  return { svg, per };
}

function showResults() {
  const { found, problems } = taken();
  $("problems").textContent = problems.join(" ");
  const parts = games[state.game].plot.map((plot) => {
    const dots = ours(plot, found);
    const told = words(plot, dots);
    const table = element("table", {},
      element("caption", {}, said.as_table),
      element("thead", {}, element("tr", {},
        ...[said.table, plot.unit || said.value, said.lies].map((each) => element("th", { scope: "col" }, each)),
      )),
      element("tbody", {}, ...dots.map(({ table: n, value }) => {
        const where = inside(plot, value) ? "within" : value < plot.low ? "below" : "above";
        return element("tr", {},
          element("th", { scope: "row" }, say("number", { n })),
          element("td", {}, short(value)), element("td", {}, said[where]));
      })));
    const { svg, per } = picture(plot, dots, `${plot.label}. ${told.join(" ")}`);
    return element("section", {},
      element("h2", {}, plot.label),
      svg,
      element("p", { class: "small" }, say("key", { per })),
      element("p", {}, told.join(" ")),
      ...(dots.length ? [table] : []));
  });
  $("results").replaceChildren(...parts);
}

function show() {
  $("game").value = state.game;
  showEntries();
  showResults();
}

$("game").addEventListener("change", (event) => {
  state.game = event.target.value;
  keep();
  show();
});
$("more").addEventListener("click", () => {
  state.typed[state.game] = [...rows(), {}];
  keep();
  show();
  $("entries").querySelector("tbody tr:last-child input").focus();
});
$("clear").addEventListener("click", () => {
  if (!confirm(said.sure)) return;
  state.typed = {};
  keep();
  show();
  $("entries").querySelector("input").focus();
});
recall();
show();

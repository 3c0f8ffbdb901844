import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import live, { parted } from "../../toolkit/screen/live.js";
import { Model, page, texts } from "./page.js";

// In place of Vega: it notes what it was given, and draws an empty picture.
const DRAWS = `export const vegaEmbed = async (place, spec) => {
  const svg = place.ownerDocument.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.getBoundingClientRect = () => ({ width: spec.width ?? globalThis.wide, height: (spec.height ?? 0) + 60 });
  place.replaceChildren(svg);
  const drawn = { spec, data: { ...spec.datasets } };
  (globalThis.drawings ??= []).push(drawn);
  const names = Object.keys(spec.datasets).filter((name) => !spec.without?.includes(name));
  const data = (name, rows) => {
    if (!names.includes(name)) throw new Error("Unrecognized data set: " + name);
    drawn.data[name] = rows;
  };
  const vgSpec = { data: names.map((name) => ({ name })) };
  return { view: { data, run() {} }, vgSpec, finalize() {} };
};`;
const PARTS = {
  title: "51 patients came out",
  description: "51 came out, and 20 wait.",
  chips: [["computed", "Worked out here"]],
  table: { columns: ["round", "out"], rows: [["1", "3"]] },
  data: { main: [{ x: 1 }] },
};
const soon = () => new Promise((done) => setTimeout(done, 5));
async function until(holds) {
  for (let turn = 0; turn < 2000 && !holds(); turn += 1) await soon();
  await soon();
}

let window;
const { createObjectURL } = URL;
const { error } = console;
beforeEach(() => {
  window = page();
  globalThis.drawings = [];
  globalThis.wide = 700;
  // Node imports no blobs.
  URL.createObjectURL = (blob) => `data:text/javascript,${encodeURIComponent(blob.held)}`;
  globalThis.Blob = class {
    constructor([held]) {
      this.held = held;
    }
  };
});
afterEach(() => {
  window.close();
  URL.createObjectURL = createObjectURL;
  console.error = error;
});

async function shown(code, driver, spec = { mark: "bar" }) {
  const models = { vega: new Model({ code }), ...(driver && { form: driver }) };
  const values = { spec, narrow: { mark: "bar" }, vega: "vega", setting: {}, turn: 0, verdict: "" };
  const model = new Model({ ...values, ...PARTS, texts: { ...texts("live"), stage: texts("stage") }, driver: driver ? "form" : "" }, models);
  const root = document.createElement("div");
  document.body.append(root);
  const width = { get: () => globalThis.wide };
  const append = root.append.bind(root);
  root.append = (made) => {
    Object.defineProperty(made.querySelector(".dio-frame"), "clientWidth", width);
    append(made);
  };
  const leave = live.render({ model, el: root });
  await until(() => root.querySelector("svg, .dio-problem"));
  return { model, root, leave, one: (selector) => root.querySelector(selector) };
}

test("a chart is drawn once, with its title, its words for a reader and where it comes from", async () => {
  const { one, leave } = await shown(DRAWS);
  assert.equal(globalThis.drawings.length, 1);
  assert.equal(one(".dio-title").textContent, PARTS.title);
  assert.equal(one("[role=img]").getAttribute("aria-label"), PARTS.description);
  assert.equal(one(".dio-chips span").title, "Worked out here");
  leave();
});

test("what would be a wall of words stands behind a click, cut between sentences; a little more does not", async () => {
  const ten = "One two three four five six seven eight nine ten. ";
  assert.deepEqual(parted(ten.repeat(7)), [ten.repeat(5), ten.repeat(2)]);
  assert.deepEqual(parted(ten.repeat(6)), [ten.repeat(6), ""]);
  const endless = `${"word ".repeat(60)}. `;
  assert.deepEqual(parted(endless + ten.repeat(2)), [endless, ten.repeat(2)]);
  const { description } = PARTS;
  PARTS.description = ten.repeat(7);
  const { one, leave } = await shown(DRAWS, new Model({ value: {} }));
  await until(() => one(".dio-words").textContent);
  const rest = () => one(".dio-words span");
  assert.deepEqual([one(".dio-words").textContent, rest().textContent, rest().hidden], [ten.repeat(7), ten.repeat(2), true]);
  one(".dio-more").click();
  assert.deepEqual([rest().hidden, one(".dio-more").textContent], [false, texts("live").less]);
  one(".dio-more").click();
  assert.equal(rest().hidden, true);
  PARTS.description = description;
  leave();
});

test("a chart with room at its side is drawn again to fill it, but for one that is drawn for one size", async () => {
  const widths = () => globalThis.drawings.map(({ spec }) => spec.width);
  const { leave } = await shown(DRAWS, undefined, { width: 500 });
  await until(() => widths().length > 1);
  assert.deepEqual(widths(), [500, 692]);
  leave();
  globalThis.drawings = [];
  const firm = await shown(DRAWS, undefined, { width: 500, usermeta: { firm: true } });
  assert.deepEqual(widths(), [500]);
  firm.leave();
});

test("when the library does not come, the chart says so, and its words and table are there", async () => {
  console.error = () => {};
  const { one, leave } = await shown("throw new Error('half a library')");
  assert.match(one("[role=alert]").textContent, /could not draw this chart.*below/s);
  assert.equal(one("[role=img]"), null);
  one("details").open = true;
  one("details").dispatchEvent(new Event("toggle"));
  assert.deepEqual([...one("table").querySelectorAll("td")].map((each) => each.textContent), ["1", "3"]);
  leave();
});

test("data that a picture does not draw, such as names at the ends of lines, do not stop the rest", async () => {
  const { model, one, leave } = await shown(DRAWS, undefined, { mark: "bar", without: ["ends"] });
  Object.assign(model.values, { title: "60 came out", data: { ends: [{ text: "out" }], main: [{ x: 2 }] } });
  model.set("turn", 1);
  assert.deepEqual(globalThis.drawings[0].data.main, [{ x: 2 }]);
  assert.equal(one(".dio-title").textContent, "60 came out");
  leave();
});

test("while a stage plays, the name of a line stands at its head, and touches no other", async () => {
  globalThis.matchMedia = () => ({ matches: true });
  globalThis.devicePixelRatio = 1;
  globalThis.requestAnimationFrame = () => 0;
  globalThis.cancelAnimationFrame = () => {};
  const kept = { ...PARTS };
  const line = (series, values) => values.map((value, at) => ({ series, at, value }));
  const id = Symbol("vega_id"); // as Vega marks the rows that it has taken up
  const end = (text, place) => ({ text, at: 2, place, [id]: 1 });
  const data = {
    paths: [...line("own", [1, 5, 9]), ...line("copied", [1, 6, null])],
    ends: [end("own", 9), end("copied", 6)],
    corners: [{ gap: 2, least: 6 }],
  };
  const trace = { ticks: 2, pace: 1, each: 1, grows: ["own", "copied"], later: [], lanes: [], step: "Step", said: ["", "", ""] };
  Object.assign(PARTS, { data, trace });
  const { one, leave } = await shown(DRAWS, new Model({ value: {} }));
  const named = () => globalThis.drawings[0].data.ends.map(({ text, at, place }) => [text, at, place]);
  assert.deepEqual(named(), []); // there is no line yet
  one(".dio-bar .dio-quiet").click();
  assert.deepEqual(named(), [["own", 1, 6], ["copied", 1, 8]]);
  assert.ok(globalThis.drawings[0].data.ends.every((row) => !(id in row)));
  one(".dio-bar .dio-quiet").click();
  assert.deepEqual(named(), [["own", 2, 9], ["copied", 2, 6]]);
  for (const name of Object.keys(PARTS)) delete PARTS[name];
  Object.assign(PARTS, kept);
  leave();
});

test("a stage hides what it is about to tell until it has played, and nothing else", async () => {
  const trace = { ticks: 1, pace: 1, each: 1, grows: ["own"], later: [], lanes: [], step: "Step", said: ["", ""] };
  const data = { paths: [{ series: "own", at: 0, value: 1 }] };
  const kept = { ...PARTS };
  for (const grows of [["own"], []]) {
    Object.assign(PARTS, { data, trace: { ...trace, grows } });
    const { one, leave, model: { sent } } = await shown(DRAWS, new Model({ value: {} }));
    assert.equal(one(".dio-title").textContent === kept.title, grows.length === 0);
    assert.ok(!sent.some(({ played }) => played));
    one(".dio-bar button").click();
    assert.equal(one(".dio-title").textContent, kept.title);
    assert.equal(sent.filter(({ played }) => played).length, 1);
    leave();
  }
  for (const name of Object.keys(PARTS)) delete PARTS[name];
  Object.assign(PARTS, kept);
});

test("what is judged at the end stands there in another form until then", async () => {
  const trace = { ticks: 1, pace: 1, each: 1, start: 1, grows: ["points"], later: ["called"], lanes: [], step: "Step", said: ["", ""] };
  const row = (at, kind) => ({ at, kind });
  const data = { points: [row(1, "a"), row(2, "special")], lines: [{ at: 1 }, { at: 2 }], called: [{ at: 2 }] };
  const meanwhile = { points: [row(1, "a"), row(2, "a")], lines: [{ at: 1 }] };
  const kept = { ...PARTS };
  Object.assign(PARTS, { data, trace: { ...trace, meanwhile } });
  const { one, leave } = await shown(DRAWS, new Model({ value: {} }));
  assert.deepEqual(globalThis.drawings[0].data, { points: [row(1, "a")], lines: [{ at: 1 }], called: [] });
  one(".dio-bar .dio-quiet").click();
  assert.deepEqual(globalThis.drawings[0].data, data);
  for (const name of Object.keys(PARTS)) delete PARTS[name];
  Object.assign(PARTS, kept);
  leave();
});

test("a covered chart tells nothing before it is asked, and everything then", async () => {
  for (const ask of ["press", "move"]) {
    const form = new Model({ value: {} });
    const { one, leave, model } = await shown(DRAWS, form);
    assert.ok(one(".dio-cover").hidden);
    model.set("covered", true);
    const told = () => one(".dio-chart").textContent.includes(PARTS.title) || one("[role=img]").getAttribute("aria-label") === PARTS.description;
    assert.ok(!told() && !one(".dio-cover").hidden && one("details").hidden);
    if (ask === "press") one(".dio-reveal").click();
    else form.set("value", { runs: 200 });
    await until(() => one(".dio-cover").hidden);
    assert.ok(told() && !one("details").hidden);
    assert.equal(model.get("covered"), false);
    assert.equal(model.sent.filter(({ played }) => played).length, 1);
    leave();
  }
});

test("what was asked to be uncovered is uncovered, even if its view is exchanged meanwhile", async () => {
  const { one, leave, model } = await shown(DRAWS, new Model({ value: {} }));
  model.set("covered", true);
  one(".dio-reveal").click();
  leave();
  assert.equal(model.get("covered"), false);
  assert.equal(model.sent.filter(({ played }) => played).length, 1);
});

test("a verdict stands between a stage and its chart, a line for each sentence, and is text", async () => {
  const { one, leave, model } = await shown(DRAWS);
  assert.ok(one(".dio-status").classList.contains("dio-empty"));
  model.set("verdict", "You predicted <b>5</b>.\nResult: 2.");
  const lines = [...one(".dio-status").children].map(({ textContent }) => textContent);
  assert.deepEqual(lines, ["You predicted <b>5</b>.", "Result: 2."]);
  assert.ok(!one(".dio-status").classList.contains("dio-empty") && !one(".dio-title").previousElementSibling.querySelector("b"));
  leave();
});

test("new data go into the picture that stands; a new chart is drawn afresh", async () => {
  const { model, one, leave } = await shown(DRAWS);
  Object.assign(model.values, { title: "60 came out", data: { main: [{ x: 2 }] } });
  model.set("turn", 1);
  assert.equal(globalThis.drawings.length, 1);
  assert.deepEqual(globalThis.drawings[0].data.main, [{ x: 2 }]);
  assert.equal(one(".dio-title").textContent, "60 came out");
  model.set("spec", { mark: "line" });
  await until(() => globalThis.drawings.length > 1);
  assert.equal(globalThis.drawings.length, 2);
  assert.equal(globalThis.drawings[1].spec.mark, "line");
  leave();
});

test("a theme changes a chart even though the page has no width while its style sheets are exchanged", async () => {
  const { leave } = await shown(DRAWS);
  globalThis.requestAnimationFrame = (draw) => setTimeout(() => draw((globalThis.wide = 700)));
  globalThis.wide = 0;
  document.body.dataset.jpThemeLight = "false";
  await until(() => globalThis.drawings.length > 1);
  assert.equal(globalThis.drawings.length, 2);
  leave();
});

test("what was sent ahead is shown without the kernel, and a late answer does not throw it back", async () => {
  const driver = new Model({ value: { n: 1 } });
  const { model, one, leave } = await shown(DRAWS, driver);
  const ahead = (n) => ({ setting: { n }, parts: { ...PARTS, title: `${n} came out` } });
  model.emit("msg:custom", ahead(2));
  driver.set("value", { n: 2 });
  assert.equal(one(".dio-title").textContent, "2 came out");
  Object.assign(model.values, { setting: { n: 1 }, title: "1 came out" });
  model.set("turn", 1);
  assert.equal(one(".dio-title").textContent, "2 came out");
  leave();
});

test("when the kernel is gone the controls go back to what the picture shows", async () => {
  const driver = new Model({ value: { n: 1 } });
  const { leave } = await shown(DRAWS, driver);
  driver.set("value", { n: 7 }); // nobody answers
  driver.emit("comm_live_update");
  assert.deepEqual(driver.get("value"), { n: 1 });
  leave();
});

test("markup in a figure's words and cells is text", async () => {
  const kept = { ...PARTS };
  Object.assign(PARTS, { title: "<b>x</b>", table: { columns: ["<i>c</i>"], rows: [["<u>r</u>"]] } });
  const { root, one, leave } = await shown(DRAWS);
  one("details").open = true;
  one("details").dispatchEvent(new Event("toggle"));
  assert.equal(root.querySelector("b, i, u"), null);
  assert.equal(one("td").textContent, "<u>r</u>");
  Object.assign(PARTS, kept);
  leave();
});

// A page of the trainer's view, so high; outside it a chart is as high as it was made.
for (const [page, spec, fits] of [
  [0, { height: 800 }, ({ height }) => height === 800],
  [480, { height: 800 }, ({ height }) => height + 60 <= 450],
  [480, { height: 300 }, ({ height }) => height === 300],
  [480, { height: 800, usermeta: { firm: true } }, ({ height }) => height === 800],
  [480, { height: 10, config: { axis: { labelFontSize: 12 } } }, ({ config }) => config.axis.labelFontSize === 14],
  [0, { height: 10, config: { axis: { labelFontSize: 12 } } }, ({ config }) => config.axis.labelFontSize === 12],
])
  test(`a chart of ${JSON.stringify(spec)} on a page of ${page || "no"} pixels`, async () => {
    globalThis.getComputedStyle = () => ({ getPropertyValue: () => String(page || ""), position: "static" });
    await shown(DRAWS, null, spec);
    assert.ok(fits(globalThis.drawings.at(-1).spec), JSON.stringify(globalThis.drawings.at(-1).spec));
  });

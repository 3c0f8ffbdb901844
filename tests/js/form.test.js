import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import form from "../../toolkit/screen/form.js";
import { Model, page, pick, type, texts } from "./page.js";

let window;
beforeEach(() => (window = page()));
afterEach(() => window.close());

function shown(fields, value, more = {}) {
  const model = new Model({ fields, value, title: "", heading: "", status: "", locked: false, texts: texts("form"), ...more });
  const root = document.createElement("div");
  document.body.append(root);
  const leave = form.render({ model, el: root });
  return { model, root, leave, one: (selector) => root.querySelector(selector) };
}
const slider = { kind: "slider", name: "hours", label: "Hours", min: -5000, max: 20000, step: 0.5 };
const choice = { kind: "choice", name: "die", label: "Die", options: [["a", "First"], ["b", "Second"]] };
const text = { kind: "text", name: "words", label: "Words", rows: 3, longest: 10 };
const order = { kind: "order", name: "steps", label: "Steps", options: [["a", "A"], ["b", "B"], ["c", "C"]] };

for (const [unit, value, says] of [
  ["hours", 1, "1 hour"],
  ["hours", 2, "2 hours"],
  ["hours", 0, "0 hours"],
  ["hours", 1.5, "1.5 hours"],
  ["hours", -1, "−1 hours"],
  ["patients a day", 1, "1 patient a day"],
  ["of 5", 1, "1 of 5"],
  ["%", 1, "1%"],
  ["pounds", 4000, "4,000 pounds"],
  ["", 2015, "2015"],
  ["", 20000, "20,000"],
]) {
  test(`a slider says ${says}, on the page and to a screen reader`, () => {
    const { one } = shown([{ ...slider, unit }], { hours: value });
    assert.equal(one("output").textContent, says);
    assert.equal(one("input").getAttribute("aria-valuetext"), says);
  });
}

test("a form that waits says so and does not name what it asks, and opens in place", () => {
  const { model, one } = shown([choice, slider], { die: null, hours: null }, { title: "Why so few?", waits: "Predict first." });
  assert.equal(one(".dio-waits").textContent, "Predict first.");
  assert.ok(one(".dio-form").classList.contains("dio-waiting"));
  assert.equal(one(".dio-form").getAttribute("aria-label"), "Predict first.");
  model.set("locked", ["die"]);
  model.set("waits", "");
  assert.equal(one(".dio-form").getAttribute("aria-label"), "Why so few?");
  assert.ok(!one(".dio-form").classList.contains("dio-waiting") && !one(".dio-waits"));
  assert.ok(one("input[type=radio]").disabled);
});

for (const [min, max, marks] of [[50, 150, ["60", "80", "100", "120", "140"]], [0, 1, ["0", "0.2", "0.4", "0.6", "0.8", "1"]], [-1000, 30000, ["0", "5,000", "10,000", "15,000", "20,000", "25,000", "30,000"]]]) {
  test(`a line from ${min} to ${max} is drawn on a scale of round numbers`, () => {
    const { root } = shown([{ kind: "curve", name: "c", label: "C", at: ["now"], min, max, step: 1 }], { c: null });
    assert.deepEqual([...root.querySelectorAll(".dio-scale span")].map(({ textContent }) => textContent), marks);
  });
}

test("answers with pictures are tiles, and the picture is no part of what is read out", () => {
  const { root } = shown([{ ...choice, pictures: { a: "M0 0h1" } }], { die: "a" });
  assert.ok(root.querySelector("fieldset").classList.contains("dio-tiles"));
  assert.deepEqual([...root.querySelectorAll("svg")].map((svg) => svg.getAttribute("aria-hidden")), ["true"]);
});

test("a trainer's button is told from others, so that only the trainer's view shows it", () => {
  const press = { kind: "button", label: "Go" };
  const { root } = shown([{ ...press, name: "go" }, { ...press, name: "skip", trainer: true }], {});
  assert.deepEqual([...root.querySelectorAll("button")].map(({ classList }) => classList.contains("dio-trainer")), [false, true]);
});

test("a slider without an answer says so, and takes its lowest value when that is chosen", () => {
  const { model, one } = shown([slider], { hours: null });
  assert.equal(one("output").textContent, "not set yet");
  assert.ok(one("input").classList.contains("dio-unset"));
  one("input").dispatchEvent(new KeyboardEvent("keydown", { key: "Home" }));
  assert.equal(model.get("value").hours, -5000);
  assert.ok(!one("input").classList.contains("dio-unset"));
});

test("a key that chooses nothing leaves a slider without an answer", () => {
  const { model, one } = shown([slider], { hours: null });
  one("input").dispatchEvent(new KeyboardEvent("keydown", { key: "Tab" }));
  assert.equal(model.get("value").hours, null);
});

test("controls write into the model, each into its own place", () => {
  const { model, one, root } = shown([slider, choice, text], { hours: 1, die: "a", words: "" });
  type(one("input[type=range]"), "7.5");
  const second = root.querySelectorAll("input[type=radio]")[1];
  pick(second, second.value);
  type(one("textarea"), "a ward");
  assert.deepEqual(model.get("value"), { hours: 7.5, die: "b", words: "a ward" });
});

test("controls follow the model, but not the one that somebody is writing in", () => {
  const { model, one } = shown([slider, text], { hours: 1, words: "" });
  one("textarea").focus();
  one("textarea").value = "half a sen";
  model.set("value", { hours: 3, words: "half" });
  assert.equal(one("output").textContent, "3");
  assert.equal(one("textarea").value, "half a sen");
});

test("a typed number goes to the model as it was typed: Python reads it", () => {
  const { model, one } = shown([{ kind: "number", name: "n", label: "N", unit: "weeks" }], { n: null });
  type(one("input"), "1.234,5");
  assert.equal(model.get("value").n, "1.234,5");
});

test("a full box says that what did not fit was left out", () => {
  const { one } = shown([text], { words: "" });
  type(one("textarea"), "0123456789");
  assert.match(one(".dio-full").textContent, /holds 10 characters/);
  type(one("textarea"), "012");
  assert.equal(one(".dio-full").textContent, "");
});

const MARKUP = '<img src=x onerror="alert(1)"> & "Ward"';
for (const field of [
  { ...slider, label: MARKUP, note: MARKUP, unit: MARKUP },
  { ...choice, label: MARKUP, options: [["a", MARKUP]] },
  { ...choice, kind: "ticks", label: MARKUP, options: [["a", MARKUP]] },
  { ...choice, kind: "select", label: MARKUP, options: [["a", MARKUP]] },
  { ...order, label: MARKUP, options: [["a", MARKUP], [MARKUP, MARKUP]] },
  { kind: "match", name: "m", label: MARKUP, rows: [["r", MARKUP]], options: [["a", MARKUP]] },
  { kind: "curve", name: "c", label: MARKUP, at: [MARKUP], min: 0, max: 1, step: 1, unit: MARKUP },
  { kind: "button", name: "b", label: MARKUP },
]) {
  test(`words in a ${field.kind} are words, never markup`, () => {
    const more = { title: MARKUP, heading: MARKUP, status: MARKUP };
    const { root } = shown([field], { [field.name]: null }, more);
    assert.equal(root.querySelector("img"), null);
    assert.ok(root.textContent.includes(MARKUP));
  });
}

test("Enter and undo reach the box that somebody writes in", () => {
  const { one, root } = shown([text], { words: "" });
  let stolen = 0;
  for (const inputType of ["insertLineBreak", "historyUndo"]) {
    let there = 0;
    root.addEventListener("beforeinput", () => (stolen += 1));
    one(".dio-form").addEventListener("beforeinput", () => (there += 1), true);
    const event = new InputEvent("beforeinput", { inputType, bubbles: true, cancelable: true });
    one("textarea").dispatchEvent(event);
    assert.equal(event.defaultPrevented, false);
    assert.equal(there, 1);
  }
  assert.equal(stolen, 0); // JupyterLab listens further out
});

test("JupyterLab's own keys leave every control alone", () => {
  const { root } = shown([slider, choice, text, order], { hours: 1, die: "a", words: "", steps: null });
  const controls = [...root.querySelectorAll("input, textarea, button, select")];
  assert.ok(controls.length > 8);
  assert.ok(controls.every((each) => each.dataset.lmSuppressShortcuts === "true"));
});

test("a press takes along what stands in the form at that moment", () => {
  const { model, one } = shown([text, { kind: "button", name: "go", label: "Go" }], { words: "" });
  type(one("textarea"), "late");
  one("button").click();
  assert.deepEqual(model.sent, [{ press: "go", value: { words: "late" } }]);
});

test("a locked form is disabled; with names, only what is named", () => {
  const { model, one } = shown([slider, text], { hours: 1, words: "" }, { locked: true });
  assert.ok(one("input").disabled && one("textarea").disabled);
  model.set("locked", ["words"]);
  assert.ok(!one("input").disabled && one("textarea").disabled);
});

test("what is hidden is not there, and how an answer was judged can be seen", () => {
  const { model, root, one } = shown([order], { steps: null });
  model.set("hidden", ["steps"]);
  assert.equal(one(".dio-order"), null);
  model.set("hidden", []);
  assert.ok(one(".dio-order"));
  model.set("judged", "right");
  assert.equal(root.querySelector(".dio-status").dataset.judged, "right");
});

test("a line moves one place, says where it is, and keeps the focus", () => {
  const { model, root, one } = shown([order], { steps: null });
  const [, down] = root.querySelectorAll("button[data-key=a]");
  down.click();
  assert.deepEqual(model.get("value").steps, ["b", "a", "c"]);
  assert.equal(one(".dio-told").textContent, "“A” is now number 2 of 3");
  assert.equal(document.activeElement.getAttribute("aria-label"), "Move down: A");
  document.activeElement.click();
  assert.deepEqual(model.get("value").steps, ["b", "c", "a"]);
  assert.equal(document.activeElement.getAttribute("aria-label"), "Move up: A"); // down has an end
});

test("pairs that are unmade leave the answer", () => {
  const field = { kind: "match", name: "m", label: "M", rows: [["r", "R"], ["s", "S"]], options: [["a", "A"]] };
  const { model, root } = shown([field], { m: { r: "a" } });
  const [first, second] = root.querySelectorAll("select");
  assert.equal(first.value, "a");
  pick(second, "a");
  pick(first, "");
  assert.deepEqual(model.get("value").m, { s: "a" });
});

test("a search that finds nothing says so, and the entry before stands", () => {
  const options = Array.from({ length: 61 }, (_, at) => [`k${at}`, `Trust ${at}`]);
  const { model, one } = shown([{ kind: "select", name: "t", label: "T", options }], { t: "k3" });
  pick(one("input"), "Nowhere");
  assert.match(one("[role=status]").textContent, /“Nowhere” is not in the list/);
  assert.equal(one("input").value, "Trust 3");
  pick(one("input"), " trust 60 ");
  assert.equal(model.get("value").t, "k60");
});

test("without a kernel the form says so and takes nothing", () => {
  const { model, one } = shown([slider], { hours: 1 });
  model.emit("comm_live_update");
  assert.equal(one(".dio-form").inert, true);
  assert.match(one(".dio-status").textContent, /Reload the page. Your answers are kept/);
});

test("a form that is left hears nothing more", () => {
  const { model, one, leave } = shown([slider], { hours: 1 });
  leave();
  model.set("value", { hours: 9 });
  assert.equal(one("output").textContent, "1");
});

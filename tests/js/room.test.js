import assert from "node:assert/strict";
import { test } from "node:test";

import { beats, joined } from "../../jupyter/labextensions/dialects-lesson/static/beats.js";
import { Room } from "../../jupyter/labextensions/dialects-lesson/static/room.js";
import { Timer } from "../../jupyter/labextensions/dialects-lesson/static/timer.js";
import { page } from "./page.js";

const words = (source) => ({ type: "markdown", source });
const code = (source) => ({ type: "code", source });
const LESSON = [
  words("# 03 · A lesson: and more"), // 0
  code('from toolkit.course import lesson\n\nthis = lesson("03")'), // 1
  words("## 1 · A [day](#term-day) on the *ward*\n\n![A ward](images/03.svg)\n\nA story."), // 2
  words("## 2 · Predict\n\nFive people."), // 3
  code('this.predict("dice")'), // 4
  code('this.predict("queue")'), // 5
  words("Now play."), // 6
  code('this.play("dice")'), // 7
  words("<details><summary>More</summary>\n\nWords.\n\n</details>"), // 8
  code('this.show("occupancy", differences=True)'), // 9
  code('this.explain("dice")'), // 10
  code('this.check("busy")'), // 11
  words("## Sources"), // 12
  code("this.sources()"), // 13
];
const at = (number) => beats(LESSON).find(({ cells }) => cells.includes(number));

test("each cell with something to show is a beat, up to the last question", () => {
  assert.deepEqual(beats(LESSON).flatMap(({ cells }) => cells), [0, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
});

for (const [number, kind] of [[0, "words"], [4, "predict"], [7, "result"], [9, "result"], [10, "explain"], [11, "check"]])
  test(`cell ${number} is shown as ${kind}`, () => assert.equal(at(number).kind, kind));

test("a result answers the predictions before it, and no later one does", () => {
  assert.deepEqual([at(7).answers, at(9).answers], [[4, 5], []]);
});

test("a beat stands under the last heading, in plain words", () => {
  assert.deepEqual([0, 2, 7].map((number) => at(number).part), ["03 · A lesson: and more", "1 · A day on the ward", "2 · Predict"]);
});

test("what Python is asked of a beat is the call of its cell", () => {
  assert.equal(at(11).act, 'this.check("busy")');
});

test("a cell with nothing but a fold is told from others, and so is a scene", () => {
  const found = beats(LESSON);
  assert.deepEqual(found.filter(({ folded }) => folded).map(({ cells }) => cells[0]), [8]);
  assert.deepEqual(found.filter(({ picture }) => picture).map(({ cells }) => cells[0]), [2]);
});

const together = (holds) => joined(beats(LESSON), holds).map(({ cells }) => cells).filter(({ length }) => length > 1);

test("words stand above the question or the lab they lead to, where the screen holds both", () => {
  assert.deepEqual(together(() => true), [[3, 4], [6, 7]]);
  assert.deepEqual(together(() => false), []);
});

test("words never stand above a table that answers a prediction: it is covered", () => {
  const cells = [code('this.predict("a")'), words("So."), code('this.show("a")'), words("And."), code('this.show("b")'), code("this.card()")];
  assert.deepEqual(joined(beats(cells), () => true).map((beat) => beat.cells), [[0], [1], [2], [3, 4], [5]]);
});

test("a lesson without a question has nothing to show", () => {
  assert.deepEqual(beats(LESSON.slice(0, 4)), []);
});

function timed(t, minutes) {
  t.mock.timers.enable({ apis: ["setInterval", "Date"] });
  const told = [];
  const timer = new Timer(minutes, (up) => told.push(up));
  return { timer, told };
}

test("a timer counts down, stops, goes on, and says once that the time is up", (t) => {
  const { timer, told } = timed(t, 1);
  assert.equal(timer.words, "1:00");
  timer.turn();
  t.mock.timers.tick(15_000);
  timer.turn();
  t.mock.timers.tick(60_000);
  assert.deepEqual([timer.words, timer.running], ["0:45", false]);
  timer.turn();
  t.mock.timers.tick(60_000);
  assert.deepEqual([timer.words, timer.running, told.filter(Boolean).length], ["0:00", false, 1]);
  timer.turn(); // nothing is left to count
  assert.equal(timer.running, false);
});

test("minutes can be given and taken while it runs, and never fall below none", (t) => {
  const { timer, told } = timed(t, 2);
  timer.turn();
  t.mock.timers.tick(30_000);
  timer.add(1);
  assert.equal(timer.words, "2:30");
  for (let turn = 0; turn < 3; turn += 1) timer.add(-1);
  assert.deepEqual([timer.words, timer.running, told.filter(Boolean).length], ["0:00", false, 1]);
});

// A lesson that stands in its tab, as far as the view knows of it. Only the screen has a size here.
const WORDS = new Proxy({ place: "{{ at }} of {{ of }}", timer_start: "{{ left }} start", timer_stop: "{{ left }} stop" }, {
  get: (held, name) => held[name] ?? name,
});

function entered(t) {
  const window = page();
  for (const name of ["sessionStorage", "location", "Node", "AbortController"]) globalThis[name] = window[name];
  globalThis.Option = function (textContent, value) {
    return Object.assign(document.createElement("option"), { textContent, value });
  };
  globalThis.addEventListener = window.addEventListener.bind(window);
  const signals = [];
  const hears = { connect: (slot) => signals.push(slot) };
  const ran = [];
  const pager = document.createElement("div");
  const outer = document.createElement("div");
  const node = document.createElement("div");
  node.getBoundingClientRect = () => ({ width: 1024, height: 768 });
  const widgets = LESSON.map(({ type, source }) => {
    const cell = document.createElement("div");
    const ask = /this\.(predict|explain|check)/.test(source);
    cell.innerHTML = ask ? `<div class="dio-form" aria-label="${source.includes("dice") ? "How many?" : "Which?"}"><button class="dio-button">x</button></div><div class="dio-status dio-empty"></div>` : "<p>words</p>";
    pager.append(cell);
    return { node: cell, model: { type, sharedModel: { getSource: () => source } } };
  });
  outer.append(pager);
  node.append(outer);
  const more = document.createElement("button");
  document.body.append(more, node);
  const shown = { header: true, place: null };
  const lesson = {
    panel: { node, isVisible: true, isDisposed: false, disposed: hears, context: { path: "notebooks/03-x.ipynb" }, content: { widgets, outerNode: outer, node: outer } },
    header: { words: { room: WORDS }, guide: "guide", widget: { node, hide: () => (shown.header = false), show: () => (shown.header = true) } },
    place: { read: () => ({ at: 3, above: 5 }), hold: (work, place) => ((shown.place = place), work()) },
    kernel: { requestExecute: ({ code: asked }) => (ran.push(asked), { done: Promise.resolve() }) },
  };
  const room = new Room(lesson);
  room.enter(more);
  const press = (key, target = outer) =>
    target.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
  t.after(() => room.on && room.leave());
  const now = () => widgets.flatMap((widget, number) => (widget.node.classList.contains("dialects-now") ? [number] : []));
  return { room, lesson, press, now, ran, shown, more, widgets, signals };
}

test("the view begins at what was in sight, and Escape goes back there", (t) => {
  const { room, press, now, shown, more } = entered(t);
  assert.deepEqual([now(), shown.header], [[3, 4], false]);
  press("PageDown");
  press("PageDown");
  press("Escape");
  assert.deepEqual([now(), shown, room.on], [[], { header: true, place: { at: 3, above: 5 } }, false]);
  assert.equal(document.activeElement, more);
  assert.equal(document.querySelector(".dialects-room-bar, .dialects-cover"), null);
});

test("a clicker moves on from wherever the keyboard is; arrows belong to a control", (t) => {
  const { press, now, widgets } = entered(t);
  const slider = document.createElement("input");
  widgets[5].node.append(slider);
  press("ArrowRight");
  assert.deepEqual(now(), [5]);
  press("ArrowRight", slider);
  assert.deepEqual(now(), [5]);
  press("PageDown", slider);
  assert.deepEqual(now(), [6, 7]);
  press("PageUp");
  assert.deepEqual(now(), [5]);
});

test("a result is covered until it is turned over, and then Python opens it", async (t) => {
  const { room, press, ran } = entered(t);
  while (!room.covers) press("PageDown");
  assert.deepEqual([room.cover.hidden, room.pager.inert], [false, true]);
  assert.match(room.cover.textContent, /How many\?.*Which\?/s);
  press("PageUp");
  press("PageDown");
  assert.equal(room.cover.hidden, false);
  press(".");
  await new Promise(setImmediate);
  assert.deepEqual([room.cover.hidden, room.pager.inert], [true, false]);
  assert.deepEqual(ran, ['this.predict("dice").skip()\nthis.predict("queue").skip()']);
});

test("what an earlier group answered is hidden until it is turned over", (t) => {
  const { room, press, widgets } = entered(t);
  press("PageDown");
  assert.equal(room.turner.disabled, true);
  const status = widgets[5].node.querySelector(".dio-status");
  status.textContent = "Result: 51";
  status.classList.remove("dio-empty");
  press("PageUp");
  press("PageDown");
  assert.deepEqual([room.turner.disabled, room.pager.classList.contains("dialects-hides")], [false, true]);
  press("b");
  assert.deepEqual([room.turner.disabled, room.pager.classList.contains("dialects-hides")], [true, false]);
});

test("where nothing is covered, the key that turns over plays what there is to play", (t) => {
  const { room, press, widgets } = entered(t);
  const play = document.createElement("button");
  play.className = "dio-play";
  play.getClientRects = () => [{ left: 0 }];
  let played = 0;
  play.onclick = () => (played += 1);
  widgets[5].node.append(play);
  press("PageDown");
  assert.deepEqual([room.turner.disabled, room.turner.textContent], [false, room.words.play]);
  press(".");
  press("b");
  assert.equal(played, 2);
});

test("an answer of a question is asked of Python", async (t) => {
  const { room, press, ran } = entered(t);
  while (room.beat.kind !== "check") press("PageDown");
  press(".");
  await new Promise(setImmediate);
  assert.deepEqual(ran, ['this.check("busy").show()']);
  assert.equal(room.next.disabled, true); // it is the last beat
});

test("a lesson that is closed takes the view along", (t) => {
  const { room, lesson, signals } = entered(t);
  lesson.panel.isDisposed = true;
  for (const slot of signals) slot();
  assert.deepEqual([room.on, document.body.classList.contains("dialects-in-room")], [false, false]);
});

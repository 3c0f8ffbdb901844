import assert from "node:assert/strict";
import { test } from "node:test";

import { beats, joined } from "../../jupyter/labextensions/dialects-lesson/static/beats.js";
import { Timer } from "../../jupyter/labextensions/dialects-lesson/static/timer.js";

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

test("words stand above the question they lead to, where the screen holds both", () => {
  assert.deepEqual(together(() => true), [[3, 4]]);
  assert.deepEqual(together(() => false), []);
});

test("words never stand above the result that answers a prediction: it is covered", () => {
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

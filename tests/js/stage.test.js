import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { Stage, State, wrapped } from "../../toolkit/screen/stage.js";
import { page } from "./page.js";

// Two people come in; one of them gets home in the second round.
const LANE = {
  name: "",
  places: [{ name: "wait", staff: true }, { name: "home", staff: false }],
  moves: { who: [0, 0], n: [2, 1], to: [0, 1], at: [0.5, 1.5] },
  looks: [],
  shown: { 0: ["die", ["2", "1"]] },
};
const TRACE = {
  ticks: 2,
  each: 1,
  lanes: [LANE],
  step: "Throw",
  said: ["Nobody yet.", "2 wait.", "1 home."],
};
const WORDS = { step: "Step", play: "Play", pause: "Pause", again: "Again", speed: "Speed", slow: "slow", steady: "steady", fast: "fast", clock: "Clock" };
const counts = (stage) => [...stage.scene.querySelectorAll("b")].map((each) => each.textContent);

let window;
let quiet;
beforeEach(() => {
  window = page();
  quiet = true;
  globalThis.devicePixelRatio = 1;
  globalThis.matchMedia = () => ({ matches: quiet });
  globalThis.requestAnimationFrame = (draw) => setTimeout(() => draw(performance.now()));
  globalThis.cancelAnimationFrame = clearTimeout;
});
afterEach(() => window.close());

function staged(trace = TRACE) {
  const told = [];
  const stage = new Stage(document.body, WORDS, (...what) => told.push(what));
  stage.show(trace, false);
  return { stage, told };
}

test("people stand where the trace has sent them, forwards and backwards", () => {
  const state = new State(LANE);
  state.go(1);
  assert.deepEqual(state.queues, [[0, 1], []]);
  state.go(2);
  assert.deepEqual(state.queues, [[1], [0]]);
  state.go(0);
  assert.deepEqual(state.queues, [[], []]);
});

test("whoever only passes through before the clock starts leaves no gap behind", () => {
  const moves = { who: [0, 0], n: [5, 3], to: [0, 1], at: [0, 0] };
  const state = new State({ ...LANE, moves });
  state.go(0);
  assert.deepEqual(state.queues, [[3, 4], [0, 1, 2]]);
  assert.deepEqual([3, 4].map((one) => state.spot.get(one)), [0, 1]);
  assert.deepEqual(state.most, [2, 3]);
});

test("a run stands at its start until somebody acts; then each step says what came", () => {
  const { stage, told } = staged();
  assert.deepEqual([counts(stage), stage.said.textContent], [["0", "0"], "Nobody yet."]);
  assert.equal(stage.step.textContent, "Throw");
  assert.ok(stage.node.classList.contains("dio-fresh"));
  stage.step.click();
  assert.ok(!stage.node.classList.contains("dio-fresh"));
  assert.deepEqual([counts(stage), stage.heard.textContent], [["2", "0"], "2 wait."]);
  assert.deepEqual(told, [[0, false], [1, false]]);
  stage.remove();
});

test("played to its end it can be played again, and another run can be shown at its end", () => {
  const { stage, told } = staged();
  stage.play.click();
  assert.deepEqual([counts(stage), stage.play.textContent], [["1", "1"], "Again"]);
  stage.show({ ...TRACE, said: ["", "", "another"] }, true);
  assert.deepEqual([stage.said.textContent, told.at(-1)], ["another", [2, true]]);
  stage.play.click();
  assert.equal(stage.ended, true);
  stage.remove();
});

test("another run is told at once, and seen in motion as soon as the controls rest", async () => {
  quiet = false;
  const { stage, told } = staged();
  stage.show({ ...TRACE, said: ["start", "", "another"] }, true);
  assert.deepEqual([stage.said.textContent, told.at(-1), told.length], ["another", [2, true], 2]);
  while (stage.said.textContent !== "start") await new Promise((done) => setTimeout(done, 5));
  while (stage.said.textContent !== "another") await new Promise((done) => setTimeout(done, 5));
  assert.deepEqual(told.slice(1), [[2, true], [2, true]]);
  stage.remove();
});

test("lanes share one clock, a figure may stand for many; without lanes, the clock alone goes on", () => {
  const { stage } = staged({ ...TRACE, lanes: [{ ...LANE, name: "left" }, { ...LANE, name: "right" }] });
  stage.step.click();
  assert.deepEqual(counts(stage), ["2", "0", "2", "0"]);
  stage.show({ ...TRACE, each: 10 }, false);
  stage.step.click();
  assert.deepEqual(counts(stage), ["10", "10"]);
  stage.show({ ...TRACE, lanes: [] }, false);
  stage.play.click();
  assert.deepEqual([counts(stage), stage.said.textContent], [[], "1 home."]);
  stage.remove();
});

test("numbers are those of the tick that the words tell, also when the page changes its width on the way", () => {
  const { stage } = staged();
  stage.step.click();
  const [lane] = stage.lanes;
  lane.go(1.7, false);
  assert.deepEqual(lane.state.queues, [[1], [0]]);
  Object.defineProperty(lane.signs, "clientWidth", { value: 300 });
  lane.fit(0, false);
  assert.deepEqual(counts(stage), ["2", "0"]);
  stage.remove();
});

test("who goes off the stage is counted nowhere, and may come back", () => {
  const state = new State({ ...LANE, moves: { who: [0, 0, 0], n: [1, 1, 1], to: [0, -1, 1], at: [0, 1, 2] } });
  const seen = [0, 1, 2].map((time) => (state.go(time), state.queues.map((queue) => queue.length)));
  assert.deepEqual(seen, [[1, 0], [0, 0], [0, 1]]);
});

test("where no staff serve a queue, people keep their spot, and who comes takes the first free one", () => {
  const home = { name: "home", staff: false };
  const state = new State({ ...LANE, places: [home], moves: { who: [0, 0, 3], n: [3, 1, 2], to: [0, -1, 0], at: [0, 1, 2] } });
  state.go(2);
  assert.deepEqual([state.queues[0], state.queues[0].map((one) => state.spot.get(one))], [[1, 2, 3, 4], [1, 2, 0, 3]]);
  assert.deepEqual(state.most, [4]);
});

test("a name that begins with a sign stands close to its number", () => {
  const { stage } = staged({ ...TRACE, lanes: [{ ...LANE, places: [{ name: "% closed" }, LANE.places[1]] }] });
  assert.deepEqual([...stage.scene.querySelectorAll("li")].map((sign) => sign.textContent), ["0% closed", "0 home"]);
  stage.remove();
});

test("the clock can be moved, and says where it stands", () => {
  const { stage } = staged();
  stage.clock.value = "1";
  stage.clock.dispatchEvent(new Event("input"));
  assert.deepEqual([counts(stage), stage.clock.getAttribute("aria-valuetext")], [["2", "0"], "2 wait."]);
  stage.remove();
});

test("with motion, time passes frame by frame, and can be stopped", async () => {
  quiet = false;
  const { stage } = staged();
  stage.speed.value = "fast";
  stage.play.click();
  assert.equal(stage.play.textContent, "Pause");
  stage.play.click();
  assert.equal(stage.ended, false);
  stage.play.click();
  while (!stage.ended) await new Promise((soon) => setTimeout(soon, 20));
  assert.deepEqual([counts(stage), stage.heard.textContent], [["1", "1"], "1 home."]);
  stage.remove();
});

test("a play rests where its story turns, until what happens there can have been read", () => {
  let draw, now = 0;
  quiet = false;
  globalThis.requestAnimationFrame = (next) => (draw = next);
  const { stage } = staged({ ...TRACE, turns: [1] });
  const after = (milliseconds) => { for (; milliseconds > 0; milliseconds -= 50) draw((now += 50)); };
  stage.play.click();
  after(1200);
  assert.deepEqual([stage.time, stage.said.textContent], [1, "2 wait."]);
  after(150);
  assert.ok(stage.time > 1 && stage.time < 1.2);
  after(1000);
  assert.equal(stage.said.textContent, "1 home.");
});

test("another lens on the same run goes on where it is, and is told at once; another run is not", () => {
  const seen = (lens, name = "wait", moves = LANE.moves) => ({ ...TRACE, lanes: [{ ...LANE, moves, lens, places: [{ name, staff: true }, LANE.places[1]] }] });
  const { stage, told } = staged(seen({ 0: ["person", "staff"], 1: ["person"] }));
  stage.step.click();
  const lane = stage.lanes[0];
  stage.show(seen({ 0: ["staff", "here"] }, "4 hours"), true);
  assert.equal(stage.lanes[0], lane);
  assert.deepEqual([counts(stage), stage.time, told.at(-1)], [["2", "0"], 1, [1, true]]);
  const signs = [...stage.scene.querySelectorAll("li")].map((sign) => [sign.className, sign.textContent]);
  assert.deepEqual(signs, [["dio-here", "2 4 hours"], ["dio-quiet", "0 home"]]);
  stage.show(seen({ 0: ["staff"] }, "wait", { ...LANE.moves, at: [0.5, 1.6] }), true);
  assert.notEqual(stage.lanes[0], lane);
  assert.deepEqual([stage.time, told.at(-1)], [2, [2, true]]);
  stage.remove();
});

// The inks of one frame, in the order in which they are laid on.
function painted(lane) {
  globalThis.Path2D = class { moveTo() {} lineTo() {} arc() {} roundRect() {} closePath() {} };
  const { stage } = staged({ ...TRACE, lanes: [lane] });
  stage.play.click();
  const [inks, pen] = [[], new Proxy({}, { get: (held, name) => held[name] ?? (() => ({})), set: (held, name, value) => (name === "fillStyle" && inks.push(value), (held[name] = value), true) })];
  const rooms = [0, 150].map((left) => ({ left, room: 150, floor: 90 }));
  Object.assign(stage.lanes[0], { pen, rooms, under: [false, false], width: 300, size: 5, most: 170, high: 100, board: 0, settled: true });
  stage.lanes[0].draw((name) => name, 1, 1);
  stage.remove();
  return inks;
}

test("what a lens leaves out is painted in grey", () => {
  const inks = painted({ ...LANE, lens: { 0: ["staff", "here"], 1: ["person"] } });
  assert.deepEqual(inks.filter((ink) => ["quiet", "person", "staff", "here"].includes(ink)), ["here", "staff", "quiet", "person"]);
});

test("furniture stands behind people, and is out of sight in a place that a lens marks", () => {
  const places = LANE.places.map((place) => ({ ...place, furniture: "M0 0" }));
  const walls = (lens) => painted({ ...LANE, places, lens }).filter((ink) => ["wall", "person"].includes(ink));
  assert.deepEqual(walls(), ["wall", "wall", "person"]);
  assert.deepEqual(walls({ 0: ["here"], 1: ["person"] }), ["wall", "person"]);
});

test("the text of an easel takes as many lines as it needs, and stands behind staff", () => {
  assert.deepEqual(wrapped("hand over fewer at a time", (line) => line.length <= 12), ["hand over", "fewer at a", "time"]);
  assert.deepEqual(wrapped("no change yet", () => true), ["no change yet"]);
  assert.deepEqual(wrapped("unbreakable", () => false), ["unbreakable"]);
  const places = [{ ...LANE.places[0], staff: true }, LANE.places[1]];
  const inks = painted({ ...LANE, places, shown: { 0: ["easel", ["none", "now"]] } });
  assert.ok(inks.includes("token") && inks.indexOf("token") < inks.indexOf("staff"));
});

test("a binder counts as one, and a figure as the people for whom it stands", () => {
  const looks = ["person", "person", "binder"];
  const moves = { who: [0, 2], n: [2, 1], to: [0, 1], at: [0, 0] };
  const { stage } = staged({ ...TRACE, each: 5, lanes: [{ ...LANE, looks, moves }] });
  assert.deepEqual(counts(stage), ["10", "1"]);
});

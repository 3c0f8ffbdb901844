import assert from "node:assert/strict";
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, beforeEach, test } from "node:test";
import { pathToFileURL } from "node:url";

import "fake-indexeddb/auto";
import { IDBFactory } from "fake-indexeddb";

import { page } from "./page.js";

const WORDS = { none: "{{ asked }} questions", begun: "{{ answered }} of {{ asked }}", done: "done", here: "here" };
const KEYS = { "00": ["00/a", "00/b"], "01": ["01/a"], "02": ["02/a", "02/b"] };
const MARKS = new URL("../../toolkit/landing/marks.js", import.meta.url);
const folder = mkdtempSync(join(tmpdir(), "marks-"));
after(() => rmSync(folder, { recursive: true }));

let window, count = 0;
beforeEach(() => {
  window = page();
  globalThis.indexedDB = new IDBFactory();
  globalThis.location = new URL("http://localhost/course/index.html");
});
afterEach(() => window.close());

// The map as the page draws it, marked with a record; without one, with what the browser keeps.
async function marked(record) {
  const stops = Object.entries(KEYS).map(([number, keys]) => `
    <li class="stop" data-keys="${keys.join(" ")}" data-where="lesson ${number}">
      <a href="#${number}">${number}</a><span class="facts"><span class="state"></span></span></li>`);
  document.body.innerHTML = `
    <p><a class="start" href="#00" data-again="Carry on">Start</a>
    <span class="where" data-done="All done">First</span></p><ol>${stops.join("")}</ol>
    <script type="application/json" id="dialects-words">${JSON.stringify(WORDS)}</script>
    ${record ? `<script type="application/json" id="dialects-record">${JSON.stringify(record)}</script>` : ""}`;
  let show;
  globalThis.addEventListener = (_, shown) => (show = shown);
  const copy = join(folder, `${(count += 1)}.mjs`);
  copyFileSync(MARKS, copy);
  await import(pathToFileURL(copy));
  await show();
  return { again: show };
}

const texts = (selector) => [...document.querySelectorAll(selector)].map((each) => each.textContent.trim());
const start = () => document.querySelector(".start");
const states = () => [...document.querySelectorAll(".stop")].map(({ dataset }) => dataset.state);

async function keep(pieces) {
  const request = indexedDB.open("dialects-of-improvement /course/");
  request.onupgradeneeded = () => request.result.createObjectStore("pieces", { keyPath: "at" });
  const database = await new Promise((done) => (request.onsuccess = () => done(request.result)));
  const store = database.transaction("pieces", "readwrite").objectStore("pieces");
  for (const [at, value] of pieces) store.put({ at: JSON.stringify(at), text: JSON.stringify(value) });
  await new Promise((done) => (store.transaction.oncomplete = done));
  database.close();
}

test("whoever comes for the first time starts at the start", async () => {
  await marked({});
  assert.deepEqual(states(), ["none", "none", "none"]);
  assert.deepEqual(texts(".state"), ["2 questions", "1 questions", "2 questions"]);
  assert.deepEqual([start().textContent, start().hash, texts(".where")], ["Start", "#00", ["First"]]);
  assert.deepEqual(texts(".here"), []);
});

test("one goes on in the lesson where something was entered last", async () => {
  await marked({ "00/a": "2026-01-03", "02/a": "2026-01-02" });
  assert.deepEqual(states(), ["begun", "none", "begun"]);
  assert.deepEqual(texts(".state"), ["1 of 2", "1 questions", "1 of 2"]);
  assert.deepEqual([start().textContent, start().hash, texts(".where")], ["Carry on", "#00", ["lesson 00"]]);
  assert.equal(document.querySelector(".stop .here").closest(".stop").dataset.where, "lesson 00");
});

test("after a lesson that is done comes the next that is not, or an earlier one that is open", async () => {
  await marked({ "01/a": "2026-01-02" });
  assert.deepEqual([states(), start().hash], [["none", "done", "none"], "#02"]);
  await marked({ "01/a": "2026-01-01", "02/a": "2026-01-02", "02/b": "2026-01-03" });
  assert.deepEqual([states(), start().hash], [["none", "done", "done"], "#00"]);
});

test("what belongs to a lesson without being asked there counts as begun, not as answered", async () => {
  await marked({ "02/note": "2026-01-01" });
  assert.deepEqual([states(), texts(".state")[2]], [["none", "none", "begun"], "0 of 2"]);
});

test("with everything done there is nowhere to go on to", async () => {
  await marked(Object.fromEntries(Object.values(KEYS).flat().map((key) => [key, "2026-01-01"])));
  assert.deepEqual([states(), start(), texts(".where")], [["done", "done", "done"], null, ["All done"]]);
});

test("the browser edition reads what the browser keeps, each time the page is shown", async () => {
  const { again } = await marked(null);
  assert.deepEqual(states(), ["none", "none", "none"]);
  assert.deepEqual(await indexedDB.databases(), []); // to look makes nothing
  const skipped = [[["entries", "00/a"], { kind: "skipped" }], [["times", "00/a"], "2026-01-02"]];
  await keep([[["entries", "01/a"], { kind: "x" }], [["times", "01/a"], "2026-01-01"], [["about", "name"], "A"], ...skipped]);
  await again();
  assert.deepEqual([states(), start().hash], [["none", "done", "none"], "#02"]);
  await again();
  assert.deepEqual(texts(".here"), ["here"]);
});

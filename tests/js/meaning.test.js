import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { explain } from "../../jupyter/labextensions/dialects-lesson/static/meaning.js";
import { page } from "./page.js";

let window;
beforeEach(() => {
  window = page();
  Object.assign(globalThis, { innerWidth: 800, innerHeight: 600 });
  document.body.innerHTML = `
    <p>The <a id="a" href="#term-buffer">buffer</a> (<a id="b" href="#source-who1999">Who 1999</a>,
    <a id="c" href="#term-gone">gone</a>) <button id="d">Play</button></p>
    <dl><dt id="term-buffer"><strong>Buffer</strong></dt><dd>Work kept before a stage.</dd></dl>
    <ul><li id="source-who1999">Who (1999). A paper.</li></ul>`;
  explain();
});
afterEach(() => window.close());

const one = (selector) => document.querySelector(selector);
const note = () => one(".dialects-meaning");
const send = (selector, kind, more = {}) => {
  const event = new Event(kind, { bubbles: true, cancelable: true });
  one(selector).dispatchEvent(Object.assign(event, more));
  return event.defaultPrevented;
};

test("a click says what a term means, and leads nowhere else", () => {
  assert.equal(send("#a", "click"), true);
  assert.equal(note().hidden, false);
  assert.equal(note().textContent, "BufferWork kept before a stage.");
  send("#d", "click");
  assert.equal(note().hidden, true);
});

test("focus shows a source, and moving on or Escape takes it away", () => {
  send("#b", "focusin");
  assert.equal(note().textContent, "Who (1999). A paper.");
  send("#d", "focusin");
  assert.equal(note().hidden, true);
  send("#b", "focusin");
  send("#b", "keydown", { key: "Escape" });
  assert.equal(note().hidden, true);
});

test("a link whose entry is not on the page stays a link", () => {
  assert.equal(send("#c", "click"), false);
  assert.equal(note().hidden, true);
});

test("a pointer that passes by shows nothing, and one that rests may go over to the note", async () => {
  const rest = () => new Promise((done) => setTimeout(done, 300));
  send("#a", "pointerover");
  send("#d", "pointerover");
  await rest();
  assert.equal(note().hidden, true);
  send("#a", "pointerover");
  await rest();
  assert.equal(note().hidden, false);
  send("#d", "pointerover");
  send(".dialects-meaning", "pointerover");
  await rest();
  assert.equal(note().hidden, false);
  send("#d", "pointerover");
  await rest();
  assert.equal(note().hidden, true);
});

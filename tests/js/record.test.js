import assert from "node:assert/strict";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { pathToFileURL } from "node:url";

import "fake-indexeddb/auto";
import { IDBFactory, IDBObjectStore } from "fake-indexeddb";

let told, heard, count = 0;
beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
  told = [];
  heard = [];
  globalThis.postMessage = (message) => told.push(message);
  globalThis.self = { addEventListener: (_, listener) => heard.push(listener) };
  console.warn = () => {};
});

const channels = [];
const { BroadcastChannel: Channel } = globalThis;
globalThis.BroadcastChannel = class extends Channel {
  constructor(name) {
    super(name);
    channels.push(this);
  }
};
afterEach(() => channels.splice(0).forEach((each) => each.close())); // the tabs of a test are gone

const states = () => told.filter((each) => each.dialects === "record").map((each) => each.state);
const say = (dialects) => heard.forEach((listener) => listener({ data: { dialects } }));
async function until(holds) {
  for (let turn = 0; turn < 1000 && !holds(); turn += 1) await new Promise((done) => setTimeout(done, 5));
  assert.ok(holds(), `waited in vain; told: ${JSON.stringify(told)}`);
}

// What the record needs of Python: files in one folder, and two calls.
function python() {
  const files = new Map();
  const name = (path) => path.split("/").at(-1);
  const bytes = (text) => new TextEncoder().encode(text);
  const node = (file) => ({ name: file, contents: bytes(files.get(file)), usedBytes: bytes(files.get(file)).length });
  const root = {
    node_ops: {
      rename(from, _folder, to) {
        files.set(to, files.get(from.name));
        files.delete(from.name);
      },
      unlink: (_folder, file) => files.delete(file),
    },
  };
  const ran = [];
  return {
    files,
    ran,
    runPython: (code) => ran.push(code),
    // As Python's own writing ends: a whole file takes the place of the old one.
    put(record, file = "my-record.json") {
      files.set("part", typeof record === "string" ? record : JSON.stringify(record));
      root.node_ops.rename(node("part"), root, file);
    },
    setAside: (file) => root.node_ops.rename(node("my-record.json"), root, file),
    remove: () => root.node_ops.unlink(root, "my-record.json"),
    read: () => (files.has("my-record.json") ? JSON.parse(files.get("my-record.json")) : null),
    FS: {
      filesystems: { MEMFS: {} },
      mkdirTree() {},
      mount: () => root,
      writeFile: (path, text) => files.set(name(path), text),
      unlink: (path) => root.node_ops.unlink(root, name(path)),
      analyzePath: (path) => ({ exists: files.has(name(path)) }),
      ErrnoError: class extends Error {
        constructor(errno) {
          super(`errno ${errno}`);
          this.errno = errno;
        }
      },
    },
  };
}

// Each tab has a worker, and with it the module, of its own.
async function tab() {
  const { keepRecord } = await import(`../../lite/inside/record.mjs?${(count += 1)}`);
  const made = python();
  await keepRecord(made);
  return made;
}

const record = (entries) => ({ version: 2, entries });
async function flush() {
  const before = told.length;
  say("flush");
  await until(() => told.slice(before).some((each) => each.dialects === "flushed"));
}

test("what was kept is there again after the page was closed, also words of any kind", async () => {
  const entries = { "03/predict/dice": { answer: 51 }, __proto__x: "Ward „ä“ 🙂", "": null };
  (await tab()).put(record(entries));
  await flush();
  assert.deepEqual((await tab()).read(), record(entries));
  assert.deepEqual(states(), []);
});

test("entries of two tabs come together; each keeps what it wrote itself", async () => {
  const [one, other] = [await tab(), await tab()];
  one.put(record({ a: 1 }));
  await until(() => other.read()?.entries.a === 1);
  other.put(record({ a: 1, b: 2 }));
  await until(() => one.read().entries.b === 2);
  one.put(record({ b: 2 }));
  await until(() => !("a" in other.read().entries));
  assert.deepEqual((await tab()).read(), record({ b: 2 }));
});

test("a write that fails is told, stays in memory, and can be tried again", async (t) => {
  const python = await tab();
  python.put(record({ a: 1 }));
  await flush();
  const full = t.mock.method(IDBObjectStore.prototype, "put", () => {
    throw new DOMException("no room", "QuotaExceededError");
  });
  assert.throws(() => python.put(record({ a: 1, b: 2 })), { errno: 69 }); // read only
  assert.deepEqual(states(), ["unkept"]);
  assert.match(python.ran.at(-1), /not_kept/);
  say("save");
  assert.deepEqual(JSON.parse(told.at(-1).text), record({ a: 1, b: 2 })); // it can be saved as a file
  full.mock.restore();
  say("retry");
  await until(() => states().includes("kept"));
  assert.deepEqual((await tab()).read(), record({ a: 1, b: 2 }));
});

for (const [what, text] of [
  ["half a file", '{"entries": {"a"'],
  ["a number that is none", '{"entries": {"a": 1e999}}'],
  ["something without a bottom", `${'{"a":'.repeat(200)}1${"}".repeat(200)}`],
]) {
  test(`${what} is refused, and the record before stands`, async () => {
    const python = await tab();
    python.put(record({ a: 1 }));
    await flush();
    assert.throws(() => python.put(text), { errno: 28 });
    assert.deepEqual((await tab()).read(), record({ a: 1 }));
  });
}

test("a record that Python cannot use is set aside whole, told, and comes back with the next start", async () => {
  const python = await tab();
  python.put(record({ a: 1 }));
  await flush();
  python.setAside("my-record.aside.json");
  await flush();
  assert.deepEqual(states(), ["aside"]);
  assert.deepEqual(JSON.parse(told.find((each) => each.state === "aside").rescue), record({ a: 1 }));
  const next = await tab();
  assert.equal(next.read(), null);
  assert.deepEqual(JSON.parse(next.files.get("my-record.aside.json")), record({ a: 1 }));
});

test("a record that is deleted is deleted in every tab, and says so", async () => {
  const [one, other] = [await tab(), await tab()];
  one.put(record({ a: 1 }));
  await until(() => other.read());
  one.remove();
  await until(() => other.read() === null);
  assert.equal(told.filter((each) => each.state === "forgotten").length, 2);
  assert.equal((await tab()).read(), null);
});

// A database as somebody else, or an earlier release, may have left it.
async function left(name, version, stores, rows) {
  const request = indexedDB.open(name, version);
  request.onupgradeneeded = () => stores.forEach((store) => request.result.createObjectStore(store));
  const database = await new Promise((done) => (request.onsuccess = () => done(request.result)));
  if (rows.length) {
    const work = database.transaction("pieces", "readwrite");
    rows.forEach(([at, text], n) => work.objectStore("pieces").put({ at, text, turn: n }, `${n}`));
    await new Promise((done) => (work.oncomplete = done));
  }
  database.close();
}
const NAME = `dialects-of-improvement ${new URL("../..", import.meta.url).pathname}`;
const STORES = ["pieces", "aside"];
const GOOD = [
  ['["version"]', "2"],
  ['["entries","a"]', "1"],
];

async function startsAfresh() {
  say("afresh");
  await until(() => states().includes("forgotten"));
  const python = await tab();
  python.put(record({ d: 4 }));
  await flush();
  assert.deepEqual((await tab()).read(), record({ d: 4 }));
  assert.deepEqual(states(), ["damaged", "forgotten"]);
}

for (const [what, row] of [
  ["half a piece", ['["entries","a"]', '{"kind":']],
  ["half a piece more", ['["entries","b"]', "{half"]],
  ["something without a bottom", ['["entries","b"]', "[".repeat(50_000) + "]".repeat(50_000)]],
  ["a number that is none", ['["entries","b"]', '{"kind":"card","text":1e999}']],
  ["no key", ["entries", "1"]],
  ["no text", ['["entries","b"]', null]],
]) {
  test(`damage (${what}) is told, what can be read is offered, and nothing is overwritten`, async () => {
    await left(NAME, 1, STORES, [...GOOD, row]);
    const python = await tab();
    assert.deepEqual(states(), ["damaged"]);
    assert.deepEqual(JSON.parse(told.find((each) => each.rescue).rescue), record({ a: 1 }));
    assert.throws(() => python.put(record({ c: 3 })), { errno: 69 });
    await startsAfresh();
  });
}

for (const [what, version, stores] of [
  ["without our stores", 1, []],
  ["of a later version", 7, ["pieces"]],
]) {
  test(`a foreign database ${what} is told and can be deleted`, async () => {
    await left(NAME, version, stores, stores.length ? GOOD : []);
    const python = await tab();
    assert.deepEqual(states(), ["damaged"]);
    assert.throws(() => python.put(record({ c: 3 })), { errno: 69 });
    await startsAfresh();
  });
}

test("a record that all sites of the host shared is taken over", async () => {
  await left("dialects-of-improvement", 1, ["pieces"], GOOD);
  assert.deepEqual((await tab()).read(), record({ a: 1 }));
  assert.deepEqual(states(), []);
});

test("two sites on one host keep two records", async (t) => {
  const host = mkdtempSync(join(tmpdir(), "host-"));
  t.after(() => rmSync(host, { recursive: true }));
  const [one, two] = ["one", "two"].map((site) => join(host, site, "app", "python", "record.mjs"));
  for (const place of [one, two]) {
    mkdirSync(dirname(place), { recursive: true });
    copyFileSync(new URL("../../lite/inside/record.mjs", import.meta.url), place);
  }
  const opened = async (place) => {
    const { keepRecord } = await import(`${pathToFileURL(place)}?${(count += 1)}`);
    const made = python();
    await keepRecord(made);
    return made;
  };
  (await opened(one)).put(record({ a: 1 }));
  await flush();
  const other = await opened(two);
  assert.equal(other.read(), null);
  other.remove();
  await flush();
  assert.deepEqual((await opened(one)).read(), record({ a: 1 }));
});

test("where the browser keeps nothing, that is told, and the record stays in memory", async () => {
  globalThis.indexedDB = {
    deleteDatabase() {},
    open() {
      throw new DOMException("a private window", "SecurityError");
    },
  };
  const python = await tab();
  assert.deepEqual(states(), ["blocked"]);
  assert.throws(() => python.put(record({ a: 1 })), { errno: 69 });
  say("save");
  assert.deepEqual(JSON.parse(told.at(-1).text), record({ a: 1 }));
});

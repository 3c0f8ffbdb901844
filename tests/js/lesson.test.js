import assert from "node:assert/strict";
import { test } from "node:test";

import { Code } from "../../jupyter/labextensions/dialects-lesson/static/code.js";
import { ask, Server } from "../../jupyter/labextensions/dialects-lesson/static/server.js";

globalThis.document = { cookie: "" };
const config = { getBaseUrl: () => "/course/", getOption: () => "" };

test("a server that is away is told once to every lesson, and so is its return", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const answers = [null, null, 403, 200];
  const asked = [];
  t.mock.method(globalThis, "fetch", (address) => {
    asked.push(address);
    const status = answers.shift();
    return status ? Promise.resolve({ status }) : Promise.reject(new Error("away"));
  });
  const server = new Server(config);
  const heard = [];
  server.listeners.add((what) => heard.push(what));
  const back = Promise.all([server.missing(), server.missing()]); // two lessons miss it together
  let done = false;
  back.then(() => (done = true));
  while (!done) {
    await new Promise(setImmediate);
    t.mock.timers.tick(2000);
  }
  assert.deepEqual(heard, ["gone", "stranger", "back"]);
  assert.deepEqual(new Set(asked), new Set(["/course/api/status"]));
});

test("a server that is there after all is no news", async (t) => {
  t.mock.method(globalThis, "fetch", () => Promise.resolve({ status: 200 }));
  const server = new Server(config);
  server.listeners.add(() => assert.fail("nobody is to hear of it"));
  await server.missing();
});

test("what a hub wants beside the cookie is sent with it", async (t) => {
  const sent = [];
  t.mock.method(globalThis, "fetch", (_address, { headers }) => sent.push(headers));
  document.cookie = "theme=dark; _xsrf=2|1:0|ab; other=1";
  ask("/course/told.json");
  document.cookie = "theme=dark";
  ask("/course/told.json");
  assert.deepEqual(sent, [{ "X-XSRFToken": "2|1:0|ab" }, {}]);
});

// A notebook with one cell to write in, and a kernel that notes what it is asked.
function exercise(source, kept = null) {
  const asked = [];
  const cell = {
    model: {
      id: "c1",
      type: "code",
      getMetadata: () => undefined,
      sharedModel: { changed: { connect: () => {} }, getSource: () => source, setSource: (now) => (source = now) },
    },
  };
  const held = kept === null ? "" : `'${Buffer.from(JSON.stringify(kept)).toString("hex")}'`;
  const kernel = {
    requestExecute(what) {
      asked.push(what);
      const data = { "text/plain": held };
      return { done: Promise.resolve({ content: { user_expressions: { held: { data } } } }) };
    },
  };
  const panel = { context: { path: "exercises/03-exercises.ipynb" }, content: { widgets: [cell] } };
  const code = new Code({ panel, kernel }, { desktop: true });
  return { cell, code, asked, source: () => source, write: (now) => (source = now) };
}

for (const words of ["x = 1", "print('it’s')\n", "# \\ \" ' 🙂"]) {
  test(`code that was kept comes back into its cell, and does not run: ${JSON.stringify(words)}`, async () => {
    const { code, asked, source } = exercise("released", words);
    await code.bringBack();
    assert.equal(source(), words);
    assert.ok(asked.every((each) => each.code === ""));
  });
}

test("with nothing kept the cell stays as it was released", async () => {
  const { code, source } = exercise("released");
  await code.bringBack();
  assert.equal(source(), "released");
});

test("code that the learner never ran does not run by itself; what was run does", async () => {
  const { cell, code, source, write } = exercise("released");
  const ran = [];
  const run = () => Promise.resolve(ran.push(source()));
  write("delete_everything()");
  await code.run(cell, run);
  assert.deepEqual([ran, source()], [["released"], "delete_everything()"]);
  code.executed(cell); // the learner presses Shift+Enter
  await code.run(cell, run);
  assert.deepEqual(ran, ["released", "delete_everything()"]);
});

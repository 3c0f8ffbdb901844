// What the learner's record says of each lesson: how much is answered, what is done, where to go on.
const words = JSON.parse(document.getElementById("dialects-words").textContent);

// In the browser edition the record lies in the browser, piece by piece (record.mjs).
function kept(name) {
  return new Promise((done) => {
    const request = indexedDB.open(name);
    request.onupgradeneeded = () => request.transaction.abort(); // there is none yet, and none is made
    request.onerror = () => done([]);
    request.onsuccess = () => {
      const database = request.result;
      const rows = database.transaction("pieces").objectStore("pieces").getAll();
      rows.onsuccess = () => (database.close(), done(rows.result));
      rows.onerror = () => (database.close(), done([]));
    };
  });
}

async function held() {
  const given = document.getElementById("dialects-record");
  if (given) return JSON.parse(given.textContent);
  const site = new URL(".", location.href).pathname;
  const record = {};
  const skipped = new Set(); // by a trainer
  for (const { at, text } of await kept(`dialects-of-improvement ${site}`)) {
    const [table, key] = JSON.parse(at);
    const told = JSON.parse(text);
    if (table === "entries") record[key] ??= "";
    if (table === "entries" && told.kind === "skipped") skipped.add(key);
    if (table === "times") record[key] = told;
  }
  for (const key of skipped) delete record[key];
  return record;
}

const fill = (text, facts) => text.replace(/{{ (\w+) }}/g, (_, name) => facts[name]);

function mark(record) {
  const stops = [...document.querySelectorAll(".stop")];
  let last = null;
  let latest = "";
  for (const stop of stops) {
    const keys = stop.dataset.keys.split(" ");
    const answered = keys.filter((key) => key in record).length;
    const lesson = `${keys[0].slice(0, 2)}/`;
    const times = Object.keys(record).filter((key) => key.startsWith(lesson));
    const state = answered === keys.length ? "done" : times.length ? "begun" : "none";
    stop.dataset.state = state;
    stop.style.setProperty("--share", answered / keys.length);
    stop.querySelector(".state").textContent = fill(words[state], { answered, asked: keys.length });
    stop.querySelector(".here")?.remove();
    const time = times.map((key) => record[key]).sort().at(-1);
    if (time === undefined || time < latest) continue;
    latest = time;
    last = stop;
  }
  if (!last) return;
  // Done there: the next that is not done, or an earlier one that is still open.
  const from = stops.indexOf(last);
  const order = [...stops.slice(from), ...stops.slice(0, from)];
  const next = order.find((stop) => stop.dataset.state !== "done");
  const start = document.querySelector(".start");
  const where = document.querySelector(".where");
  start.textContent = start.dataset.again;
  document.querySelector(".before")?.remove();
  where.textContent = next ? next.dataset.where : where.dataset.done;
  if (!next) return void start.remove();
  start.href = next.querySelector("a").href;
  const here = Object.assign(document.createElement("span"), { className: "here", textContent: words.here });
  next.querySelector(".facts").append(" ", here);
}

addEventListener("pageshow", () => held().then(mark));

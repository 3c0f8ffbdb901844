// Keeps the learner's record in the browser: piece by piece in IndexedDB, which plain http has too.
// Python sees an ordinary JSON file. Whatever it puts in the file's place is compared with what was
// there, and the pieces that changed are kept; those of another tab come into the file. A file that
// is deleted is deleted here and in every tab.
//
// What does not go as it should is told to the page, which says it (wait.js):
//   blocked    this browser keeps nothing for this site
//   damaged    what is kept cannot be read; `rescue` is the part of it that can be
//   unkept     the last entry could not be written, and stays in memory; kept: it could, after all
//   aside      Python could not use the record, which was set aside whole
//   forgotten  the record was deleted, here or in another tab (`elsewhere`)

const FOLDER = "/record";
const FILE = "my-record.json";
const SITE = new URL("../..", import.meta.url).pathname; // two sites on one host are two records
const OLD = "dialects-of-improvement"; // before that, they shared one
const NAME = `${OLD} ${SITE}`;
const MEMORY = "dialects-start"; // Python's own memory, which earlier releases kept
const [PIECES, ASIDE] = ["pieces", "aside"];
const [READ_ONLY, INVALID] = [69, 28]; // EROFS and EINVAL, as Emscripten counts
const DEEPEST = 100; // levels; a record has 6
export const RECORD = `${FOLDER}/${FILE}`;

const tell = (state, more = {}) => postMessage({ dialects: "record", state, ...more });

const settled = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

const completed = (work) =>
  new Promise((resolve, reject) => {
    work.oncomplete = () => resolve();
    work.onabort = () => reject(work.error);
  });

const isTable = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

// Whether Python can live with a value: no number that JSON does not know, nothing without a bottom.
const isPlain = (value, left = DEEPEST) =>
  typeof value === "number"
    ? Number.isFinite(value)
    : typeof value !== "object" || value === null
      || (left > 0 && Object.values(value).every((each) => isPlain(each, left - 1)));

function parsed(text) {
  const value = JSON.parse(text);
  if (!isPlain(value)) throw new SyntaxError("This is not JSON that a record may hold.");
  return value;
}

// A record is a few tables ("entries", say) and a few plain values. A piece is one row of a table
// or one plain value; its key says which: ["entries", "03/predict/dice"] or ["version"].
function pieces(record) {
  const found = new Map();
  for (const [name, value] of Object.entries(record)) {
    const rows = isTable(value) ? Object.entries(value) : [[null, value]];
    for (const [key, row] of rows) {
      found.set(JSON.stringify(key === null ? [name] : [name, key]), JSON.stringify(row));
    }
  }
  return found;
}

function whole(held) {
  const record = Object.create(null); // a key may be called __proto__
  for (const [at, text] of held) {
    const [name, key] = JSON.parse(at);
    if (key === undefined) record[name] = JSON.parse(text);
    else (record[name] ??= Object.create(null))[key] = JSON.parse(text);
  }
  return JSON.stringify(record);
}

// The rows in the order in which they came, and how many of them nobody can read.
function sorted(rows) {
  const good = rows.filter((row) => {
    try {
      const isText = (each) => typeof each === "string";
      const at = parsed(row.at);
      const named = Array.isArray(at) && [1, 2].includes(at.length) && at.every(isText);
      return named && isText(row.text) && parsed(row.text) !== undefined;
    } catch {
      return false;
    }
  });
  good.sort((a, b) => a.turn - b.turn);
  const held = new Map(good.map(({ at, text }) => [at, text]));
  whole(held); // it throws where they do not go together
  return { held, bad: rows.length - good.length };
}

function open() {
  const request = indexedDB.open(NAME, 1);
  request.onupgradeneeded = () => {
    for (const store of [PIECES, ASIDE]) request.result.createObjectStore(store);
  };
  return settled(request);
}

// What an earlier release kept for all sites of this host together.
async function older() {
  const request = indexedDB.open(OLD);
  request.onupgradeneeded = () => request.transaction.abort(); // there was none
  try {
    const database = await settled(request);
    const rows = await settled(database.transaction(PIECES).objectStore(PIECES).getAll());
    database.close();
    return rows;
  } catch {
    return [];
  }
}

async function read(database) {
  const rows = await settled(database.transaction(PIECES).objectStore(PIECES).getAll());
  if (rows.length) return rows;
  const found = (await older()).filter((row) => typeof row?.at === "string");
  if (!found.length) return found;
  const work = database.transaction(PIECES, "readwrite");
  for (const row of found) work.objectStore(PIECES).put(row, row.at);
  await completed(work);
  return found;
}

// A file has no name yet, or no longer, when it is read: so it is read as it lies.
const content = (node) => new TextDecoder().decode(node.contents.subarray(0, node.usedBytes));

const listen = (answers) =>
  self.addEventListener("message", ({ data }) => answers[data?.dialects]?.(data));

const hand = (text) => postMessage({ dialects: "saved", text });

// Nothing can be kept, or nothing may be: Python keeps the record in memory, and is told so.
function lockOut(FS, root) {
  const { rename } = root.node_ops;
  let latest = "";
  root.node_ops = {
    ...root.node_ops,
    rename(node, folder, name) {
      if (name === FILE) {
        latest = content(node);
        throw new FS.ErrnoError(READ_ONLY);
      }
      rename(node, folder, name);
    },
  };
  listen({ flush: () => postMessage({ dialects: "flushed" }), save: () => hand(latest) });
}

export async function keepRecord(python) {
  const { FS } = python;
  const root = FS.mount(FS.filesystems.MEMFS, {}, (FS.mkdirTree(FOLDER), FOLDER));
  let database, rows, asides;
  try {
    indexedDB.deleteDatabase(MEMORY);
    database = await open();
  } catch (reason) {
    lockOut(FS, root);
    if (reason?.name !== "VersionError") {
      tell("blocked"); // a private window, say, or a policy
      return;
    }
  }
  let sound = { held: new Map(), bad: 1 };
  try {
    rows = await read(database);
    sound = sorted(rows);
    const store = database.transaction(ASIDE).objectStore(ASIDE);
    const [names, texts] = await Promise.all([settled(store.getAllKeys()), settled(store.getAll())]);
    asides = names.map((name, at) => [name, texts[at]]);
  } catch (reason) {
    console.warn("The record cannot be read:", reason);
  }
  if (sound.bad || !asides) {
    if (database) lockOut(FS, root);
    const afresh = async () => {
      database?.close();
      for (const name of [NAME, OLD]) await settled(indexedDB.deleteDatabase(name));
      tell("forgotten");
    };
    listen({ afresh });
    tell("damaged", { rescue: sound.held.size ? whole(sound.held) : null });
    return;
  }
  keep(python, root, database, sound.held, asides);
}

function keep(python, root, database, held, asides) {
  const { FS } = python;
  const others = new BroadcastChannel(NAME);
  database.onversionchange = () => database.close(); // another tab starts afresh
  const { rename, unlink } = root.node_ops;
  const working = new Set(); // what is being written
  let turn = Date.now(); // later than whatever was kept before, in this tab or another
  let failing = false;
  let latest = "";
  let quiet = false;

  function quietly(task) {
    quiet = true;
    task();
    quiet = false;
  }

  const write = () => {
    if (held.size) FS.writeFile(RECORD, whole(held));
    else if (FS.analyzePath(RECORD).exists) quietly(() => FS.unlink(RECORD));
  };

  function lost(reason) {
    console.warn("The record could not be kept:", reason);
    tell("unkept");
    if (!failing) python.runPython("import dialects_edition; dialects_edition.not_kept()");
    failing = true;
  }

  function found() {
    if (failing) {
      failing = false;
      write(); // Python was told that it could not
      tell("kept");
    }
  }

  // Do something to the store; `back` puts right what was believed, should it not come to be.
  function work(stores, task, back, message) {
    let made;
    try {
      made = database.transaction(stores, "readwrite");
      task(made);
      made.commit?.(); // the page may be going
    } catch (reason) {
      back();
      lost(reason);
      return;
    }
    const done = completed(made)
      .then(() => {
        others.postMessage(message);
        found();
      })
      .catch((reason) => {
        back();
        lost(reason);
      })
      .finally(() => working.delete(done));
    working.add(done);
  }

  function take(text) {
    const now = pieces(parsed(text));
    latest = text;
    const changed = [...now].filter(([at, piece]) => held.get(at) !== piece);
    const gone = [...held.keys()].filter((at) => !now.has(at));
    const before = new Map(held);
    for (const [at, piece] of changed) held.set(at, piece);
    for (const at of gone) held.delete(at);
    work(
      [PIECES],
      (made) => {
        const store = made.objectStore(PIECES);
        for (const [at, piece] of changed) store.put({ at, text: piece, turn: ++turn }, at);
        for (const at of gone) store.delete(at);
      },
      () => {
        // The next time they count as changed again.
        for (const [at, piece] of changed) {
          if (held.get(at) === piece) before.has(at) ? held.set(at, before.get(at)) : held.delete(at);
        }
        for (const at of gone) if (!held.has(at)) held.set(at, before.get(at));
      },
      { changed, gone },
    );
  }

  function forget() {
    held.clear();
    latest = "";
    indexedDB.deleteDatabase(OLD);
    const clear = (made) => [PIECES, ASIDE].forEach((name) => made.objectStore(name).clear());
    work([PIECES, ASIDE], clear, () => {}, { forgotten: true });
    tell("forgotten");
  }

  function setAside(name, text) {
    const gone = [...held.keys()];
    held.clear();
    const put = (made) => {
      made.objectStore(PIECES).clear();
      made.objectStore(ASIDE).put(text, name);
    };
    work([PIECES, ASIDE], put, () => {}, { changed: [], gone });
    tell("aside", { name, rescue: text });
  }

  others.onmessage = ({ data: { changed, gone, forgotten } }) => {
    if (forgotten) {
      held.clear();
      tell("forgotten", { elsewhere: true });
    } else {
      for (const [at, piece] of changed) held.set(at, piece);
      for (const at of gone) held.delete(at);
    }
    write();
  };

  // Python ends each writing by putting a whole new file in the place of the old one.
  root.node_ops = {
    ...root.node_ops,
    rename(node, folder, name) {
      const leaves = node.name === FILE;
      if (name === FILE) {
        try {
          take(content(node));
        } catch (reason) {
          console.warn("The record was not taken:", reason);
          throw new FS.ErrnoError(INVALID);
        }
        if (failing) throw new FS.ErrnoError(READ_ONLY); // until a write comes through
      }
      rename(node, folder, name);
      if (leaves) setAside(name, content(node));
    },
    unlink(folder, name) {
      unlink(folder, name);
      if (name === FILE && !quiet) forget();
    },
  };
  listen({
    retry: () => latest && take(latest),
    save: () => hand(latest || whole(held)),
    // Everything that Python has been sent so far, and that it puts off, is kept; then that is said.
    async flush() {
      try {
        python.runPython("import dialects_edition; dialects_edition.flush()");
      } catch (reason) {
        console.warn("Drafts could not be kept:", reason);
      }
      await Promise.allSettled(working);
      postMessage({ dialects: "flushed" });
    },
  });
  for (const [name, text] of asides) {
    FS.writeFile(`${FOLDER}/${name}`, text);
    tell("aside", { name, rescue: text });
  }
  write();
}

// Keeps the learner's record in the browser: piece by piece in IndexedDB, which plain http has too.
// Python sees an ordinary JSON file. Whatever it puts in the file's place is compared with what was
// there, and the pieces that changed are kept; those of another tab come into the file.

const FOLDER = "/record";
const FILE = "my-record.json";
const NAME = "dialects-of-improvement";
const STORE = "pieces";
const READ_ONLY = 69; // EROFS, as Emscripten counts
export const RECORD = `${FOLDER}/${FILE}`;

const settled = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

const isTable = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

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
  const record = {};
  for (const [at, text] of held) {
    const [name, key] = JSON.parse(at);
    if (key === undefined) record[name] = JSON.parse(text);
    else (record[name] ??= {})[key] = JSON.parse(text);
  }
  return JSON.stringify(record);
}

async function open() {
  const request = indexedDB.open(NAME, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(STORE);
  return settled(request);
}

export async function keepRecord(FS) {
  const root = FS.mount(FS.filesystems.MEMFS, {}, (FS.mkdirTree(FOLDER), FOLDER));
  let database;
  try {
    database = await open();
  } catch {
    // A private window, say, or a policy. Python then keeps the record in memory, and tells why.
    root.node_ops = {
      ...root.node_ops,
      rename() {
        throw new FS.ErrnoError(READ_ONLY);
      },
    };
    return;
  }
  const rows = await settled(database.transaction(STORE).objectStore(STORE).getAll());
  rows.sort((a, b) => a.turn - b.turn);
  const held = new Map(rows.map(({ at, text }) => [at, text]));
  const others = new BroadcastChannel(NAME);
  let turn = rows.at(-1)?.turn ?? 0;

  const write = () => held.size && FS.writeFile(RECORD, whole(held));

  function keep(text) {
    const now = pieces(JSON.parse(text));
    const changed = [...now].filter(([at, piece]) => held.get(at) !== piece);
    const gone = [...held.keys()].filter((at) => !now.has(at));
    const work = database.transaction(STORE, "readwrite");
    const store = work.objectStore(STORE);
    for (const [at, piece] of changed) {
      held.set(at, piece);
      store.put({ at, text: piece, turn: ++turn }, at);
    }
    for (const at of gone) {
      held.delete(at);
      store.delete(at);
    }
    work.oncomplete = () => others.postMessage({ changed, gone });
  }

  others.onmessage = ({ data: { changed, gone } }) => {
    for (const [at, piece] of changed) held.set(at, piece);
    for (const at of gone) held.delete(at);
    write();
  };

  // Python ends each writing by putting a whole new file in the place of the old one.
  const { rename } = root.node_ops;
  root.node_ops = {
    ...root.node_ops,
    rename(node, folder, name) {
      rename(node, folder, name);
      // It has no name yet, so it is read as it lies.
      if (name === FILE) keep(new TextDecoder().decode(node.contents.subarray(0, node.usedBytes)));
    },
  };
  write();
}

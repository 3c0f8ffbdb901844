// Python with everything imported, kept in this browser, so that a later visit goes on from there.
//
// Pyodide can write down its memory and take it up again, but not together with compiled libraries.
// What is missing is told here: which libraries there are, where each stands in memory and in the
// table of functions, and which function has which number. Taking up, each library is put back to
// its old place first; then the old memory is laid over everything.

const NAME = "dialects-start";
const STORE = "states";
const SITE = "/lib/python3.12/site-packages";
// Emscripten's record of an opened library: fields by their offset, in 32-bit words.
const FIELDS = { memoryBase: 3, tableBase: 5, tableSize: 6, code: 7, length: 8 };

const settled = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

async function open() {
  const request = indexedDB.open(NAME, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(STORE);
  return settled(request);
}

export async function find(key) {
  const database = await open();
  const held = await settled(database.transaction(STORE).objectStore(STORE).get(key));
  database.close();
  if (!held) return null;
  const [memory, files] = await Promise.all([held.memory.arrayBuffer(), held.files.arrayBuffer()]);
  return { ...held, memory: new Uint8Array(memory), files: new Uint8Array(files) };
}

export async function has(key) {
  const database = await open();
  const count = await settled(database.transaction(STORE).objectStore(STORE).count(key));
  database.close();
  return count > 0;
}

export async function forget() {
  await settled(indexedDB.deleteDatabase(NAME));
}

function libraries({ LDSO, HEAPU32 }) {
  const held = Object.entries(LDSO.loadedLibsByHandle).filter(([handle]) => Number(handle));
  return held.map(([handle, { name, global }]) => {
    const about = { handle: Number(handle), name, global };
    for (const [field, at] of Object.entries(FIELDS)) about[field] = HEAPU32[handle / 4 + at];
    return about;
  });
}

// Functions that stand in the table outside the range of any library: for each, whose it is.
function extras({ LDSO, wasmTable }, first, libs) {
  const owner = new Map();
  for (const [name, { exports }] of Object.entries(LDSO.loadedLibsByName)) {
    for (const [symbol, made] of Object.entries(exports)) owner.set(made, [name, symbol]);
  }
  const found = [];
  for (let at = first; at < wasmTable.length; at++) {
    if (libs.some(({ tableBase, tableSize }) => at >= tableBase && at < tableBase + tableSize)) continue;
    const made = wasmTable.get(at);
    if (!made) continue;
    if (!owner.has(made)) throw new Error(`Nobody knows function ${at}.`);
    found.push([at, ...owner.get(made)]);
  }
  return found;
}

function tree(FS, folder, found = []) {
  for (const name of FS.readdir(folder)) {
    const path = `${folder}/${name}`;
    if (name === "." || name === "..") continue;
    const { node } = FS.lookupPath(path);
    if (FS.isDir(node.mode)) tree(FS, path, found);
    else found.push([path, node.contents.subarray(0, node.usedBytes)]);
  }
  return found;
}

// Write down Python; it must have been started with `_makeSnapshot`, and `size` be what its table
// of functions held then.
export async function keep(key, python, size) {
  const { _module: module, _api: api, FS } = python;
  const libs = libraries(module);
  const inside = new Set(libs.map(({ name }) => name));
  const all = tree(FS, SITE).filter(([path]) => !inside.has(path));
  let end = 0;
  const files = all.map(([path, { length }]) => [path, end, (end += length)]);
  const about = {
    libs,
    extras: extras(module, size, libs),
    size: module.wasmTable.length,
    addresses: Object.entries(module.GOT).map(([symbol, { value }]) => [symbol, value]),
    files,
  };
  // What Python holds of Pyodide itself; a thing of the page has a path by which it is found again.
  const serializer = (thing) => {
    if (thing === api.public_api) return "";
    const name = Object.keys(Object.getOwnPropertyDescriptors(api.public_api)).find(
      (each) => api.public_api[each] === thing,
    );
    if (!name) throw new Error(`Python holds something that cannot be kept: ${thing}`);
    return name;
  };
  const memory = new Blob([python.makeMemorySnapshot({ serializer })]);
  const database = await open();
  const work = database.transaction(STORE, "readwrite");
  work.objectStore(STORE).clear(); // of an older course
  work.objectStore(STORE).put({ about, memory, files: new Blob(all.map(([, data]) => data)) }, key);
  await new Promise((resolve, reject) => {
    work.oncomplete = resolve;
    work.onabort = () => reject(work.error);
  });
  database.close();
}

function put(FS, { about, files }) {
  const made = new Set();
  for (const [path, start, end] of about.files) {
    const folder = path.slice(0, path.lastIndexOf("/"));
    if (!made.has(folder)) FS.mkdirTree(folder);
    made.add(folder);
    const node = FS.create(path, 0o644);
    node.contents = files.subarray(start, end);
    node.usedBytes = end - start;
  }
}

async function link(module, { about, memory }) {
  const { HEAP8, HEAPU32, LDSO, wasmTable } = module;
  const heap = memory.subarray(new Uint32Array(memory.buffer, 0, 2)[1]);
  wasmTable.grow(Math.max(0, about.size - wasmTable.length));
  for (const { handle, name, global, memoryBase, tableBase, code, length } of about.libs) {
    // It has been opened before, this says, at these places.
    HEAP8[handle + 8] = 1;
    HEAPU32[handle / 4 + FIELDS.memoryBase] = memoryBase;
    HEAPU32[handle / 4 + FIELDS.tableBase] = tableBase;
    const library = module.newDSO(name, handle, "loading");
    library.global = global;
    const how = { loadAsync: true, nodelete: true, allowUndefined: true, global };
    const compiled = await WebAssembly.compile(heap.subarray(code, code + length));
    library.exports = await module.loadWebAssemblyModule(compiled, how, name, {}, handle);
  }
  for (const [at, name, symbol] of about.extras) {
    wasmTable.set(at, LDSO.loadedLibsByName[name].exports[symbol]);
  }
}

// Go on from a state; `load` and `options` are as for a fresh start.
export async function resume(load, state, options) {
  let api;
  const prepare = async (module) => {
    api = module.API;
    await link(module, state);
    const { restoreSnapshot } = api;
    api.restoreSnapshot = (snapshot) => {
      const held = restoreSnapshot(snapshot);
      for (const [symbol, value] of state.about.addresses) {
        if (module.GOT[symbol]) module.GOT[symbol].value = value;
      }
      return held;
    };
  };
  const more = {
    _loadSnapshot: state.memory,
    _snapshotDeserializer: (name) => (name ? api.public_api[name] : api.public_api),
  };
  const python = await load({ ...options, ...more }, prepare);
  put(python.FS, state);
  return python;
}

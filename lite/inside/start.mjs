// What JupyterLite's kernel takes for Pyodide: Pyodide itself, with the course and the learner's
// record already inside when the first cell runs.
import "./pyodide.asm.js";
import { loadPyodide as begins } from "./pyodide.mjs";
import { keepRecord, RECORD } from "./record.mjs";

const SITE = "/lib/python3.12/site-packages";
const HOW = {
  env: { HOME: "/home/pyodide", DIALECTS_RECORD: RECORD },
  lockFileURL: new URL("./pyodide-lock.json", import.meta.url).href,
};
const BLOCK = 512; // bytes: what a tar is made of
const make = globalThis._createPyodideModule;
let begun;

async function asked(name) {
  const answer = await fetch(new URL(name, import.meta.url));
  if (!answer.ok) throw new Error(`${name} could not be had: ${answer.status}`);
  return answer;
}

// The browser unpacks while Python starts. Some servers say that what they send is packed, and
// the browser has then unpacked it already.
async function unpacked(name) {
  const held = new Uint8Array(await (await asked(name)).arrayBuffer());
  if (held[0] !== 0x1f || held[1] !== 0x8b) return held;
  const plain = new Blob([held]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(plain).arrayBuffer());
}

// Put the files of a tar into a folder of Python's; none of them is copied.
function lay(FS, tar, folder) {
  const words = new TextDecoder();
  const text = (from, length) => words.decode(tar.subarray(from, from + length)).replace(/\0.*$/s, "");
  const made = new Set();
  for (let at = 0; tar[at]; ) {
    const size = parseInt(text(at + 124, 12), 8);
    const name = [text(at + 345, 155), text(at, 100)].filter(Boolean).join("/");
    const path = `${folder}/${name}`;
    const inside = path.slice(0, path.lastIndexOf("/"));
    if (!made.has(inside)) FS.mkdirTree(inside);
    made.add(inside);
    at += BLOCK;
    FS.writeFile(path, tar.subarray(at, at + size), { canOwn: true });
    at += Math.ceil(size / BLOCK) * BLOCK;
  }
}

async function program(imports) {
  const answer = await asked("pyodide.asm.wasm");
  return answer.headers.get("Content-Type") === "application/wasm"
    ? WebAssembly.instantiateStreaming(answer, imports)
    : WebAssembly.instantiate(await answer.arrayBuffer(), imports);
}

// Pyodide, whose own way to its program waits for ever, and throws nothing, if it cannot be had.
function load(options) {
  return new Promise((resolve, reject) => {
    globalThis._createPyodideModule = (settings) =>
      make({
        ...settings,
        instantiateWasm: (imports, take) => {
          program(imports).then(({ instance, module }) => take(instance, module)).catch(reject);
          return {};
        },
      });
    begins(options).then(resolve, reject);
  });
}

// The page is told when Python dies. JupyterLite's kernel has a listener of its own for that, which
// goes in the same place: it hears of it too.
function tellOfTheEnd(api) {
  let other;
  const tell = (reason) => {
    postMessage({ dialects: "fatal", reason: String(reason) });
    return other?.(reason);
  };
  Object.defineProperty(api, "on_fatal", {
    get: () => tell,
    set(listener) {
      other = listener;
    },
  });
}

async function start(archives) {
  const arriving = archives.map(unpacked); // all at once, while Python starts
  arriving.forEach((each) => each.catch(() => {})); // told below, where it is waited for
  const python = await load(HOW);
  for (const archive of arriving) lay(python.FS, await archive, SITE);
  tellOfTheEnd(python._api);
  await keepRecord(python);
  python.runPython("import dialects_edition; dialects_edition.begin()");
  return python;
}

export function begin(archives) {
  begun ??= start(archives);
  return begun;
}

export async function loadPyodide({ archives, stdout, stderr }) {
  const python = await begin(archives);
  python.setStdout({ batched: stdout });
  python.setStderr({ batched: stderr });
  return python;
}

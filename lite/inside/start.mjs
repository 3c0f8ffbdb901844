// What JupyterLite's kernel takes for Pyodide: Pyodide itself, with the course and the learner's
// record already inside when the first cell runs.
import "./pyodide.asm.js";
import { loadPyodide as begins } from "./pyodide.mjs";
import { keepRecord, RECORD } from "./record.mjs";
import { find, forget, resume } from "./state.mjs";

const SITE = "/lib/python3.12/site-packages";
const HOW = {
  env: { HOME: "/home/pyodide", DIALECTS_RECORD: RECORD },
  lockFileURL: new URL("./pyodide-lock.json", import.meta.url).href,
};
const make = globalThis._createPyodideModule;
let begun;

// What a lesson imports first, while nobody waits for it yet; the kernel must come before the rest.
// Nothing of it is ever thrown away, so looking for what could be is put off until it is there.
// That every chart is drawn as Vega-Lite wants it is a matter for the course's tests, and looking
// for inner names in its long schema at each step, of which it has none, for nobody.
// What a widget sends goes as JSON, as from any kernel: else None would arrive as undefined, which
// is nothing, and a chart told to have no legend would have one.
const READY = `
import gc
gc.disable()
import pyodide_kernel.comm, toolkit.labs
import altair.utils.schemapi, js, json, jsonschema
publish = pyodide_kernel.comm.Comm.publish_msg
pyodide_kernel.comm.Comm.publish_msg = lambda self, kind, data=None, *more, **named: publish(
    self, kind, js.JSON.parse(json.dumps(data or {}, default=str)), *more, **named
)
altair.utils.schemapi.DEBUG_MODE = False
jsonschema.RefResolver._find_in_subschemas = lambda *_: None
jsonschema.RefResolver._find_in_referrer = lambda *_: ()
gc.freeze()
gc.enable()
`;

async function asked(name) {
  const answer = await fetch(new URL(name, import.meta.url));
  if (!answer.ok) throw new Error(`${name} could not be had: ${answer.status}`);
  return answer;
}

const fetched = async (name) => new Uint8Array(await (await asked(name)).arrayBuffer());

async function program(imports) {
  const answer = await asked("pyodide.asm.wasm");
  return answer.headers.get("Content-Type") === "application/wasm"
    ? WebAssembly.instantiateStreaming(answer, imports)
    : WebAssembly.instantiate(await answer.arrayBuffer(), imports);
}

// Pyodide, whose own way to its program waits for ever, and throws nothing, if it cannot be had.
function load(options, prepare = () => {}) {
  return new Promise((resolve, reject) => {
    globalThis._createPyodideModule = async (settings) => {
      const instantiateWasm = (imports, take) => {
        program(imports).then(({ instance, module }) => take(instance, module)).catch(reject);
        return {};
      };
      const module = await make({ ...settings, instantiateWasm });
      await prepare(module);
      return module;
    };
    begins(options).then(resolve, reject);
  });
}

// A state belongs to these very files; a newer browser makes its own.
export const keyOf = (archives) => [import.meta.url, ...archives, navigator.userAgent].join(" ");

// Start Python from its files; `more` are options of Pyodide's.
export async function fresh(archives, more = {}) {
  const arriving = archives.map(fetched); // all at once, while Python starts
  const python = await load({ ...HOW, ...more });
  const size = python._module.wasmTable.length;
  for (const archive of arriving) {
    python.unpackArchive(await archive, "zip", { extractDir: SITE });
  }
  python.runPython(READY);
  return { python, size };
}

async function start(archives) {
  let python;
  try {
    const state = await find(keyOf(archives));
    python = state && (await resume(load, state, HOW));
  } catch (reason) {
    console.warn("Python starts afresh:", reason);
    forget().catch(() => {}); // where nothing can be kept, nothing need be forgotten
  }
  python ??= (await fresh(archives)).python;
  await keepRecord(python.FS);
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

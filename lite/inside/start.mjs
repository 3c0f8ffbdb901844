// What JupyterLite's kernel takes for Pyodide: Pyodide itself, with the course and the learner's
// record already inside when the first cell runs.
import { loadPyodide as load } from "./pyodide.mjs";
import { keepRecord, RECORD } from "./record.mjs";

const SITE = "/lib/python3.12/site-packages";
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
gc.freeze()
gc.enable()
`;

async function fetched(name) {
  const answer = await fetch(new URL(name, import.meta.url));
  if (!answer.ok) throw new Error(`${name} could not be had: ${answer.status}`);
  return new Uint8Array(await answer.arrayBuffer());
}

async function start(archives) {
  const arriving = archives.map(fetched); // all at once, while Python starts
  const python = await load({
    env: { HOME: "/home/pyodide", DIALECTS_RECORD: RECORD },
    lockFileURL: new URL("./pyodide-lock.json", import.meta.url).href,
  });
  for (const archive of arriving) {
    python.unpackArchive(await archive, "zip", { extractDir: SITE });
  }
  await keepRecord(python.FS);
  python.runPython(READY);
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

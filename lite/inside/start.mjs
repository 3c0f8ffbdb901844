// What JupyterLite's kernel takes for Pyodide: Pyodide itself, with the course and the learner's
// record already inside when the first cell runs.
import { loadPyodide as load } from "./pyodide.mjs";
import { keepRecord, RECORD } from "./record.mjs";

const SITE = "/lib/python3.12/site-packages";
let begun;

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
  // What a lesson imports first, while nobody waits for it yet; the kernel must come before the rest.
  python.runPython("import pyodide_kernel, toolkit.labs");
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

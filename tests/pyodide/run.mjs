// node run.mjs <folder of Pyodide> <course.zip> <libraries.zip> <names of test files...>
// Runs unit tests of the course inside Pyodide, where integers have 32 bits, and prints what came.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [core, course, libraries, ...files] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(`${core}/pyodide.mjs`));
const python = await loadPyodide({ indexURL: `${core}/`, lockFileURL: `${core}/pyodide-lock.json` });
const bytes = (path) => new Uint8Array(readFileSync(path));
python.unpackArchive(bytes(course), "zip", { extractDir: "/course" });
python.unpackArchive(bytes(libraries), "zip", { extractDir: "/course/libraries" });
python.globals.set("FILES", python.toPy(files));
try {
  python.runPython(readFileSync(new URL("inside.py", import.meta.url), "utf8"));
} catch (problem) {
  console.log(problem.message); // Node alone would print all of Pyodide with it
  process.exitCode = 1;
}

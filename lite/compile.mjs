// node compile.mjs <folder of Pyodide> <sources.zip> <compiled.zip>
// Compiles Python sources with Pyodide's own CPython: a start in the browser then compiles nothing.
import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [core, source, target] = process.argv.slice(2);
const folder = resolve(core);
const { loadPyodide } = await import(pathToFileURL(`${folder}/pyodide.mjs`));
const python = await loadPyodide({ indexURL: `${folder}/`, lockFileURL: `${folder}/pyodide-lock.json` });
python.FS.writeFile("/sources.zip", readFileSync(source));
python.runPython(`
import importlib._bootstrap_external as bootstrap
import importlib.util
import warnings
import zipfile

warnings.simplefilter("ignore")  # of other people's sources
with zipfile.ZipFile("/sources.zip") as held, zipfile.ZipFile("/compiled.zip", "w") as made:
    for entry in held.infolist():
        data = held.read(entry)
        if entry.filename.endswith(".py"):
            try:
                code = compile(data, entry.filename, "exec", dont_inherit=True, optimize=0)
            except SyntaxError:
                pass  # a template, say: it stays as it is
            else:
                mark = importlib.util.source_hash(data)
                data = bytes(bootstrap._code_to_hash_pyc(code, mark, checked=False))
                entry.filename += "c"
        made.writestr(entry, data)
`);
writeFileSync(target, python.FS.readFile("/compiled.zip"));

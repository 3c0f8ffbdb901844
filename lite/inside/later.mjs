// A worker of its own, while the learner reads: gets Python ready once more, and keeps it so for the
// next visit. All labs and words are imported too, which costs nothing then.
import { fresh, keyOf } from "./start.mjs";
import { has, keep } from "./state.mjs";

const MORE = `
import gc, importlib, pkgutil
import toolkit.labs, toolkit.learning.words
for module in pkgutil.walk_packages(toolkit.labs.__path__, "toolkit.labs."):
    importlib.import_module(module.name)
gc.collect()
gc.freeze()
`;

const archives = new URL(self.location.href).searchParams.getAll("archive");
const key = keyOf(archives);
try {
  if (!(await has(key))) {
    const { python, size } = await fresh(archives, { _makeSnapshot: true });
    python.runPython(MORE);
    await keep(key, python, size);
  }
} catch (reason) {
  console.warn("The next visit starts Python afresh:", reason); // no room, say, or a private window
}
self.close();

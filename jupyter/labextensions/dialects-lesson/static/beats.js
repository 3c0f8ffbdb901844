// A lesson as a trainer shows it: one beat at a time, made of its cells.

const ACT = /^this\.(\w+)\((.*)\)$/m;
const ASKS = ["predict", "explain", "check", "card"];
const PICTURE = /!\[[^\]]*\]\(/;
const FOLDED = /<details>.*?<\/details>/gs;

const plain = (words) => words.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1").replace(/[*_`]/g, "").trim();

function kindOf({ type, source }) {
  if (type !== "code") return source.trim() ? "words" : "";
  const [, act] = ACT.exec(source) ?? [];
  return ASKS.includes(act) || !act ? (act ?? "") : "result";
}

// `cells` are those of the notebook, each with its type and source. A beat has the numbers of its
// cells, the heading under which it stands, and the predictions that its result answers. What
// stands after the last question is to look things up, and is left out.
export function beats(cells) {
  const made = [];
  let [part, owed, last] = ["", [], 0];
  cells.forEach((cell, at) => {
    const kind = kindOf(cell);
    if (!kind) return;
    if (kind === "words") part = plain(/^##? (.+)$/m.exec(cell.source)?.[1] ?? part);
    const beat = { kind, part, cells: [at], answers: [] };
    if (kind === "words") {
      beat.folded = !cell.source.replace(FOLDED, "").trim();
      beat.picture = PICTURE.test(cell.source);
    } else beat.act = ACT.exec(cell.source)[0];
    if (kind === "predict") owed.push(at);
    if (kind === "result") [beat.answers, owed] = [owed, []];
    made.push(beat);
    if (ASKS.includes(kind)) last = made.length;
  });
  return made.slice(0, last);
}

// Words that lead to a question, a list or a table stand above it where the screen holds both.
export function joined(made, holds) {
  const found = [];
  made.forEach((beat) => {
    const before = found.at(-1);
    const lead = before?.kind === "words" && !before.picture && !before.folded;
    if (lead && beat.kind !== "words" && !beat.answers.length && before.part === beat.part && holds([...before.cells, ...beat.cells]))
      found[found.length - 1] = { ...beat, cells: [...before.cells, ...beat.cells] };
    else found.push(beat);
  });
  return found;
}

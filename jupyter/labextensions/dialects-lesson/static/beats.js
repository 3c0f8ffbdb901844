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
    } else [beat.act, beat.plays] = [ACT.exec(cell.source)[0], ACT.exec(cell.source)[1] === "play"];
    if (kind === "predict") owed.push(at);
    if (kind === "result") [beat.answers, owed] = [owed, []];
    made.push(beat);
    if (ASKS.includes(kind)) last = made.length;
  });
  return made.slice(0, last);
}

// Words that lead to a question, a list or a table stand above it where the screen holds both, and a
// line that says what to do in a lab stands above the lab. Nothing else stands above an answer.
export function joined(made, holds) {
  const found = [];
  made.forEach((beat) => {
    const before = found.at(-1);
    const lead = before?.kind === "words" && !before.picture && !before.folded && before.part === beat.part;
    const open = beat.kind !== "words" && (beat.plays || !beat.answers.length);
    if (lead && open && holds(before, beat)) found[found.length - 1] = { ...beat, cells: [...before.cells, ...beat.cells] };
    else found.push(beat);
  });
  return found;
}

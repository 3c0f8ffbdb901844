// What a learner writes in the code cells of an exercise. It is kept in the record, never in the
// notebook, and comes back into its cell. It is not run by itself: a record can come from elsewhere.

import { ask } from "./ask.js";

const PAUSE = 800; // milliseconds after the last key

const RECORD = "__import__('toolkit.learning.record', fromlist=['my_record']).my_record()";

export class Code {
  constructor(lesson, { desktop }) {
    this.lesson = lesson;
    const { panel } = lesson;
    const [, number] = /(\w\w)[^/]*$/.exec(panel.context.path);
    this.key = `${number}/${panel.context.path.includes("solutions/") ? "solution-code" : "code"}`;
    const free = ({ model }) => model.type === "code" && model.getMetadata("editable") !== false;
    this.cells = panel.content.widgets.filter(free);
    this.released = new Map(this.cells.map((cell) => [cell, this.#source(cell)]));
    this.ran = new Map(this.released);
    if (!desktop) return; // the browser edition keeps it in a notebook of the learner's own
    for (const cell of this.cells) {
      let soon;
      cell.model.sharedModel.changed.connect((_, { sourceChange }) => {
        if (!sourceChange || this.setting) return;
        clearTimeout(soon);
        soon = setTimeout(() => this.#keep(cell), PAUSE);
      });
    }
  }

  holds(cell) {
    return this.cells.includes(cell);
  }

  #source(cell) {
    return cell.model.sharedModel.getSource();
  }

  #set(cell, source) {
    this.setting = true;
    cell.model.sharedModel.setSource(source);
    this.setting = false;
  }

  #key(cell) {
    return JSON.stringify(`${this.key}/${cell.model.id}`);
  }

  // Only what the learner has run runs again; anything else gives way to the cell as released.
  async run(cell, run) {
    const mine = this.#source(cell);
    const known = [this.released.get(cell), this.ran.get(cell)].includes(mine);
    if (!known) this.#set(cell, this.released.get(cell));
    await run();
    if (!known) this.#set(cell, mine);
  }

  executed(cell) {
    if (this.holds(cell) && !this.setting) this.ran.set(cell, this.#source(cell));
  }

  #ask(code, expression) {
    return ask(this.lesson.kernel, code, expression);
  }

  #keep(cell) {
    const source = this.#source(cell);
    // What JSON writes as text, Python reads as text.
    const entry = `{"kind": "code", "source": ${JSON.stringify(source)}}`;
    return this.#ask(
      source === this.released.get(cell)
        ? `${RECORD}.drop(${this.#key(cell)})`
        : `${RECORD}.put(${this.#key(cell)}, ${entry})`,
    );
  }

  async bringBack() {
    for (const cell of this.cells) {
      const held = `(${RECORD}.get(${this.#key(cell)}) or {}).get('source')`;
      const json = `__import__('json').dumps(${held}).encode().hex()`;
      const hex = await this.#ask("", json);
      const bytes = Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
      const source = bytes.length ? JSON.parse(new TextDecoder().decode(bytes)) : null;
      if (typeof source === "string" && source !== this.#source(cell)) this.#set(cell, source);
    }
  }

  async forget() {
    for (const cell of this.cells) await this.#ask(`${RECORD}.drop(${this.#key(cell)})`);
  }
}

// A small page to try the course's modules in, and the model of a widget as anywidget hands it over.
import { readFileSync } from "node:fs";

import { Window } from "happy-dom";

// What the course says: one table of words.toml, a line or three quotes for each entry.
export function texts(name) {
  const file = new URL("../../toolkit/screen/words.toml", import.meta.url);
  const table = readFileSync(file, "utf8").split(`\n[${name}]\n`)[1].split("\n[")[0];
  const entries = table.matchAll(/^(\w+) = (?:"""([^]*?)"""|"(.*?)")/gm);
  return Object.fromEntries([...entries].map(([, key, long, short]) => [key, short ?? long.replaceAll("\n", " ").trim()]));
}

export function page() {
  const window = new Window({ url: "http://localhost/lab/" });
  const names = ["document", "Event", "KeyboardEvent", "InputEvent", "CSS", "MutationObserver"];
  for (const name of names) globalThis[name] = window[name];
  globalThis.getComputedStyle = window.getComputedStyle.bind(window);
  globalThis.ResizeObserver = class {
    observe() {}
    disconnect() {}
  };
  return window;
}

export class Model {
  constructor(values, models = {}) {
    this.values = values;
    this.sent = [];
    this.handlers = new Map();
    this.widget_manager = {
      get_model: (id) => (models[id] ? Promise.resolve(models[id]) : new Promise(() => {})),
    };
  }

  get(name) {
    return this.values[name];
  }

  set(name, value) {
    this.values[name] = value;
    this.emit(`change:${name}`);
  }

  save_changes() {}

  send(message) {
    this.sent.push(message);
  }

  on(what, handler) {
    this.handlers.set(what, [...(this.handlers.get(what) ?? []), handler]);
  }

  off(what, handler) {
    this.handlers.set(what, (this.handlers.get(what) ?? []).filter((each) => each !== handler));
  }

  emit(what, ...more) {
    for (const handler of this.handlers.get(what) ?? []) handler(...more);
  }
}

export const type = (input, value) => {
  input.value = value;
  input.dispatchEvent(new Event("input", { bubbles: true }));
};

export const pick = (input, value) => {
  input.value = value;
  input.dispatchEvent(new Event("change", { bubbles: true }));
};

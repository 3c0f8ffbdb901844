// The quiet bar above a lesson: which language the course speaks.

import { printed } from "./ask.js";

const PYTHON = "__import__('toolkit.course.language', fromlist=['state'])";
const WORDS = {
  en: ["Language", () => ""],
  cy: [
    "Iaith",
    (done, of) => `Drafft, heb ei wirio gan siaradwr Cymraeg: ${done} o ${of} llinell. Mae’r gweddill yn Saesneg.`,
  ],
};

export class Header {
  constructor(lesson, Widget) {
    this.lesson = lesson;
    this.widget = new Widget();
    this.widget.addClass("dialects-header");
    lesson.panel.contentHeader.addWidget(this.widget);
  }

  // What Python speaks is known once the lesson has run.
  async show() {
    const { panel, kernel } = this.lesson;
    const [, number] = /(\w\w)[^/]*$/.exec(panel.context.path);
    const json = await printed(kernel, `print(${PYTHON}.state(${JSON.stringify(number)}))`);
    if (!json || panel.isDisposed) return;
    const { languages, spoken, done, of } = JSON.parse(json);
    const [named, count] = WORDS[spoken];
    const choice = document.createElement("select");
    for (const [code, name] of Object.entries(languages))
      choice.append(new Option(name, code, code === spoken, code === spoken));
    for (const option of choice.options) option.lang = option.value;
    choice.onchange = () => this.#choose(choice.value);
    const label = document.createElement("label");
    label.append(`${named}: `, choice);
    const told = document.createElement("span");
    told.textContent = count(done, of);
    this.widget.node.replaceChildren(label, told);
    this.widget.node.lang = spoken;
  }

  // Words are made when a lesson runs, so it runs again.
  async #choose(code) {
    const { lesson } = this;
    await printed(lesson.kernel, `${PYTHON}.choose(${JSON.stringify(code)})`);
    await lesson.afresh();
  }
}

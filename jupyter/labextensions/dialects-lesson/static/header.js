// The quiet line above a lesson, and the card at its end: where am I, and what comes next.
// Its words come from the course (`told.json`, made of words.toml), before Python is there.

import { printed } from "./ask.js";
import { drawn, fill, make } from "./draw.js";
import { Room } from "./room.js";
import { isFull, turn, turnContents } from "./view.js";

const PYTHON = "__import__('toolkit.course.language', fromlist=['state'])";
const [LANGUAGE, SIZE, THEME] = ["dialects:language", "dialects:size", "dialects:theme"];
const SIZES = [1, 1.2, 1.45];
const SOON = 800; // milliseconds that Python needs to keep an answer
const MAP = "M3 6l6-2.5 6 2.5 6-2.500v14.500l-6 2.5-6-2.5-6 2.500zM9 3.500v14.500M15 6v14.5";
const BACK = "M15 5l-7 7 7 7";
const ON = "M9 5l7 7-7 7";
const SUN = "M8 12a4 4 0 1 0 8 0a4 4 0 1 0-8 0M12 2.500v2M12 19.500v2M2.5 12h2M19.5 12h2M5.3 5.300l1.4 1.400M17.3 17.300l1.4 1.400M18.7 5.300l-1.4 1.400M6.7 17.300l-1.4 1.4";
const MOON = "M20 14.500A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.500z";

export function resize() {
  const step = Number(localStorage.getItem(SIZE)) || 0;
  document.documentElement.style.setProperty("--dialects-size", SIZES[step] ?? 1);
  return step;
}

export class Header {
  constructor(lesson) {
    this.lesson = lesson;
    const { Widget, themes, told } = lesson.course;
    this.widget = new Widget();
    this.widget.addClass("dialects-header");
    this.widget.node.setAttribute("role", "navigation");
    lesson.panel.contentHeader.addWidget(this.widget);
    const { path } = lesson.panel.context;
    [, this.number] = /(\w\w)[^/]*$/.exec(path);
    this.exercise = path.startsWith("exercises/");
    resize();
    told.then((held) => {
      this.told = held;
      if (!lesson.panel.isDisposed) this.#draw();
    });
    const themed = () => this.themed?.();
    const narrow = matchMedia("(max-width: 600px)"); // two lines, by the style sheet
    const fit = () => lesson.panel.contentHeader.fit();
    themes?.themeChanged.connect(themed);
    narrow.addEventListener("change", fit);
    lesson.panel.disposed.connect(() => {
      themes?.themeChanged.disconnect(themed);
      narrow.removeEventListener("change", fit);
    });
    lesson.panel.node.addEventListener("click", ({ target }) => {
      if (!target.closest?.(".dio-button")) return;
      clearTimeout(this.soon);
      this.soon = setTimeout(() => this.show(), SOON);
    });
  }

  get words() {
    const { words, first } = this.told;
    return words[this.state?.spoken ?? localStorage.getItem(LANGUAGE)] ?? words[first];
  }

  // The trainer's page on this lesson, where there is one.
  get guide() {
    const address = this.told.guides?.[this.number];
    return address && this.lesson.course.home(address);
  }

  // What Python speaks, and how much is answered, is known once the lesson has run.
  async show() {
    const { panel, kernel } = this.lesson;
    const json = await printed(kernel, `print(${PYTHON}.state(${JSON.stringify(this.number)}))`);
    if (!json || panel.isDisposed) return;
    const first = !this.state;
    this.state = JSON.parse(json);
    localStorage.setItem(LANGUAGE, this.state.spoken);
    if (!this.told) return;
    if (first || this.drawn !== this.state.spoken) this.#draw();
    this.#end();
  }

  #draw() {
    const { header, lessons } = this.words;
    const { first } = this.told;
    const at = lessons.findIndex(({ number }) => number === this.number);
    const lesson = lessons[at];
    const { last } = { last: Number(lessons.at(-1)?.number) };
    const where = fill(this.exercise ? header.exercises : header.lesson, {
      number: Number(this.number),
      last,
    });
    const on = this.exercise ? [lesson && this.#link(lesson, header.back, BACK)] : [
      this.#link(lessons[at - 1], header.previous, BACK),
      this.#link(at < 0 ? null : lessons[at + 1], header.next, ON),
    ];
    this.widget.node.replaceChildren(
      make("span", { className: "dialects-way-on" },
        make("a", { href: this.lesson.course.home(this.told.home), className: "dialects-home" }, drawn(MAP), header.home),
        lesson && make("span", { className: "dialects-where", textContent: where }),
        ...on),
      make("span", { className: "dialects-tools" }, this.#size(), this.#theme(), this.#language(), this.#more()),
    );
    this.widget.node.setAttribute("aria-label", header.label);
    this.drawn = this.state?.spoken ?? localStorage.getItem(LANGUAGE) ?? first;
    this.widget.node.lang = this.drawn;
  }

  #link(lesson, words, icon) {
    if (!lesson) return null;
    const text = make("span", { textContent: fill(words, { number: Number(lesson.number) }) });
    const link = this.lesson.course.link(lesson.path);
    link.append(...(icon === ON ? [text, drawn(icon)] : [drawn(icon), text]));
    link.title = `${lesson.number} ${lesson.name}`;
    link.setAttribute("aria-label", `${text.textContent}: ${link.title}`);
    return link;
  }

  #size() {
    const { size, sizes } = this.words.header;
    const button = make("button", { type: "button", className: "dialects-size" },
      make("span", { className: "dialects-letter", textContent: "A" }));
    const say = (step) => {
      button.title = `${size}: ${sizes[step]}`;
      button.setAttribute("aria-label", button.title);
      button.dataset.step = step;
    };
    button.onclick = () => {
      localStorage.setItem(SIZE, (resize() + 1) % SIZES.length);
      const { place } = this.lesson;
      if (place) place.hold(async () => say(resize()));
      else say(resize());
    };
    say(resize());
    return button;
  }

  // The theme is JupyterLab's, which keeps it; the map, outside it, has to be told.
  #theme() {
    const { themes } = this.lesson.course;
    if (!themes) return null;
    const { dark, light } = this.words.header;
    const button = make("button", { type: "button", className: "dialects-theme" });
    const show = () => {
      const now = !themes.theme || themes.isLight(themes.theme) ? "light" : "dark";
      localStorage.setItem(THEME, now);
      button.replaceChildren(drawn(now === "light" ? MOON : SUN), make("span", { textContent: now === "light" ? dark : light }));
    };
    button.onclick = () =>
      themes.setTheme(localStorage.getItem(THEME) === "light" ? "JupyterLab Dark" : "JupyterLab Light");
    this.themed = show;
    show();
    return button;
  }

  #language() {
    const spoken = this.state?.spoken;
    const choice = make("select", { disabled: !spoken });
    for (const [code, name] of Object.entries(this.told.languages))
      choice.append(new Option(name, code, code === spoken, code === spoken));
    for (const option of choice.options) option.lang = option.value;
    choice.onchange = () => this.#choose(choice.value);
    const text = make("span", { textContent: this.words.header.language });
    return make("label", { className: "dialects-language" }, text, choice);
  }

  #more() {
    const { header } = this.words;
    const { course } = this.lesson;
    const list = make("ul", { popover: "auto", className: "dialects-menu" });
    const more = make("button", { type: "button", className: "dialects-more", textContent: header.more });
    const add = (words, onclick) => {
      const button = make("button", { type: "button", textContent: words });
      button.onclick = () => (list.hidePopover(), onclick());
      list.append(make("li", {}, button));
    };
    if (Room.fits(this.lesson.panel)) add(this.words.room.enter, () => this.lesson.room.enter(more));
    add(header.contents, () => turnContents(course.app));
    add(header.bring_back, () => this.lesson.bringBack());
    add(isFull() ? header.quiet : course.desktop ? header.full : header.menus, turn);
    if (this.state && this.state.spoken !== this.told.first) {
      list.append(make("li", { textContent: fill(header.draft, this.state) }));
    }
    more.popoverTargetElement = list;
    list.onbeforetoggle = () => {
      const { bottom, right } = more.getBoundingClientRect();
      list.style.inset = `${bottom + 4}px ${Math.max(innerWidth - right, 4)}px auto auto`;
    };
    return make("span", {}, more, list);
  }

  // Words are made when a lesson runs, so it runs again.
  async #choose(code) {
    const { lesson } = this;
    await printed(lesson.kernel, `${PYTHON}.choose(${JSON.stringify(code)})`);
    await lesson.afresh();
  }

  // The card stands below the last question of a lesson; what follows there is to look things up.
  #end() {
    const { end, lessons } = this.words;
    const at = lessons.findIndex(({ number }) => number === this.number);
    const last = [...this.lesson.panel.node.querySelectorAll(".jp-CodeCell:has(.dio-form)")].at(-1);
    if (at < 0 || this.exercise || !last) return;
    const { answered, asked } = this.state;
    const said = make("p", { className: "dialects-answered" });
    said.setAttribute("role", "status");
    const words = fill(answered === asked ? end.done : end.begun, this.state);
    if (this.card?.isConnected && this.card.lang === this.drawn) {
      const line = this.card.querySelector(".dialects-answered");
      if (line.textContent !== words) line.textContent = words;
      this.card.classList.toggle("dialects-done", answered === asked);
      if (this.card.parentNode !== last) last.append(this.card); // more of the lesson has come meanwhile
      return;
    }
    said.textContent = words;
    const next = lessons[at + 1];
    const card = next && this.lesson.course.link(next.path);
    card?.append(
      drawn(this.told.icons[next.number] ?? ON, "dialects-picture"),
      make("span", {},
        make("strong", { textContent: fill(end.next, next) }),
        make("span", { textContent: next.question }),
        make("small", { textContent: next.takes })),
    );
    const home = make("a", { href: this.lesson.course.home(this.told.home), className: "dialects-home" }, drawn(MAP), end.home);
    this.card?.remove();
    this.card = make("section", { className: "dialects-end", lang: this.drawn }, said,
      card ?? make("p", { textContent: end.last }), home);
    this.card.setAttribute("aria-label", end.label);
    this.card.classList.toggle("dialects-done", answered === asked);
    last.append(this.card);
  }
}

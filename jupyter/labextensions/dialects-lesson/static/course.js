// One lesson in its tab: it runs, it runs again when Python was restarted, and says when it waits.

import { Code } from "./code.js";
import { Header } from "./header.js";
import { Place } from "./place.js";
import { Room } from "./room.js";
import { ask } from "./server.js";
import { isFull } from "./view.js";

const STARTS = "The lesson is starting. You can use the charts and questions in a few seconds.";
const AGAIN = "Python has restarted. The lesson is running again. Please wait.";
const GONE =
  "The course is not running, so nothing here can move. Start it again (python3 start.py). This " +
  "page will then carry on by itself. Everything you saved is safe.";
const GONE_ON_HUB =
  "Your server has stopped, so nothing here can move. Start it again from the hub. This page will " +
  "then carry on by itself. Everything you saved is safe.";
const STRANGER =
  "The course has restarted at a different address. Please open the address shown in its window.";
const BROKEN =
  "Python has stopped several times. Please close the course, start it again, and open this lesson.";
const CHANGED = "This lesson was changed outside the course, so it will not run by itself.";
const SHORTLY = 60_000; // milliseconds
const RELOADED = "dialects:reloaded";

export class Course {
  constructor(parts) {
    Object.assign(this, parts);
    // The browser edition has no server, and keeps notebooks in a way of its own.
    this.desktop = this.app.name === "JupyterLab";
    this.lessons = new Map();
    this.told = ask(`${this.base}course/told.json`).then((answer) => answer.json());
    this.told.catch(() => console.warn("The course page could not be loaded, so lessons have no header."));
  }

  home(address) {
    return new URL(address, new URL(this.base, location.href)).href;
  }

  // A link to another lesson, which opens in place of this one.
  link(path) {
    const node = document.createElement("a");
    if (!this.desktop) {
      node.href = `?path=${path}`; // wait.js keeps what is to be kept, then goes
      return node;
    }
    node.href = `${this.base}doc/tree/${path}?reset`;
    node.onclick = (event) => {
      if (event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
      event.preventDefault();
      this.app.commands.execute("docmanager:open", { path });
    };
    return node;
  }

  // In the course's own view there is one lesson at a time: the one before is closed, and its
  // Python ends.
  only(panel) {
    if (isFull() || !this.lessons.has(panel)) return;
    for (const other of [...this.lessons.keys()]) if (other !== panel) other.close();
  }

  at(panel) {
    return this.lessons.get(panel);
  }

  async open(panel) {
    await panel.context.ready;
    const about = panel.isDisposed ? null : panel.model.getMetadata("dialects");
    if (!about || !(about.changed || (about.lesson === true && isTrusted(panel)))) return;
    const lesson = new Lesson(panel, this);
    this.lessons.set(panel, lesson);
    this.only(this.app.shell.currentWidget);
    panel.disposed.connect(() => this.lessons.delete(panel));
    if (about.changed) lesson.offer();
    else await lesson.start().catch((reason) => lesson.fail(reason));
  }
}

// What a lesson says to readers for whom it does not run by itself, of a menu that is hidden here.
function withoutMenu({ content }) {
  for (const menu of content.widgets[0]?.node.querySelectorAll("strong") ?? []) {
    if (!menu.textContent.includes("▸")) continue;
    const [before, after] = [menu.previousSibling, menu.nextSibling];
    if (before) before.data = before.data.slice(0, before.data.lastIndexOf(". ") + 1);
    if (after) after.data = after.data.slice(after.data.indexOf(".") + 1);
    menu.remove();
  }
}

// A notebook from a stranger must not act by itself. A single cell that is not marked as trusted is
// a reason to leave all of them alone.
function isTrusted(panel) {
  return Array.from(panel.model.cells).every((cell) => cell.type !== "code" || cell.trusted);
}

class Lesson {
  constructor(panel, course) {
    this.panel = panel;
    this.course = course;
    this.words = document.createElement("p");
    this.words.className = "dialects-says";
    this.words.setAttribute("role", "status");
    panel.node.append(this.words);
    panel.node.classList.add("dialects-lesson");
  }

  get kernel() {
    return this.panel.sessionContext.session?.kernel;
  }

  say(words) {
    this.words.textContent = words;
  }

  fail(reason) {
    if (!this.panel.isDisposed) console.error("The lesson could not run by itself:", reason);
  }

  // Nothing can be moved until the lesson has run again: Python would not hear of it.
  wait(words) {
    this.say(words);
    this.panel.node.classList.remove("dialects-lives");
    this.panel.node.classList.add("dialects-waits");
    for (const part of this.#parts()) part.inert = true;
  }

  go() {
    this.say("");
    this.panel.node.classList.remove("dialects-waits");
    this.panel.node.classList.add("dialects-lives");
    for (const part of this.#parts()) part.inert = false;
  }

  #parts() {
    return this.panel.node.querySelectorAll(".jp-Cell-outputWrapper, .jp-CodeCell .jp-InputArea");
  }

  async start() {
    const { panel, course } = this;
    const { server, Printing } = course;
    panel[Printing.symbol] = () => async () => window.print();
    this.place = new Place(panel);
    this.code = new Code(this, course);
    this.header = new Header(this);
    this.room = new Room(this);
    this.room.begin(course.told);
    if (!this.code.cells.length) panel.toolbar.hide();
    for (const cell of this.code.cells) cell.node.classList.add("dialects-written-in");
    if (course.desktop) this.#never();
    // A tab that is restored behind another waits for its turn: a chart drawn on a hidden page has
    // no width, and twelve kernels that start at once make a small laptop crawl.
    await panel.revealed;
    await panel.sessionContext.ready;
    if (panel.isDisposed) return;
    const hears = (what) => this.#hears(what);
    server.listeners.add(hears);
    const ran = (_, { notebook, cell }) => notebook === panel.content && this.code.executed(cell);
    course.NotebookActions.executed.connect(ran);
    panel.disposed.connect(() => {
      server.listeners.delete(hears);
      course.NotebookActions.executed.disconnect(ran);
    });
    this.#watch();
    await this.kernel?.info;
    if (course.desktop) this.say(STARTS);
    await this.#live(() => this.run());
    await this.code.bringBack();
  }

  // Run, and run again for as long as Python was restarted meanwhile.
  async #live(work) {
    this.running = true;
    try {
      if (work) await this.place.hold(work);
      while (this.stale && !this.panel.isDisposed) await this.place.hold(() => this.#rerun());
    } finally {
      this.running = false;
    }
    this.go();
    if (!isFull()) withoutMenu(this.panel);
    await this.header.show();
    this.room.refresh();
  }

  async again() {
    this.stale = true;
    this.wait(AGAIN);
    if (!this.running) await this.#live().catch((reason) => this.fail(reason));
  }

  // For another language: Python goes on, and makes every sentence anew.
  async afresh() {
    this.wait("");
    await this.#live(() => this.run()).catch((reason) => this.fail(reason));
  }

  async #rerun() {
    const now = Date.now();
    this.restarts = [...(this.restarts ?? []), now].filter((when) => when > now - SHORTLY);
    if (this.restarts.length > 3) {
      this.say(BROKEN);
      throw new Error(BROKEN);
    }
    await this.#alive();
    this.stale = false; // whatever was said of a restart until now is over
    await this.#seen();
    await this.run();
  }

  // `runCells` rather than `runAll`: the latter scrolls to the end. What a learner wrote runs by
  // itself, so that an error in it stops nothing else.
  async run() {
    const { content, sessionContext } = this.panel;
    const all = content.widgets;
    const run = (cells) =>
      this.course.NotebookActions.runCells(content, cells, sessionContext).catch(() => false);
    let from = 0;
    for (const [at, cell] of [...all.entries()]) {
      if (!this.code.holds(cell)) continue;
      if (at > from) await run(all.slice(from, at));
      await this.code.run(cell, () => run([cell]));
      from = at + 1;
    }
    if (from < all.length) await run(all.slice(from));
  }

  // Nothing of the learner's is in a notebook, so there is nothing to save, and nothing to ask.
  #never() {
    const { context, model } = this.panel;
    context.save = async () => {};
    context.createCheckpoint = async () => context.listCheckpoints().then(([first]) => first);
    const clean = () => model.dirty && (model.dirty = false);
    model.stateChanged.connect(clean);
    clean();
  }

  #watch() {
    const { sessionContext } = this.panel;
    // JupyterLab's own words about a kernel that died.
    sessionContext.statusChanged.disconnect(this.panel._onSessionStatusChanged, this.panel);
    sessionContext.statusChanged.connect((_, status) => {
      if (["restarting", "autorestarting"].includes(status)) this.again();
      if (status === "dead" && this.course.desktop) this.#reload();
    });
    if (!this.course.desktop) return; // there Python lives in the page, and no server can go away
    sessionContext.sessionChanged.connect((_, { newValue }) => newValue || this.#reload());
    sessionContext.connectionStatusChanged.connect((_, status) => {
      if (status !== "connected") this.course.server.missing();
    });
  }

  // A new process answers when it is asked who it is.
  async #alive() {
    const pause = () => new Promise((done) => setTimeout(done, 1000, null));
    while (this.kernel && !this.panel.isDisposed) {
      await pause();
      const { kernel } = this;
      if (kernel?.connectionStatus !== "connected" || kernel.status.endsWith("restarting")) continue;
      const asked = kernel.requestKernelInfo().catch(() => null);
      if (await Promise.race([asked, pause().then(pause)])) return;
    }
    throw new Error("no kernel");
  }

  // A chart that is drawn on a hidden page has no width.
  async #seen() {
    const { shell } = this.course.app;
    while (!this.panel.isVisible && !this.panel.isDisposed) {
      await new Promise((shown) => {
        const changed = () => {
          shell.currentChanged.disconnect(changed);
          setTimeout(shown);
        };
        shell.currentChanged.connect(changed);
      });
    }
  }

  async #hears(what) {
    const { server } = this.course;
    if (what === "gone") this.wait(server.hub ? GONE_ON_HUB : GONE);
    if (what === "stranger") this.wait(STRANGER);
    if (what !== "back") return;
    const id = this.kernel?.id;
    if (!id || (await server.ask(`kernels/${id}`)) !== 200) return this.#reload();
    if (this.kernel.connectionStatus !== "connected") await this.kernel.reconnect();
    this.go();
  }

  // Python is gone for good, and with it all that the page knows of it: begin the page again. The
  // place on the page, and what was kept, come back.
  async #reload() {
    if (this.panel.isDisposed) return;
    this.wait(AGAIN);
    await this.#seen();
    const there = (await this.course.server.ask("status")) === 200;
    if (this.panel.isDisposed) return; // only this tab was closed
    if (!there) return this.course.server.missing();
    if (Date.now() - Number(sessionStorage.getItem(RELOADED)) < SHORTLY / 3) return this.say(BROKEN);
    sessionStorage.setItem(RELOADED, Date.now());
    location.reload();
  }

  // Take the lesson from the release again, forget the learner's code in it, and run.
  async bringBack() {
    const { context } = this.panel;
    this.wait(AGAIN);
    await this.code?.forget();
    await context.restoreCheckpoint("released").catch((reason) => this.fail(reason));
    this.place?.forget();
    location.reload();
  }

  offer() {
    const button = document.createElement("button");
    button.textContent = "Bring back the original lesson";
    button.onclick = () => this.bringBack();
    this.say(`${CHANGED} `);
    this.words.append(button);
  }
}

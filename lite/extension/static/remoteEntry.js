// What a lesson needs in the browser edition: progress, the way back, versions, nothing overwritten.
(() => {
  "use strict";

  const NAME = "dialects-site";
  const BESIDE = / \(version [\w.-]+\)(?=\.ipynb$)/; // in the name of a lesson beside another
  const KEPT = "kept"; // such a version is a copy of the learner's that made room for the lesson
  const ASKED = "dialects-run"; // in this tab: which copy the learner asked to run
  let shared;

  async function borrow(packageName) {
    const [offer] = Object.values(shared[packageName]);
    return (await offer.get())();
  }

  // crypto.subtle is missing on plain http; this need not be secret, only differ.
  function fingerprint(text) {
    let mark = 0x811c9dc5;
    for (const letter of text) mark = Math.imul(mark ^ letter.codePointAt(0), 0x01000193) >>> 0;
    return mark.toString(16).padStart(8, "0");
  }

  const sources = (cells) =>
    JSON.stringify(cells.map(({ cell_type, source }) => [cell_type, [source].flat().join("")]));

  // Follow the first run of a lesson, so that the wait has an end in sight.
  function follow(panel, NotebookActions) {
    const all = [...panel.model.cells].filter((cell) => cell.type === "code").length;
    let ran = 0;
    const onExecuted = (_, { notebook, cell, success }) => {
      if (notebook !== panel.content || cell.model.type !== "code") return;
      ran += 1;
      window.dialects?.progress(ran / all, "The lesson is starting.");
      if (ran < all && success) return; // after a failure the others do not run
      NotebookActions.executed.disconnect(onExecuted);
      window.dialects?.done();
    };
    NotebookActions.executed.connect(onExecuted);
  }

  // A run changes outputs, and is worth nothing tomorrow; what the learner wrote is kept at once.
  function keep(panel, fresh) {
    const lesson = sources(fresh.cells);
    let soon;
    const look = () => {
      if (panel.isDisposed || !panel.model.dirty) return;
      if (sources(panel.model.toJSON().cells) === lesson) panel.model.dirty = false;
      else panel.context.save();
    };
    const onChanged = () => {
      clearTimeout(soon);
      soon = setTimeout(look, 1000);
    };
    panel.model.contentChanged.connect(onChanged);
    onChanged(); // somebody may have written before this
  }

  const lessonOf = (path) => path.replace(BESIDE, "");

  // Only what the build listed is opened, and only what the site itself says is trusted, which is
  // what lets a lesson run by itself: a mark in a file that lies here, or came here, does not count.
  function guard(contents, PageConfig) {
    const get = contents.get.bind(contents);
    const asked = new Map();
    const fresh = (path) => {
      const lesson = lessonOf(path);
      if (!asked.has(lesson)) {
        const answer = fetch(`${PageConfig.getBaseUrl()}files/${lesson}`);
        asked.set(lesson, answer.then((each) => (each.ok ? each.text() : null)));
      }
      return asked.get(lesson);
    };
    contents.get = async (path, options) => {
      if (!window.dialects.isOurs(path) && options?.type !== "directory") {
        throw new Error("This is not one of the course's lessons, so we did not open it.");
      }
      const model = await get(path, options);
      if (model.type !== "notebook" || !model.content) return model;
      const text = await fresh(path);
      const lesson = text && JSON.parse(text);
      if (lesson && sources(lesson.cells) === sources(model.content.cells)) {
        return { ...model, content: lesson };
      }
      const asked = sessionStorage.getItem(ASKED) === nameOf(path, model.content);
      for (const { cell_type, metadata } of model.content.cells) {
        if (cell_type === "code") metadata.trusted = asked;
      }
      return model;
    };
    // Pictures lie where a browser looks for them before JupyterLite has a say.
    const address = contents.getDownloadUrl.bind(contents);
    contents.getDownloadUrl = async (path) =>
      path.includes("/images/") ? `${PageConfig.getBaseUrl()}${path}` : address(path);
    // Under another name it could not be opened again.
    const rename = contents.rename.bind(contents);
    contents.rename = async (path, name) => {
      if (!window.dialects.isOurs(name)) throw new Error("You cannot rename a lesson here.");
      return rename(path, name);
    };
    // One state to go back to, the site's own. JupyterLite would store one more copy each time, and
    // open no lesson where there is no room for it.
    const released = { id: "released", last_modified: "2020-01-01T00:00:00Z" }; // nobody sees when
    contents.createCheckpoint = async () => released;
    contents.listCheckpoints = async () => [released];
    // The learner's copy is put beside it.
    contents.restoreCheckpoint = async (path) => {
      const [text, { content }] = [await fresh(path), await get(path, { content: true })];
      if (text && sources(JSON.parse(text).cells) === sources(content.cells)) return;
      const when = new Date().toISOString().slice(0, 16).replace(":", "-");
      await contents.rename(path, lessonOf(path).replace(/(?=\.ipynb$)/, ` (version ${KEPT}-${when})`));
    };
    return fresh;
  }

  // What a copy says, in one word: should it say something else tomorrow, it was not this one.
  const nameOf = (path, content) => `${path} ${fingerprint(sources(content.cells))}`;

  async function makePlugin() {
    const { INotebookTracker, NotebookActions } = await borrow("@jupyterlab/notebook");
    const { PageConfig } = await borrow("@jupyterlab/coreutils");
    let contents; // the browser's files

    // The way back stands above the lesson, where a phone has it too.
    function tell(panel, version, notice) {
      const node = document.createElement("nav");
      node.setAttribute("aria-label", "Course");
      node.className = "dialects-way";
      const back = Object.assign(document.createElement("a"), {
        href: new URL("../index.html", new URL(PageConfig.getBaseUrl(), location.href)).href,
        textContent: "All lessons",
      });
      node.append(back, ` · ${version}`);
      if (notice) node.append(" · ", notice);
      panel.content.node.prepend(node);
    }

    async function opened(panel, fresh) {
      await panel.context.ready;
      follow(panel, NotebookActions);
      window.dialects.shown(panel.node);
      const text = await fresh(panel.context.path);
      if (!text) return;
      const lesson = JSON.parse(text);
      const version = `${PageConfig.getOption("appVersion")}-${fingerprint(text)}`;
      const held = panel.model.getMetadata("dialects") ?? {};
      const isOwn = sources(lesson.cells) !== sources(panel.model.toJSON().cells);
      const runs = [...panel.model.cells].every((cell) => cell.type !== "code" || cell.trusted);
      tell(panel, `Version ${version}`, isOwn && own(panel, lesson, version, held.version, runs));
      for (const path of await keptBeside(panel.context.path)) {
        const link = Object.assign(document.createElement("a"), {
          href: `${location.pathname}?path=${encodeURIComponent(path)}`,
          textContent: `Your copy from ${/-([\d-]{10})T/.exec(path)?.[1]}`,
        });
        panel.content.node.querySelector(".dialects-way").append(" · ", link);
      }
      // Should this become the learner's copy, it will know from which version it was begun.
      if (!held.version) panel.model.setMetadata("dialects", { ...held, version });
      keep(panel, lesson);
      if (isOwn && !runs) window.dialects.done(); // it waits for the learner
    }

    const button = (textContent, onclick) =>
      Object.assign(document.createElement("button"), { textContent, onclick });

    // Say that this is the learner's copy; run it when asked to, or offer the site's lesson.
    function own(panel, lesson, version, begun, runs) {
      const notice = document.createElement("span");
      const newer = begun && begun !== version;
      notice.append(
        newer
          ? `This is your own copy. It is based on version ${begun}, but there is a newer version of this lesson. `
          : "This is your own copy, with your changes. ",
      );
      const run = button("Run your copy", async () => {
        await panel.context.save();
        sessionStorage.setItem(ASKED, nameOf(panel.context.path, panel.model.toJSON()));
        location.reload();
      });
      const beside = button("Open the latest lesson as well", async () => {
        const path = lessonOf(panel.context.path).replace(/(?=\.ipynb$)/, ` (version ${version})`);
        await contents.save(path, {
          type: "notebook",
          format: "json",
          content: lesson,
        });
        location.search = `?path=${encodeURIComponent(path)}`;
      });
      notice.append(...(runs ? [] : [run, " "]), beside);
      return notice;
    }

    // The learner's copies that made room for this lesson.
    async function keptBeside(path) {
      const folder = path.slice(0, path.lastIndexOf("/"));
      const { content } = await contents.get(folder, { type: "directory", content: true });
      const start = `${lessonOf(path).replace(/\.ipynb$/, "")} (version ${KEPT}-`;
      return content.map((each) => each.path).filter((each) => each.startsWith(start) && each !== path);
    }

    // JupyterLite would hand over the file, or look for a page with a list of files.
    function follows(event) {
      const { pathname = "", hash = "" } = event.target.closest?.("a[href]") ?? {};
      const [, path] = /\/files\/(.+\.ipynb)$/.exec(decodeURIComponent(pathname)) ?? [];
      if (!path || !window.dialects.isOurs(path)) return;
      event.preventDefault();
      event.stopPropagation();
      window.dialects.go(`${location.pathname}?path=${encodeURIComponent(path)}${hash}`);
    }

    return {
      id: `${NAME}:plugin`,
      description: "Only the course's lessons; progress, the way back, and the version of a lesson.",
      autoStart: true,
      requires: [INotebookTracker],
      activate: (app, tracker) => {
        contents = app.serviceManager.contents;
        const fresh = guard(contents, PageConfig);
        document.addEventListener("click", follows, { capture: true });
        // What a browser would do with a file that is dropped on the page: open it.
        for (const kind of ["dragover", "drop"]) {
          addEventListener(kind, (event) => event.dataTransfer?.types.includes("Files")
            && !event.target.closest?.("input[type=file]") && (event.preventDefault(), event.stopPropagation()), true);
        }
        tracker.widgetAdded.connect((_, panel) => {
          opened(panel, fresh).catch((reason) => console.error("The lesson's version:", reason));
        });
      },
    };
  }

  window._JUPYTERLAB = window._JUPYTERLAB ?? {};
  window._JUPYTERLAB[NAME] = {
    init: (scope) => {
      shared = scope;
    },
    get: async () => {
      const plugin = await makePlugin();
      return () => ({ __esModule: true, default: plugin });
    },
  };
})();

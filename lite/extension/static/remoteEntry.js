// What a lesson needs in the browser edition: progress, the way back, versions, nothing overwritten.
(() => {
  "use strict";

  const NAME = "dialects-site";
  const BESIDE = / \(version [^)]*\)(?=\.ipynb$)/; // in the name of a fresh lesson beside a copy
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
      window.dialects?.progress(ran / all, "The lesson is coming to life.");
      if (ran < all && success) return; // after a failure the others do not run
      NotebookActions.executed.disconnect(onExecuted);
      window.dialects?.done();
    };
    NotebookActions.executed.connect(onExecuted);
  }

  // A run changes outputs, and is worth nothing tomorrow; what the learner wrote is kept at once.
  function keep(panel, fresh) {
    const lesson = sources(JSON.parse(fresh).cells);
    let soon;
    panel.model.contentChanged.connect(() => {
      clearTimeout(soon);
      soon = setTimeout(() => {
        if (panel.isDisposed || !panel.model.dirty) return;
        if (sources(panel.model.toJSON().cells) === lesson) panel.model.dirty = false;
        else panel.context.save();
      }, 1000);
    });
  }

  async function makePlugin() {
    const { INotebookTracker, NotebookActions } = await borrow("@jupyterlab/notebook");
    const { PageConfig } = await borrow("@jupyterlab/coreutils");
    const { Widget } = await borrow("@lumino/widgets");

    function tell(app, version, notice) {
      const node = document.createElement("nav");
      node.setAttribute("aria-label", "Course");
      node.className = "dialects-way";
      const back = Object.assign(document.createElement("a"), {
        href: `${PageConfig.getBaseUrl()}../index.html`,
        textContent: "All lessons",
      });
      node.append(back, ` · ${version}`);
      if (notice) node.append(" · ", notice);
      const widget = new Widget({ node });
      widget.id = "dialects-way";
      app.shell.add(widget, "top", { rank: 900 });
    }

    async function opened(app, panel) {
      await panel.context.ready;
      follow(panel, NotebookActions);
      window.dialects?.shown(panel.node);
      const { path } = panel.context;
      const base = PageConfig.getBaseUrl();
      const answer = await fetch(`${base}files/${path.replace(BESIDE, "")}`);
      if (!answer.ok) return;
      const fresh = await answer.text();
      const version = `${PageConfig.getOption("appVersion")}-${fingerprint(fresh)}`;
      const held = panel.model.getMetadata("dialects") ?? {};
      tell(app, `Version ${version}`, held.version && own(app, panel, fresh, version, held.version));
      // Should this become the learner's copy, it will know from which version it was begun.
      if (!held.version) panel.model.setMetadata("dialects", { ...held, version });
      keep(panel, fresh);
    }

    // Say that this is the learner's copy, and offer the site's lesson beside it.
    function own(app, panel, fresh, version, begun) {
      const notice = document.createElement("span");
      const newer = begun !== version;
      notice.textContent = newer
        ? `Your own copy, begun from version ${begun}. This lesson is newer now. `
        : "Your own copy. ";
      const button = document.createElement("button");
      button.textContent = "Open the fresh lesson beside it";
      button.onclick = async () => {
        const beside = panel.context.path.replace(BESIDE, "").replace(/(?=\.ipynb$)/, ` (version ${version})`);
        await app.serviceManager.contents.save(beside, {
          type: "notebook",
          format: "json",
          content: JSON.parse(fresh),
        });
        location.search = `?path=${encodeURIComponent(beside)}`;
      };
      notice.append(button);
      return notice;
    }

    // JupyterLite would hand over the file, or look for a page with a list of files.
    function follows(event) {
      const { pathname = "", hash = "" } = event.target.closest?.("a[href]") ?? {};
      const [, path] = /\/files\/(.+\.ipynb)$/.exec(decodeURIComponent(pathname)) ?? [];
      if (!path) return;
      event.preventDefault();
      event.stopPropagation();
      location.href = `${location.pathname}?path=${encodeURIComponent(path)}${hash}`;
    }

    return {
      id: `${NAME}:plugin`,
      description: "Progress, the way back, and the version of a lesson.",
      autoStart: true,
      requires: [INotebookTracker],
      activate: (app, tracker) => {
        document.addEventListener("click", follows, { capture: true });
        tracker.widgetAdded.connect((_, panel) => {
          opened(app, panel).catch((reason) => console.error("The lesson's version:", reason));
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

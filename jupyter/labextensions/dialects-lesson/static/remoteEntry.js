// Runs a lesson once when it opens, so that a learner meets a living page and never has to find
// the Run button; and shows the table of contents at the start. Written by hand, without a build:
// JupyterLab loads an extension as a "container" with `init` and `get`, and that is all this is.
(() => {
  "use strict";

  const NAME = "dialects-lesson";
  const TABLE_OF_CONTENTS = "table-of-contents";
  let shared;

  // JupyterLab offers its packages under their version number. There is one copy of each, because
  // JupyterLab's own packages are singletons; so the only offer is the right one in any release.
  async function borrow(packageName) {
    const [offer] = Object.values(shared[packageName]);
    return (await offer.get())();
  }

  const isLesson = (panel) => panel.model?.getMetadata("dialects")?.lesson === true;

  // A notebook from a stranger must not act by itself. Jupyter marks every code cell of a notebook
  // that this machine has signed; a single unmarked cell is a reason to leave all of them alone.
  const isTrusted = (panel) =>
    Array.from(panel.model.cells).every((cell) => cell.type !== "code" || cell.trusted);

  async function runWhenReady(panel, NotebookActions) {
    await panel.context.ready;
    // A tab that is restored behind another waits for its turn: a chart drawn on a hidden page has
    // no width, and twelve kernels that start at once make a small laptop crawl.
    await panel.revealed;
    await panel.sessionContext.ready;
    if (panel.isDisposed || !isLesson(panel) || !isTrusted(panel)) return;
    await panel.sessionContext.session?.kernel?.info;
    // `runCells` rather than `runAll`: the latter scrolls to the end of the lesson.
    await NotebookActions.runCells(panel.content, panel.content.widgets, panel.sessionContext);
  }

  async function makePlugin() {
    const { INotebookTracker, NotebookActions } = await borrow("@jupyterlab/notebook");
    return {
      id: `${NAME}:plugin`,
      description: "Runs a trusted lesson once when it opens.",
      autoStart: true,
      requires: [INotebookTracker],
      activate: (app, tracker) => {
        // The tracker announces each opening of a notebook exactly once.
        tracker.widgetAdded.connect((_, panel) => {
          runWhenReady(panel, NotebookActions).catch((reason) => {
            console.error("The lesson could not be run by itself:", reason);
          });
        });
        app.restored.then(() => app.shell.activateById(TABLE_OF_CONTENTS));
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

// What the course adds to JupyterLab: lessons that run by themselves, and run again when they must.

import { Course } from "./course.js";
import { Server } from "./server.js";

const CONTENTS = "table-of-contents";
const TOO_SOON = 2000; // milliseconds in which anywidget wants a widget to have started
const PATIENCE = 120_000;
const ROOM_FOR_CONTENTS = "(min-width: 900px)"; // a narrower page is for the lesson alone

// To a widget that needs longer, nothing that Python sends arrives: on a slow laptop, a chart that
// never moves again.
const timeout = AbortSignal.timeout.bind(AbortSignal);
AbortSignal.timeout = (pause) => timeout(pause === TOO_SOON ? PATIENCE : pause);

export async function plugins(name, borrow) {
  const { INotebookTracker, NotebookActions } = await borrow("@jupyterlab/notebook");
  const { IConnectionLost } = await borrow("@jupyterlab/application");
  const { Printing } = await borrow("@jupyterlab/apputils");
  const { PageConfig } = await borrow("@jupyterlab/coreutils");
  const { Widget } = await borrow("@lumino/widgets");
  const server = new Server(PageConfig);

  const lessons = {
    id: `${name}:plugin`,
    description: "Runs a released lesson by itself, and again after Python was restarted.",
    autoStart: true,
    requires: [INotebookTracker],
    activate: (app, tracker) => {
      const course = new Course({ app, server, NotebookActions, Printing, Widget });
      // The tracker announces each opening of a notebook exactly once.
      tracker.widgetAdded.connect((_, panel) => course.open(panel));
      app.commands.addCommand("dialects:bring-back", {
        label: "Bring this lesson back as it was",
        isEnabled: () => Boolean(course.at(app.shell.currentWidget)),
        execute: () => course.at(app.shell.currentWidget)?.bringBack(),
      });
      app.restored.then(() => contents(app));
    },
  };

  // Instead of JupyterLab's own dialog, which speaks of networks and configuration.
  const lost = {
    id: `${name}:connection-lost`,
    description: "Says in the lesson that the course is not running.",
    autoStart: true,
    provides: IConnectionLost,
    activate: (app) => async () => app.name === "JupyterLab" && server.missing(),
  };
  return [lessons, lost];
}

function contents(app) {
  const room = matchMedia(ROOM_FOR_CONTENTS);
  const fit = () => {
    if (room.matches) app.shell.activateById(CONTENTS);
    else app.shell.collapseLeft?.();
    if (app.shell.isSideTabBarVisible?.("left") !== room.matches)
      app.shell.toggleSideTabBarVisibility?.("left");
  };
  room.addEventListener("change", fit);
  fit();
  app.shell.collapseRight?.(); // nothing is in it
}

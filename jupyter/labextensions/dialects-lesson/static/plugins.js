// What the course adds to JupyterLab: lessons that run by themselves, and run again when they must.

import { Course } from "./course.js";
import { explain } from "./meaning.js";
import { asked as askedForRoom } from "./room.js";
import { Server } from "./server.js";
import { asked, fit } from "./view.js";

const TOO_SOON = 2000; // milliseconds in which anywidget wants a widget to have started
const PATIENCE = 120_000;

// To a widget that needs longer, nothing that Python sends arrives: on a slow laptop, a chart that
// never moves again.
const timeout = AbortSignal.timeout.bind(AbortSignal);
AbortSignal.timeout = (pause) => timeout(pause === TOO_SOON ? PATIENCE : pause);

export async function plugins(name, borrow) {
  const { INotebookTracker, NotebookActions } = await borrow("@jupyterlab/notebook");
  const { IConnectionLost } = await borrow("@jupyterlab/application");
  const { IThemeManager, Printing } = await borrow("@jupyterlab/apputils");
  const { PageConfig } = await borrow("@jupyterlab/coreutils");
  const { Widget } = await borrow("@lumino/widgets");
  const server = new Server(PageConfig);

  const lessons = {
    id: `${name}:plugin`,
    description: "Runs a released lesson by itself, and again after Python was restarted.",
    autoStart: true,
    requires: [INotebookTracker],
    optional: [IThemeManager],
    activate: (app, tracker, themes) => {
      asked();
      askedForRoom();
      explain();
      const base = PageConfig.getBaseUrl();
      const course = new Course({ app, base, server, themes, NotebookActions, Printing, Widget });
      // The tracker announces each opening of a notebook exactly once.
      tracker.widgetAdded.connect((_, panel) => course.open(panel));
      app.commands.addCommand("dialects:bring-back", {
        label: "Bring back the original lesson",
        isEnabled: () => Boolean(course.at(app.shell.currentWidget)),
        execute: () => course.at(app.shell.currentWidget)?.bringBack(),
      });
      app.shell.currentChanged.connect((_, { newValue }) => course.only(newValue));
      app.restored.then(() => fit(app));
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

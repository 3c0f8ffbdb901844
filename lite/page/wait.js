// Before JupyterLite is there: open the course's own lessons and nothing else, start Python, show the
// lesson to read, say how long it takes. Afterwards: say what went wrong, and what can be done.
(() => {
  "use strict";
  const here = document.currentScript;
  const INDEX = new URL("../../index.html", location.href).href;
  const BESIDE = / \(version [\w.-]+\)(?=\.ipynb$)/; // in the name of the latest lesson beside a copy
  const lessons = JSON.parse(document.getElementById("dialects-lessons").textContent);
  const isOurs = (path) => lessons.includes(path.replace(BESIDE, ""));

  // The address may come from anywhere. It names one lesson of the list, and says nothing more.
  const asked = new URLSearchParams(location.search);
  const [path = "", ...more] = asked.getAll("path");
  if (more.length || !isOurs(path)) {
    history.replaceState(null, "", location.pathname); // whatever still loads finds nothing to open
    location.replace(INDEX);
    throw new Error("This is not a lesson of the course.");
  }
  // The trainer's view, which the extension of the lessons keeps to under the same name.
  const ROOM = "dialects:room";
  if (asked.has("room")) sessionStorage.setItem(ROOM, "");
  const search = `?path=${encodeURIComponent(path).replaceAll("%2F", "/")}`;
  history.replaceState(null, "", location.pathname + search + location.hash);
  const name = path.replace(BESIDE, "").replace(/\.ipynb$/, "").replaceAll("/", "-").replace(/^notebooks-/, "");

  const { worker } = here.dataset;
  const LONG = 60_000;
  const PATIENCE = 2_000; // milliseconds for Python to keep what it still has, when the page goes

  // JupyterLite makes its worker seconds from now; it gets this one, in which Python is starting.
  let early = new Worker(worker, { type: "module" });
  let kernel = hear(early);
  window.Worker = new Proxy(Worker, {
    construct(Made, [address, options]) {
      if (!/comlink\.worker/.test(address)) return new Made(address, options);
      kernel = early ?? hear(new Made(worker, { type: "module" })); // the same again, after a restart
      early = null;
      return kernel;
    },
  });

  const make = (tag, props = {}, ...children) => {
    const node = Object.assign(document.createElement(tag), props);
    node.append(...children);
    return node;
  };
  const status = make("div", { id: "dialects-status" });
  status.setAttribute("role", "status");
  status.append("Python is starting. This takes about 10 seconds the first time. You can read on.");
  const bar = make("progress", { max: 1 });
  bar.setAttribute("aria-label", "How far the lesson has loaded");
  status.append(bar);

  // What a learner has to know stays until it no longer holds, or is put away.
  const notices = make("div", { id: "dialects-notices" });
  notices.setAttribute("role", "alert");
  const clear = (kind) => notices.querySelector(`[data-kind="${kind}"]`)?.remove();
  function notice(kind, words, ...buttons) {
    clear(kind);
    const made = make("div", {}, make("p", { textContent: words }));
    made.dataset.kind = kind;
    made.append(...buttons.filter(Boolean));
    notices.append(made);
  }
  const button = (textContent, onclick) => make("button", { type: "button", textContent, onclick });
  const putAway = (kind) => button("Close", () => clear(kind));
  const again = (words) => button(words, () => location.reload());
  const send = (dialects) => kernel.postMessage({ dialects });

  function save(text) {
    const href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
    make("a", { href, download: "my-record.json" }).click();
    setTimeout(() => URL.revokeObjectURL(href), 60_000);
  }
  const saving = () => button("Save it as a file", () => send("save"));

  // The lessons that the learner wrote into go with the record: JupyterLite's store for this site.
  function forgetCopies() {
    const site = new URL("..", location.href).pathname; // JupyterLite's baseUrl
    indexedDB.deleteDatabase(`JupyterLite Storage - ${site}`);
  }

  const RECORD = {
    blocked: () =>
      notice(
        "record",
        "This browser cannot save anything for this site. You may be in a private window, or your "
          + "settings may not allow it. You can use everything here, but your answers will be lost "
          + "when you leave this page.",
        saving(),
        putAway("record"),
      ),
    damaged: ({ rescue }) =>
      notice(
        "record",
        "Your record in this browser is damaged and cannot be read. We have not changed it, but we "
          + "cannot save anything you enter now. To delete the damaged record, choose Start afresh "
          + "here or clear this site’s data in the browser’s settings.",
        rescue && button("Save what can still be read", () => save(rescue)),
        button("Start afresh", () => send("afresh")),
      ),
    unkept: () =>
      notice(
        "record",
        "This browser could not save what you just entered. It may have no room left. Your answers "
          + "will stay here while this page is open.",
        button("Try again", () => send("retry")),
        saving(),
      ),
    kept: () => notice("record", "Everything you entered is now saved.", putAway("record")),
    aside: ({ name: file, rescue }) =>
      notice(
        file,
        "We could not use your record here, so we have put it to one side and started a new one. "
          + "We changed nothing in the old record.",
        button("Save the old one as a file", () => save(rescue)),
        putAway(file),
      ),
    forgotten({ elsewhere }) {
      if (!elsewhere) forgetCopies();
      const words = elsewhere ? "was deleted in another tab" : "has been deleted from this browser";
      notice("record", `Your record ${words}. This page still shows what you entered.`, again("Load an empty page"));
    },
  };

  // Only what a reader can do about it is said; what went wrong stands in the console.
  function trouble(reason) {
    console.warn("Python did not start:", reason);
    const words = /quota|storage/i.test(reason)
      ? "This browser has no room left for this site, so Python could not start."
      : "Python could not start here.";
    status.replaceChildren(
      `${words} You can read the lesson and see its charts, but you cannot use the labs. If trying again `,
      "does not help, use a newer version of Edge, Chrome or Firefox, or ask the people who run this site. ",
      again("Try again"),
    );
  }
  function stopped(reason) {
    console.warn("Python has stopped:", reason);
    notice(
      "python",
      "Python has stopped and cannot restart by itself. Everything you locked, answered or saved is safe.",
      again("Load the lesson again"),
    );
  }

  function hear(made) {
    made.addEventListener("message", ({ data }) => {
      if (made !== kernel || !data?.dialects) return;
      if (data.dialects === "trouble") trouble(data.reason);
      if (data.dialects === "fatal") stopped(data.reason);
      if (data.dialects === "record") RECORD[data.state]?.(data);
      if (data.dialects === "saved") save(data.text);
    });
    made.addEventListener("error", ({ message }) => {
      if (made !== kernel) return;
      (status.isConnected ? trouble : stopped)(message ?? "");
    });
    return made;
  }
  setTimeout(() => {
    const words = "This is taking longer than usual. The network may be slow. You can read on.";
    if (bar.isConnected) window.dialects.progress(bar.value, words);
  }, LONG);

  // Have Python keep what is still on its way.
  const flushed = () =>
    new Promise((done) => {
      const heard = ({ data }) => data?.dialects === "flushed" && done();
      kernel.addEventListener("message", heard);
      setTimeout(done, PATIENCE);
      send("flush");
    });
  addEventListener("pagehide", () => send("flush"));
  document.addEventListener("visibilitychange", () => document.hidden && send("flush"));

  // A click on a link of the site: keep everything, and see whether there is a page at all.
  async function go(address) {
    if (!status.isConnected) await flushed();
    try {
      await fetch(address, { method: "HEAD", cache: "no-store" });
    } catch {
      const words =
        "There is no connection to the course just now, so we cannot open the other page. This page "
        + "still works. Try again in a few minutes.";
      notice("offline", words, putAway("offline"));
      return;
    }
    location.href = address;
  }
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href]");
    const other = event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
    if (!link || other || event.defaultPrevented || link.target || link.hasAttribute("download")) return;
    const address = new URL(link.href);
    const same = address.pathname === location.pathname && address.search === location.search;
    if (address.origin !== location.origin || same || link.href.startsWith("blob:")) return;
    event.preventDefault();
    go(link.href);
  });

  const page = make("div", { id: "dialects-wait", className: "dialects" });
  window.dialects = {
    isOurs,
    go,
    // The lesson itself is on the screen: go on reading at the same heading.
    shown(panel) {
      const passed = [...page.querySelectorAll("h1, h2, h3")].filter(
        (heading) => heading.getBoundingClientRect().top < 80,
      );
      page.remove();
      if (passed.length < 2) return;
      const text = passed.at(-1).textContent.trim();
      [...panel.querySelectorAll("h1, h2, h3")]
        .find((heading) => heading.textContent.replace(/¶$/, "").trim() === text)
        ?.scrollIntoView();
    },
    progress(share, words) {
      bar.value = share;
      if (words) status.firstChild.data = words;
    },
    done: () => status.remove(),
  };

  document.addEventListener("DOMContentLoaded", async () => {
    document.body.append(page, status, notices);
    if (sessionStorage.getItem(ROOM) !== null) return; // nobody is to read answers meanwhile
    const answer = await fetch(`../../read/${name}.html`);
    if (!answer.ok) return;
    const read = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const img of read.images) img.src = new URL(img.getAttribute("src"), answer.url).href;
    page.append(read.querySelector("main"));
  });
})();

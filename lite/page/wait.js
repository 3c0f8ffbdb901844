// Before JupyterLite is there: start Python, show the lesson to read, say how long it takes.
(() => {
  "use strict";
  const path = new URLSearchParams(location.search).get("path") ?? "";
  const name = path.replace(/\.ipynb$/, "").replaceAll("/", "-").replace(/^notebooks-/, "");

  const { worker, later } = document.currentScript.dataset;
  const PAUSE = 20_000; // milliseconds: the first look around a lesson has the machine to itself
  const LONG = 60_000;

  // JupyterLite makes its worker seconds from now; it gets this one, in which Python is starting.
  let early = new Worker(worker, { type: "module" });
  window.Worker = new Proxy(Worker, {
    construct(Made, [address, options]) {
      const ours = early && /comlink\.worker/.test(address);
      const made = ours ? early : new Made(address, options);
      if (ours) early = null;
      return made;
    },
  });

  const status = document.createElement("div");
  status.id = "dialects-status";
  status.setAttribute("role", "status");
  status.append("Python is starting, about 10 seconds the first time. You can read on.");
  const bar = document.createElement("progress");
  bar.max = 1;
  bar.setAttribute("aria-label", "The lesson is coming to life");
  status.append(bar);

  // Only what a reader can do about it is said; what went wrong stands in the console.
  function trouble(words) {
    const again = Object.assign(document.createElement("button"), {
      textContent: "Try again",
      onclick: () => location.reload(),
    });
    status.replaceChildren(
      `${words} You can read the lesson, with its charts, but not play it. If trying again does not `,
      "help, a newer Edge, Chrome or Firefox may, or whoever looks after this site. ",
      again,
    );
  }
  early.addEventListener("message", ({ data }) => {
    if (!data?.trouble) return;
    console.warn("Python did not start:", data.trouble);
    trouble("Python could not start here.");
  });
  setTimeout(() => {
    const words = "This takes longer than it should; the network may be slow. You can read on.";
    if (bar.isConnected) window.dialects.progress(bar.value, words);
  }, LONG);
  early.addEventListener("error", () => trouble("Python could not start in this browser."));
  const page = document.createElement("div");
  page.id = "dialects-wait";
  page.className = "dialects";

  window.dialects = {
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
    done() {
      status.remove();
      setTimeout(this.keep, PAUSE);
    },
    // Get Python ready once more, to be kept for the next visit.
    keep: () => new Worker(later, { type: "module" }),
  };

  document.addEventListener("DOMContentLoaded", async () => {
    document.body.append(page, status);
    if (!/^[\w-]+$/.test(name)) return;
    const answer = await fetch(`../../read/${name}.html`);
    if (!answer.ok) return;
    const read = new DOMParser().parseFromString(await answer.text(), "text/html");
    page.append(read.querySelector("main"));
  });
})();

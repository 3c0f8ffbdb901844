// JupyterLab loads an extension as a "container" with `init` and `get`. Written by hand, without a
// build; what it does stands in the modules beside it.
(() => {
  "use strict";

  const NAME = "dialects-lesson";
  const here = document.currentScript.src;
  let shared;

  // JupyterLab offers its packages under their version number. There is one copy of each, because
  // JupyterLab's own packages are singletons; so the only offer is the right one in any release.
  async function borrow(packageName) {
    const [offer] = Object.values(shared[packageName]);
    return (await offer.get())();
  }

  window._JUPYTERLAB = window._JUPYTERLAB ?? {};
  window._JUPYTERLAB[NAME] = {
    init: (scope) => {
      shared = scope;
    },
    get: async () => {
      const link = document.createElement("link");
      document.head.append(
        Object.assign(link, { rel: "stylesheet", href: new URL("style.css", here).href }),
      );
      const { plugins } = await import(new URL("plugins.js", here).href);
      const made = await plugins(NAME, borrow);
      return () => ({ __esModule: true, default: made });
    },
  };
})();

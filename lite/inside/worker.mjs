// Starts Python while JupyterLite's page is still loading; then JupyterLite's own worker goes on.
import { begin } from "./start.mjs";
import "../extensions/@jupyterlite/pyodide-kernel-extension/static/$worker";

begin(new URL(self.location.href).searchParams.getAll("archive")).catch((reason) => {
  // The kernel would wait for ever, and say nothing.
  postMessage({ dialects: "trouble", reason: String(reason) });
});

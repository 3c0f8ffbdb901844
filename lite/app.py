"""JupyterLite's pages around the lessons: taken from its packages, set up for this course.

``jupyter lite build`` would do much the same; without it a build needs no environment of its own,
and every byte of the site is one that the list of parts or this repository names.
"""

from __future__ import annotations

import io
import json
import re
import tarfile
import zipfile
from pathlib import Path

from lite.archive import to_json

ROOT = Path(__file__).resolve().parents[1]
HERE = Path(__file__).parent
EXTENSIONS = "share/jupyter/labextensions/"
TIME = "2020-01-01T00:00:00Z"  # the listing needs one; nobody sees it
# The pages that one lesson needs; JupyterLite has more.
PAGES = ("notebooks/", "build/", "config-utils.js", "jupyter-lite.ipynb", "index.html")
NEVER = re.compile(
    r"\.map$|^build/(lab|consoles|edit|repl|tree|service-worker)/|^notebooks/build/|^build/service-worker\.js$"
)
OURS = {
    "dialects-lesson": ROOT / "jupyter" / "labextensions" / "dialects-lesson",
    "dialects-site": HERE / "extension",
}
# One lesson on one page: no second page to go to, no file to fetch from elsewhere or to take in, no
# service worker, which plain http does not have, and no entry that forgets half of what is kept.
DISABLED = (
    "@jupyter-notebook/application-extension:logo",
    "@jupyter-notebook/application-extension:pages",
    "@jupyter-notebook/application-extension:title",
    "@jupyter-notebook/console-extension",
    "@jupyter-notebook/help-extension:open",
    "@jupyter-notebook/notebook-extension:checkpoints",
    "@jupyter-notebook/notebook-extension:edit-notebook-metadata",
    "@jupyter-notebook/notebook-extension:kernel-logo",
    "@jupyter-notebook/notebook-extension:open-tree-tab",
    "@jupyter-notebook/notebook-extension:tab-icon",
    "@jupyter-notebook/tree-extension",
    "@jupyterlab/apputils-extension:workspaces",
    "@jupyterlab/docmanager-extension:open-browser-tab",
    "@jupyterlab/docmanager-extension:reopen-recently-closed",
    "@jupyterlab/filebrowser-extension:create-new-language-file",
    "@jupyterlab/filebrowser-extension:file-upload-status",
    "@jupyterlab/filebrowser-extension:notify-upload",
    "@jupyterlab/filebrowser-extension:open-browser-tab",
    "@jupyterlab/filebrowser-extension:open-url",
    "@jupyterlab/filebrowser-extension:open-with",
    "@jupyterlab/filebrowser-extension:share-file",
    "@jupyterlab/help-extension:jupyter-forum",
    "@jupyterlab/help-extension:launch-classic",
    "@jupyterlab/help-extension:resources",
    "@jupyterlab/launcher-extension",
    "@jupyterlab/mainmenu-extension:recents",
    "@jupyterlab/notebook-extension:code-console",
    "@jupyterlab/workspaces-extension",
    "@jupyterlite/application-extension:clear-browser-data",
    "@jupyterlite/application-extension:lsp-connection-manager",
    "@jupyterlite/application-extension:service-worker-manager",
    "@jupyterlite/application-extension:share-file",
    "@jupyterlite/apputils-extension:url-resolver",
    "@jupyterlite/notebook-application-extension:logo",
    "@jupyterlite/repl-extension",
)


def shell(core: Path) -> dict[str, bytes]:
    """Return JupyterLite's own pages and scripts by name.

    Parameters
    ----------
    core : Path
        The wheel of ``jupyterlite-core``.

    Returns
    -------
    dict of str to bytes
        Name in the app's folder to content.
    """
    with zipfile.ZipFile(core) as wheel:
        name = next(name for name in wheel.namelist() if name.endswith(".tgz"))
        packed = io.BytesIO(wheel.read(name))
    held = {}
    with tarfile.open(fileobj=packed) as archive:
        for entry in archive:
            path = entry.name.removeprefix("package/")
            if entry.isfile() and path.startswith(PAGES) and not NEVER.search(path):
                held[path] = archive.extractfile(entry).read()
    return held


def extensions(wheels: list[Path]) -> dict[str, bytes]:
    """Return the front ends of kernel and widgets, and our own, by name in the app's folder."""
    held = {}
    for wheel in wheels:
        with zipfile.ZipFile(wheel) as archive:
            for name in archive.namelist():
                _, found, path = name.partition(EXTENSIONS)
                if found and not path.endswith((".map", "/", ".whl", ".orig")):
                    held[f"extensions/{path}"] = archive.read(name)
    for name, folder in OURS.items():
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                inside = path.relative_to(folder).as_posix()
                held[f"extensions/{name}/{inside}"] = path.read_bytes()
    return held


def federated(held: dict[str, bytes]) -> tuple[list[dict], list[dict]]:
    """Return how to load each extension, and the settings that they bring.

    Parameters
    ----------
    held : dict of str to bytes
        From `extensions`.

    Returns
    -------
    load : list of dict
        For ``federated_extensions``.
    settings : list of dict
        For ``build/schemas/all_federated.json``.
    """
    load, settings = [], []
    for path in sorted(held):
        folder, _, file = path.rpartition("/")
        if file == "package.json" and "/schemas/" not in path:
            about = json.loads(held[path])
            load.append({"name": about["name"], **about["jupyterlab"]["_build"]})
            settings += [
                {
                    "id": f"{about['name']}:{Path(schema).stem}",
                    "raw": "{}",
                    "schema": json.loads(held[schema]),
                    "settings": {},
                    "version": about["version"],
                }
                for schema in sorted(held)
                if schema.startswith(f"{folder}/schemas/") and not schema.endswith("package.json")
            ]
    return load, settings


def config(load: list[dict], python: str, version: str, archives: list[str]) -> dict:
    """Return ``jupyter-lite.json``: the desktop's settings, and where Python lies."""
    settings = ROOT / "jupyter" / "settings"
    overrides = json.loads((settings / "overrides.json").read_text(encoding="utf-8"))
    page = json.loads((settings / "page_config.json").read_text(encoding="utf-8"))
    return {
        "jupyter-lite-schema-version": 0,
        "jupyter-config-data": {
            "appName": "Dialects of Improvement",
            "appUrl": "./notebooks",
            "appVersion": version,
            "baseUrl": "./",
            "contentsAllJsonFile": "all.json",
            "defaultKernelName": "python",
            "disabledExtensions": [*page["disabledExtensions"], *DISABLED],
            "exposeAppInBrowser": True,
            "faviconUrl": "./notebooks/favicon.ico",
            "federated_extensions": load,
            "fullLabextensionsUrl": "./extensions",
            "fullStaticUrl": "./build",
            "licensesUrl": "./build",
            "litePluginSettings": {
                "@jupyterlite/pyodide-kernel-extension:kernel": {
                    "pyodideUrl": f"./{python}/start.mjs",
                    "disablePyPIFallback": True,
                    "loadPyodideOptions": {
                        # They are there already: this keeps the kernel from fetching them.
                        "packages": [
                            *("micropip", "piplite", "ipykernel", "comm"),
                            *("pyodide-kernel", "jedi", "ipython"),
                        ],
                        "archives": archives,
                    },
                }
            },
            "settingsOverrides": overrides
            | {"@jupyterlab/docmanager-extension:plugin": {"autosave": False}},
        },
    }


def page(html: bytes, head: str, body: str, policy: str) -> bytes:
    """Return JupyterLite's page for a notebook with our own words around the wait."""
    said = f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    said += '<meta name="referrer" content="no-referrer">'
    text = html.decode().replace("<head>", f"<head>{said}", 1)
    text = re.sub(r"<title>.*?</title>", "<title>Dialects of Improvement</title>", text)
    text = re.sub(r"<style>.*?</style>", lambda _: head, text, flags=re.DOTALL)
    text = re.sub(r' *<link rel="manifest".*\n', "", text)
    return re.sub(r"(<body[^>]*>).*(?=</body>)", lambda m: m[1] + body, text, flags=re.S).encode()


def listings(files: dict[str, bytes]) -> dict[str, bytes]:
    """Return what JupyterLite wants to know of each folder of lessons.

    Parameters
    ----------
    files : dict of str to bytes
        The lessons and pictures, by path.

    Returns
    -------
    dict of str to bytes
        Name in the app's folder to content, one for each folder.
    """
    held: dict[str, dict[str, dict]] = {"": {}}
    for path, data in files.items():
        parts = path.split("/")
        for depth in range(1, len(parts)):
            parent, folder = "/".join(parts[: depth - 1]), "/".join(parts[:depth])
            held.setdefault(folder, {})
            held[parent][folder] = _entry(folder, "directory")
        kind = "notebook" if path.endswith(".ipynb") else "file"
        held["/".join(parts[:-1])][path] = _entry(path, kind) | {"size": len(data)}
    languages = {"data": {"en": {"displayName": "English", "nativeName": "English"}}, "message": ""}
    return {
        "api/translations/all.json": to_json(languages),
        "api/translations/en.json": to_json({"data": {}, "message": ""}),
    } | {
        f"api/contents/{folder}/all.json".replace("//", "/"): to_json(
            _entry(folder, "directory")
            | {"format": "json", "content": [inside[name] for name in sorted(inside)]}
        )
        for folder, inside in held.items()
    }


def _entry(path: str, kind: str) -> dict:
    return {
        "name": path.rpartition("/")[2],
        "path": path,
        "type": kind,
        "created": TIME,
        "last_modified": TIME,
        "content": None,
        "format": None,
        "mimetype": None,
        "size": None,
        "writable": True,
    }


def trusted(notebook: bytes) -> bytes:
    """Return a lesson as this site vouches for it: the same cells, marked as trusted."""
    held = json.loads(notebook)
    for cell in held["cells"]:
        if cell["cell_type"] == "code":
            cell["metadata"]["trusted"] = True
    return to_json(held)

"""Offer the site on this machine: a small server that does what a good web server would."""

from __future__ import annotations

import functools
import gzip
import re
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

HOST = "127.0.0.1"
# Names that change with their content: a browser may keep these for good.
FOREVER = re.compile(
    r"/(python-[0-9a-f]{12}/|course-[0-9a-f]{12}\.tar\.gz|build/\w+\.[0-9a-f]{7}\.js)"
)
SMALLER = (".js", ".mjs", ".json", ".html", ".css", ".wasm", ".ipynb", ".svg")


@functools.lru_cache(256)
def _zipped(path: str, _changed: int) -> bytes:
    return gzip.compress(Path(path).read_bytes(), 1, mtime=0)


class Handler(SimpleHTTPRequestHandler):
    """Static files with the right types, compressed, kept by the browser as long as they last."""

    protocol_version = "HTTP/1.1"
    extensions_map = SimpleHTTPRequestHandler.extensions_map | {
        ".mjs": "text/javascript",
        ".js": "text/javascript",
        ".wasm": "application/wasm",
        ".ipynb": "application/json",
        ".json": "application/json",
        ".html": "text/html; charset=utf-8",
    }

    def end_headers(self) -> None:
        """Add how long a browser may keep the file."""
        forever = FOREVER.search(self.path)
        age = "public, max-age=31536000, immutable" if forever else "no-cache"
        self.send_header("Cache-Control", age)
        self.send_header("X-Content-Type-Options", "nosniff")
        super().end_headers()

    def do_GET(self) -> None:
        """Send a file, compressed where that makes it smaller."""
        path = Path(self.translate_path(self.path))
        takes = "gzip" in self.headers.get("Accept-Encoding", "")
        if not (takes and path.is_file() and path.suffix in SMALLER):
            super().do_GET()
            return
        changed = path.stat().st_mtime_ns
        tag = f'"{changed:x}"'
        if self.headers.get("If-None-Match") == tag:
            self.send_response(HTTPStatus.NOT_MODIFIED)
            self.send_header("ETag", tag)
            self.end_headers()
            return
        body = _zipped(str(path), changed)
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("ETag", tag)
        self.send_header("Vary", "Accept-Encoding")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing: a log of who read what is nobody's business."""


def server(folder: Path, port: int, host: str = HOST) -> ThreadingHTTPServer:
    """Return a server for the folder; port 0 takes any that is free."""
    made = ThreadingHTTPServer((host, port), functools.partial(Handler, directory=str(folder)))
    made.daemon_threads = True
    return made


def serve(folder: Path, port: int) -> None:
    """Offer the folder until somebody presses Ctrl+C."""
    with server(folder, port) as made:
        print(f"\n    http://{HOST}:{made.server_port}/\n\nTo finish, press Ctrl+C.", flush=True)
        try:
            made.serve_forever()
        except KeyboardInterrupt:
            print("\nStopped.")

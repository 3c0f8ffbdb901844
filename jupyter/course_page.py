"""The course's own page, which opens first, beside JupyterLab on the same server."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import quote

import mistune
from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.utils import url_path_join
from tornado.web import HTTPError, authenticated, removeslash

from toolkit.landing.lessons import for_trainers, openings
from toolkit.landing.page import map_page, told
from toolkit.learning.language import speak_as_chosen
from toolkit.learning.record import my_record


class Landing(JupyterHandler):
    """The page that opens first: the map, with the marks of whoever sits here."""

    @authenticated
    @removeslash
    def get(self) -> None:
        """Make the page anew each time: the record may have changed."""
        record, base = my_record(), self.base_url
        opened = openings(Path(self.settings["server_root_dir"]).expanduser())
        first = min((path for path in opened if path.startswith("notebooks/")), default="")
        speak_as_chosen(record)
        self.set_header("Cache-Control", "no-store")
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.finish(
            map_page(
                opened,
                lambda path: f"{base}doc/tree/{quote(path)}?reset",
                record=record,
                lab=f"{base}lab/tree/{quote(first)}?reset&full",
                trainers=mistune.html(for_trainers()),
            )
        )


PACK = Path(__file__).resolve().parents[1] / "build" / "pack"  # what ``start.py pack`` makes


class Guide(JupyterHandler):
    """The trainer's page on a lesson, where it has been made."""

    @authenticated
    def get(self, number: str) -> None:
        """Return it as it lies there."""
        path = PACK / f"guide-{number}.html"
        if not path.is_file():
            raise HTTPError(404)
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.finish(path.read_bytes())


class Told(JupyterHandler):
    """What stands above each lesson and at its end, for the lab extension."""

    @authenticated
    def get(self) -> None:
        """Return it as JSON."""
        self.set_header("Content-Type", "application/json")
        root = Path(self.settings["server_root_dir"]).expanduser()
        made = (path.stem.removeprefix("guide-") for path in sorted(PACK.glob("guide-*.html")))
        guides = {number: f"course/guide/{number}" for number in made}
        self.finish(told(openings(root), "course", guides))


def _load_jupyter_server_extension(server: Any) -> None:
    base = server.web_app.settings["base_url"]
    rules = (
        ("course/?", Landing),
        ("course/told.json", Told),
        (r"course/guide/(\d\d)", Guide),
    )
    server.web_app.add_handlers(
        ".*$", [(url_path_join(base, path), handler) for path, handler in rules]
    )

"""How JupyterLab reads and writes files here: a released lesson is trusted, and never changed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import released
from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager
from tornado.web import HTTPError
from traitlets import List, Unicode

CHECKPOINT = "released"


class LessonContents(AsyncLargeFileManager):
    """Files of the course.

    A notebook is trusted if, and only if, its hash is in the list of released lessons: what a file
    says of itself, or what was signed at some time, does not count. Nothing is written into a
    released lesson: what a learner enters is in the learner's record.
    """

    lists = List(
        Unicode(),
        [str(released.LIST)],
        config=True,
        help="Files that list the released lessons by SHA-256.",
    )

    def _is_released(self, path: str) -> bool:
        place = Path(self._get_os_path(path))
        if place.suffix != ".ipynb" or not place.is_file():
            return False
        known = {mark for name in self.lists for mark in released.listed(Path(name)).values()}
        return released.digest(place.read_bytes()) in known

    def mark_trusted_cells(self, nb: Any, path: str = "") -> None:
        """Trust a released lesson; tell the page about one that was changed."""
        good = self._is_released(path)
        self.notary.mark_cells(nb, good)
        if not good:
            nb["metadata"].pop("dialects", None)
            if path.strip("/") in released.listed():
                nb["metadata"]["dialects"] = {"changed": True}

    async def save(self, model: dict, path: str = "") -> dict:
        """Write a file, unless it is a released lesson."""
        if self._is_released(path):
            return await self.get(path, content=False)
        return await super().save(model, path)

    async def delete_file(self, path: str) -> None:
        """Delete a file, unless it is a released lesson."""
        self._refuse(path)
        await super().delete_file(path)

    async def rename_file(self, old_path: str, new_path: str) -> None:
        """Rename a file, unless it is a released lesson."""
        self._refuse(old_path)
        await super().rename_file(old_path, new_path)

    def _refuse(self, path: str) -> None:
        folder = path.strip("/") + "/"
        if self._is_released(path) or any(name.startswith(folder) for name in released.listed()):
            raise HTTPError(403, "This file belongs to the course. You cannot move or delete it.")

    async def create_checkpoint(self, path: str) -> dict:
        """Name the release as the one state to go back to; other files have checkpoints."""
        return (await self.list_checkpoints(path) or [await super().create_checkpoint(path)])[0]

    async def list_checkpoints(self, path: str) -> list[dict]:
        """Return the one state that a lesson can go back to."""
        if not self._is_lesson(path):
            return await super().list_checkpoints(path)
        model = await self.get(path, content=False)
        return [{"id": CHECKPOINT, "last_modified": model["last_modified"]}]

    async def restore_checkpoint(self, checkpoint_id: str, path: str) -> None:
        """Bring a lesson back as it was released, and keep the changed one."""
        if self._is_lesson(path):
            released.bring_back(path.strip("/"), Path(self.root_dir))
        else:
            await super().restore_checkpoint(checkpoint_id, path)

    def _is_lesson(self, path: str) -> bool:
        return path.strip("/") in released.listed()

"""How JupyterLab behaves for this course: private, quiet, and free of clutter.

``start.py`` hands this file to JupyterLab; ``jupyter lab --config=jupyter/jupyter_lab_config.py``
does the same in an environment of your own.
"""

import contextlib
import os
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import released
from lesson_contents import LessonContents

c = get_config()  # noqa: F821  (Jupyter defines it when it reads this file)

# Private: only this machine can knock, and nothing asks the outside world for news or updates.
c.ServerApp.ip = "127.0.0.1"
c.LabApp.news_url = None
c.LabApp.check_for_updates_class = "jupyterlab.NeverCheckForUpdate"
c.LabApp.extension_manager = "readonly"
# JupyterLab is never built here. Each page that opens would start Node.js, where there is one, to
# ask whether it should be: seconds of a small laptop's time.
c.ServerApp.tornado_settings = {"page_config_data": {"buildAvailable": False, "buildCheck": False}}

# One purpose: lessons. A terminal in the browser is one more door that nobody here needs.
c.ServerApp.terminals_enabled = False
c.ServerApp.root_dir = str(HERE.parent)

# Lessons are trusted by their hash and never written to. The list of files shows what is for
# learners.
c.ServerApp.contents_manager_class = LessonContents
shown = {"notebooks", "exercises", released.COPIES}
others = {each.name for each in HERE.parent.iterdir()} - shown
c.ContentsManager.hide_globs.extend(["*.html", "*.json", *sorted(others)])

# The settings and the small extension that runs a trusted lesson when it opens.
c.LabApp.app_settings_dir = str(HERE / "settings")
c.LabApp.extra_labextensions_path = [str(HERE / "labextensions")]

# The page that opens first: the map of the course. It needs the course's own package.
sys.path.insert(0, str(HERE.parent))
c.ServerApp.jpserver_extensions = {"course_page": True}
c.ServerApp.default_url = "/course"

# A lesson that was left keeps its Python for a while, in case somebody comes back; then the memory
# is free for the next.
c.MappingKernelManager.cull_idle_timeout = 600
c.MappingKernelManager.cull_interval = 60

# On a hub this folder is everybody's. The learner's own copy of the lessons stands where the hub
# says (`c.Spawner.notebook_dir`), and so does the record. After an update of the course, the
# learner's copies are brought up to it.
if place := os.environ.get("JUPYTERHUB_ROOT_DIR"):
    own = Path(place).expanduser()
    c.ServerApp.root_dir = str(own)
    os.environ.setdefault("DIALECTS_RECORD", str(own / "my-record.json"))
    with contextlib.suppress(OSError):  # a learner who may not write there can still read
        released.bring_all_back(own)

"""How JupyterLab behaves for this course: private, quiet, and free of clutter.

``start.py`` hands this file to JupyterLab; ``jupyter lab --config=jupyter/jupyter_lab_config.py``
does the same in an environment of your own.
"""

from pathlib import Path

HERE = Path(__file__).resolve().parent

c = get_config()  # noqa: F821  (Jupyter defines it when it reads this file)

# Private: only this machine can knock, and nothing asks the outside world for news or updates.
c.ServerApp.ip = "127.0.0.1"
c.LabApp.news_url = None
c.LabApp.check_for_updates_class = "jupyterlab.NeverCheckForUpdate"
c.LabApp.extension_manager = "readonly"

# One purpose: lessons. A terminal in the browser is one more door that nobody here needs.
c.ServerApp.terminals_enabled = False
c.ServerApp.root_dir = str(HERE.parent)

# The settings and the small extension that runs a trusted lesson when it opens.
c.LabApp.app_settings_dir = str(HERE / "settings")
c.LabApp.extra_labextensions_path = [str(HERE / "labextensions")]

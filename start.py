#!/usr/bin/env python3
"""Open the course, or prove that it works. Needs nothing but Python 3.11 to 3.14.

python3 start.py           set up once (a few minutes, needs the internet), then open the course
python3 start.py test      run every test; what follows is handed to pytest, e.g. -k flow
                           --coverage: say which share of the lines they run
python3 start.py lessons   run the lessons again and store what they show
python3 start.py new-lesson 14 my-topic "My title"      make a lesson that works, to be filled
python3 start.py bench     measure speed
python3 start.py room      open the board for a training session; phones only when you let them in
python3 start.py site      build the browser edition, static files in build/site; --serve offers it
python3 start.py pack      make the trainers' pages to print, in build/pack or the folder you name
"""

# This file has to be read by an old Python too, far enough to say that it is old: so no
# `from __future__ import annotations` and no newer syntax above this check.
import sys

OLDEST, NEWEST = (3, 11), (3, 14)

if not OLDEST <= sys.version_info[:2] <= NEWEST:
    import subprocess as _subprocess

    def _works(name):
        try:
            return _subprocess.call([name, "-c", "0"], stderr=_subprocess.DEVNULL) == 0
        except OSError:
            return False

    _good = ["python3.{}".format(n) for n in range(NEWEST[1], OLDEST[1] - 1, -1)]  # noqa: UP032
    _have = [name for name in _good if _works(name)]
    sys.exit(
        "This is Python {}.{}. The course needs Python 3.11, 3.12, 3.13 or 3.14.\n".format(
            *sys.version_info[:2]
        )
        + (
            "You already have one of these. Type:  {} start.py".format(_have[0])  # noqa: UP032
            if _have
            else "Install one (from python.org, or your software centre) and try again."
        )
    )

import argparse
import ast
import contextlib
import glob
import hashlib
import importlib.util
import io
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import tomllib
import urllib.error
import urllib.request
import webbrowser
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent
LOCK = "requirements.lock"
DEV_LOCK = "requirements-dev.lock"
LOWEST_LOCK = "requirements-lowest.lock"
LOWEST_GOES_WITH = (3, 12)
WINDOWS = os.name == "nt"
PORT = 8888
# Measured: the course's environment takes about 0.5 GB and the tests' 1.0 GB; pip needs room to
# unpack beside them.
ROOM = {LOCK: 1.0, DEV_LOCK: 1.8, LOWEST_LOCK: 1.8}
# Windows refuses paths of more than 260 characters, and the longest inside .venv has 172.
LONGEST_WINDOWS_ROOT = 85
# What others may tell pip: how to reach an index. All else (user, target, no-binary) would put the
# parts elsewhere, or build code that no hash covers.
PIP_MAY = {
    *("index-url", "extra-index-url", "trusted-host", "find-links", "no-index", "proxy", "cert"),
    *("client-cert", "timeout", "default-timeout", "retries", "cache-dir", "no-cache-dir"),
    "keyring-provider",
}
RECORD = "DIALECTS_RECORD"


class Problem(Exception):  # noqa: N818  (not an error in the code: something a person can mend)
    """Something that stands in the way, said in words, with what to do about it."""


def say(text: str = "") -> None:
    """Print at once, also when the output goes to a file."""
    print(text, flush=True)


@dataclass(frozen=True)
class Environment:
    """One virtual environment of the course, and what was put into it.

    ``setup.json`` inside it is the only word on whether it is complete. It says so as the last
    step of a set-up, in one indivisible move: an interrupted set-up is never taken for a whole one.
    """

    folder: Path = ROOT / ".venv"

    @property
    def python(self) -> Path:
        """The environment's own Python."""
        return self.folder / ("Scripts/python.exe" if WINDOWS else "bin/python")

    @property
    def jupyter(self) -> Path:
        """Where Jupyter keeps its own things: inside the environment, nowhere else."""
        return self.folder / "jupyter"

    def read(self) -> dict:
        """Return what ``setup.json`` says; empty if there is none or it cannot be read."""
        try:
            held = json.loads((self.folder / "setup.json").read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError):
            return {}
        whole = isinstance(held, dict) and isinstance(held.get("locks"), dict)
        return held if whole else {}

    def write(self, **facts: object) -> None:
        """Replace ``setup.json`` whole."""
        write_whole(self.folder / "setup.json", json.dumps({**self.read(), **facts}, indent=1))

    def variables(self) -> dict[str, str]:
        """Return the surroundings for everything we start: nobody else's packages or settings."""
        inherited = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("JUPYTER", "IPYTHON", "PIP_", "PYTHON"))
        }
        own = {
            "JUPYTER_CONFIG_DIR": self.jupyter / "config",
            "JUPYTER_DATA_DIR": self.jupyter / "data",
            "JUPYTER_RUNTIME_DIR": self.jupyter / "runtime",
            "JUPYTER_PREFER_ENV_PATH": 1,
            "IPYTHONDIR": self.jupyter / "ipython",
            "PYTHONUTF8": 1,
            "VIRTUAL_ENV": self.folder,
        }
        return inherited | {name: str(value) for name, value in own.items()}

    def run(self, *arguments: str, **more: Any) -> subprocess.CompletedProcess:
        """Run the environment's Python in the course's folder."""
        command = [str(self.python), *arguments]
        return subprocess.run(command, cwd=ROOT, env=self.variables(), check=False, **more)


def write_whole(path: Path, text: str) -> None:
    """Write a file so that a reader finds the old text or the new one, never half of it."""
    part = path.with_name(path.name + ".part")
    part.write_text(text, encoding="utf-8")
    os.replace(part, path)


def mark(path: Path) -> str:
    """Return a short mark that changes when the file changes; none if there is no such file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16] if path.exists() else ""


# --- set-up ---------------------------------------------------------------------------------


def set_up(env: Environment, lock: str | None) -> None:
    """Make the environment hold what the lock file lists; do nothing if it does already.

    Parameters
    ----------
    env : Environment
        Where to install.
    lock : str or None
        A lock file's name; None takes the newest versions that ``pyproject.toml`` allows.

    Raises
    ------
    Problem
        If something stands in the way: no room, no network, a folder that cannot be written.
    """
    python = f"{sys.version_info[0]}.{sys.version_info[1]}"
    facts = env.read()
    installed = facts.get("locks", {})
    usable = facts.get("complete") and facts.get("python") == python and env.python.exists()
    # The tests' lock holds everything that the course's own lock holds (a test says so).
    enough = [lock, DEV_LOCK] if lock == LOCK else [lock]
    if usable and any(installed.get(n) == mark(ROOT / n) for n in enough if n):
        return
    if usable and any(mark(ROOT / name) != was for name, was in installed.items()):
        usable = False
    if not usable:
        clear(env, facts)
    check_room(ROOM.get(lock or "", 1.8))
    if not usable:
        say("Setting up the course. This happens once. It needs the internet and a few minutes.")
        env.folder.mkdir()
        env.write(complete=False, python=python, locks={})
        make_venv(env)
    env.write(complete=False, locks=env.read().get("locks", {}))
    install(env, lock)
    # A path file makes `import toolkit` work without building anything. The path is relative, so
    # it holds no letter that some system's encoding lacks, and survives a move of the folder.
    site = Path(
        env.run(
            "-c",
            "import sysconfig; print(sysconfig.get_path('purelib'))",
            capture_output=True,
            encoding="utf-8",
        ).stdout.strip()
    )
    write_whole(site / "improvement_dialects.pth", os.path.relpath(ROOT, site) + "\n")
    # IPython warns, and so a lesson's output changes, if its folder's parent is missing.
    (env.jupyter / "ipython").mkdir(parents=True, exist_ok=True)
    known = env.read().get("locks", {})
    env.write(complete=True, locks={**known, lock: mark(ROOT / lock)} if lock else known)
    say("The course is set up.")


def check_room(gigabytes: float) -> None:
    """Refuse a disk that is nearly full, before anything is downloaded."""
    free = shutil.disk_usage(ROOT).free / 1e9
    if free < gigabytes:
        raise Problem(
            f"The disk is nearly full: {free:.1f} GB is free and the set-up needs "
            f"{gigabytes:.1f} GB.\nDelete some files, then type the same command again."
        )


def check_place() -> None:
    """Refuse a folder, or a Python, in which the environment could not be made."""
    try:
        with tempfile.TemporaryFile(dir=ROOT):
            pass
    except OSError as reason:
        raise Problem(
            f"The course cannot save files in its own folder, {ROOT}\n({reason.strerror}). "
            "Copy the whole folder to a place of your own, such as Documents, and start it there."
        ) from None
    if WINDOWS and len(str(ROOT)) > LONGEST_WINDOWS_ROOT:
        raise Problem(
            f"The path of this folder is too long for Windows ({len(str(ROOT))} characters).\n"
            "Move the folder nearer to the top, for example to C:\\course, and start it there."
        )
    if glob.escape(str(ROOT)) != str(ROOT):
        raise Problem(
            f"JupyterLab cannot work in a folder if its path contains  [ ] * or ?\n  {ROOT}\n"
            "Copy the whole folder to another place, such as Documents, and start it there."
        )


def check_python() -> None:
    """Refuse a Python from which an environment cannot be made."""
    for module in ("venv", "ensurepip"):
        if importlib.util.find_spec(module) is None:
            raise incomplete_python(module)


def incomplete_python(module: str) -> Problem:
    """Say which part of Python is missing, and how to get it."""
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    return Problem(
        f"This copy of Python does not include its '{module}' part.\n"
        f"On Debian or Ubuntu, type:  sudo apt-get install python{version}-venv\n"
        "On other systems, install Python from python.org. Then type the same command again."
    )


@contextlib.contextmanager
def one_at_a_time() -> Iterator[None]:
    """Let one start at a time set up the course and begin it; another waits, and says so.

    The lock is the operating system's: it goes when its holder goes, however that ends.
    """
    check_place()
    try:
        door = (ROOT / ".venv.lock").open("a")
    except OSError as reason:
        raise Problem(
            f"The course's folder is in use by somebody else ({reason.strerror}: .venv.lock).\n"
            "Copy the whole folder to a place of your own, such as Documents, and start it there."
        ) from None
    with door:
        told = False
        while not locked(door.fileno()):
            if not told:
                say("The course is being set up or started in another window. Please wait.")
            told = True
            time.sleep(0.3)
        yield


def locked(handle: int) -> bool:
    """Try to lock an open file; where the file system has no locks, go on without."""
    if sys.platform == "win32":
        import msvcrt

        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
    import fcntl

    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True


def clear(env: Environment, facts: dict) -> None:
    """Take away an environment that is unfinished or out of date, but only one that we made."""
    if env.folder.is_symlink() or env.folder.is_file():
        raise Problem(
            f"{env.folder.name} in the course's folder is a link or a file, but the set-up needs a "
            "folder with that name.\nRename it or move it, then type the same command again."
        )
    if not env.folder.exists():
        return
    inside = {path.name for path in env.folder.iterdir()} - {"setup.json.part"}
    if inside and "setup.json" not in inside:
        raise Problem(
            f"There is a folder called {env.folder.name} that this course did not make.\n"
            "Rename it or move it, then type the same command again."
        )
    if facts.get("complete"):
        say("The course or its Python has changed. Setting up the course again.")
    elif inside:
        say("The last set-up was interrupted. Starting again with the files already downloaded.")
    try:
        shutil.rmtree(env.folder)
    except OSError as reason:
        raise Problem(
            f"An older set-up is still in use ({reason}).\n"
            "Close other windows of the course, then type the same command again."
        ) from None


def make_venv(env: Environment) -> None:
    """Make the virtual environment, with the pip that comes with Python."""
    check_python()
    # In two steps, because venv keeps to itself why its second one failed.
    # Started with the environment's own Python, this file has just taken that Python away.
    python = getattr(sys, "_base_executable", sys.executable)
    for command in (
        [python, "-m", "venv", "--without-pip", str(env.folder)],
        [str(env.python), "-m", "ensurepip", "--default-pip"],
    ):
        made = subprocess.run(
            command,
            env=env.variables(),
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
        if made.returncode:
            raise explain(made.stdout + made.stderr)


def pip_settings(env: Environment) -> dict[str, str]:
    """Return what others have told pip about reaching an index, as variables for pip."""
    theirs = {name: value for name, value in os.environ.items() if name.startswith("PIP_")}
    files = {name: value for name, value in theirs.items() if name == "PIP_CONFIG_FILE"}
    files["PIP_USER"] = "0"  # otherwise `user = true` limits the list to the user's own file
    told = subprocess.run(
        [str(env.python), "-m", "pip", "config", "list"],
        env=env.variables() | files,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    held: dict[str, dict[str, str]] = {}
    for line in told.stdout.splitlines():
        place, _, value = line.partition("=")
        section, _, name = place.rpartition(".")
        with contextlib.suppress(ValueError, SyntaxError):
            held.setdefault(section, {})[name] = str(ast.literal_eval(value))
    own = {name[4:].lower().replace("_", "-"): value for name, value in theirs.items()}
    wanted: dict[str, str] = {}
    for one in (held.get("global", {}), held.get("install", {}), own):
        wanted |= {name: value for name, value in one.items() if name in PIP_MAY}
    found = {f"PIP_{name.upper().replace('-', '_')}": value for name, value in wanted.items()}
    return found | {"PIP_CONFIG_FILE": os.devnull}


def install(env: Environment, lock: str | None) -> None:
    """Let pip install, and turn its many lines into one that counts."""
    if lock:
        # A part that has to be built first would run code that no hash covers.
        wanted = ["--require-hashes", "--only-binary", ":all:", "-r", lock]
        lines = (ROOT / lock).read_text(encoding="utf-8").splitlines()
        total = sum(not line.startswith(" ") for line in lines)
    else:
        project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
        wanted = ["--upgrade", *project["dependencies"], *project["optional-dependencies"]["dev"]]
        total = 0
    pip = [str(env.python), "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    pip += ["--progress-bar", "off", "--retries", "2", *wanted]
    printed: list[str] = []
    fetched = 0
    with subprocess.Popen(
        pip,
        cwd=ROOT,
        env=env.variables() | pip_settings(env),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    ) as job:
        try:
            for line in job.stdout or ():
                printed.append(line)
                if line.startswith("Collecting "):
                    fetched += 1
                    progress(f"  fetching {line.split()[1].split('==')[0]}", fetched, total)
                elif line.startswith("Installing collected packages"):
                    progress("  putting everything in its place (a minute or two)", 0, 0)
        except BaseException:
            job.kill()
            raise
    if sys.stdout.isatty():
        say()
    if job.returncode:
        raise explain("".join(printed))


def progress(text: str, done: int, total: int) -> None:
    """Show where the set-up is: one line that changes on a screen, a few lines in a file."""
    count = f" ({done} of at most {total})" if total else ""
    if sys.stdout.isatty():
        print(f"\r{text + count:<78.78}", end="", flush=True)
    elif not total or done % 40 == 1:
        say(text + count)


def explain(output: str) -> Problem:
    """Turn what a failed tool printed into what a person can do about it."""
    for module in ("ensurepip", "venv"):
        if f"No module named {module}" in output or f"{module} is not available" in output:
            return incomplete_python(module)
    causes = {
        ("Permission denied", "Errno 13", "WinError 5]", "Read-only file system"): (
            "The course cannot save files in its own folder. Another program may be using a file,\n"
            "or the folder may belong to somebody else. Copy the whole folder to a place of your "
            "own, such as Documents"
        ),
        ("No space left", "Errno 28", "WinError 112", "Disk quota exceeded"): (
            "The disk became full during the set-up. Delete some files"
        ),
        ("CERTIFICATE_VERIFY_FAILED", "SSLCertVerificationError"): (
            "Your network uses its own security certificate, and Python does not recognise it.\n"
            "Try another network, or ask your IT department for the "
            "certificate file and set PIP_CERT to its path"
        ),
        (
            "NewConnectionError",
            "ConnectTimeout",
            "NameResolutionError",
            "ConnectionError",
            "ProxyError",
            "Max retries exceeded",
            "Read timed out",
            "Network is unreachable",
        ): (
            "We could not reach the internet. The course needs it the first time, to download its "
            "parts.\nCheck the connection (if your hospital network uses a proxy, set "
            "HTTPS_PROXY to its address)"
        ),
        ("THESE PACKAGES DO NOT MATCH THE HASHES",): (
            "One of the downloaded parts was not the right one, so we did not install it.\n"
            "Try another network"
        ),
    }
    for signs, meaning in causes.items():
        if any(sign in output for sign in signs):
            return Problem(f"{meaning}, then type the same command again.")
    tail = "\n".join(f"  {line}" for line in output.strip().splitlines()[-12:])
    return Problem(f"The set-up did not work. These are the last lines that it printed:\n{tail}")


# --- opening the course ---------------------------------------------------------------------


def prepare(env: Environment) -> None:
    """Bring lessons back as they were released, and make the live chart's bundle if it changed."""
    subprocess.run([sys.executable, str(ROOT / "jupyter" / "released.py")], cwd=ROOT, check=False)
    live = ROOT / "toolkit" / "screen" / "live.py"
    facts = env.read()
    if live.exists():
        drawn = "".join(mark(path) for path in sorted(live.parent.glob("live.[jp][sy]")))
        if facts.get("bundle") != drawn and not env.run("-m", "toolkit.screen.live").returncode:
            env.write(bundle=drawn)


def free_port(wanted: int) -> int:
    """Return the wanted port, or the next one that is free; say so if it is another."""
    for port in [*range(wanted, min(wanted + 50, 65536)), 0]:
        with socket.socket() as knock:
            knock.settimeout(0.2)
            # On some systems a bind succeeds although somebody listens on every address.
            if port and knock.connect_ex(("127.0.0.1", port)) == 0:
                continue
        with socket.socket() as door:
            if not WINDOWS:
                door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                door.bind(("127.0.0.1", port))
            except OSError:
                continue
            found = door.getsockname()[1]
        if found != wanted:
            say(f"Port {wanted} is taken by another program, so the course uses port {found}.")
        return found
    raise Problem(
        "We could not find a free port. Choose one, for example:  python3 start.py --port 9000"
    )


def ask(address: str, token: str, path: str = "api/status") -> int:
    """Return the status with which our server answers at this address; 0 if it does not."""
    # Without this a hospital's proxy would be asked for a page of this very machine.
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    knock = urllib.request.Request(address + path)
    knock.add_header("Authorization", f"token {token}")
    try:
        with direct.open(knock, timeout=2) as reply:
            return reply.status
    except urllib.error.HTTPError as refused:
        return refused.code
    except OSError:
        return 0


def has_screen() -> bool:
    """Tell whether a browser window could be shown here."""
    if WINDOWS or sys.platform == "darwin" or os.environ.get("BROWSER"):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "WSL_DISTRO_NAME"))


def doorway(page: str) -> str:
    """Return what a browser is told to open: a file that leads to the page.

    The command line of a program can be read by everybody on a Unix machine, so the token must not
    stand there; only its owner can read the file. It lies in the open, because the browsers of some
    Linux systems may not read hidden folders.

    Parameters
    ----------
    page : str
        The address of the page, with the token.

    Returns
    -------
    str
        An address for the browser.
    """
    if WINDOWS or "WSL_DISTRO_NAME" in os.environ:  # others cannot see it; Edge cannot see the file
        return page
    way = ROOT / "open-course.html"
    way.unlink(missing_ok=True)
    with open(os.open(way, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:  # noqa: PTH123
        file.write(
            '<!doctype html><meta charset="utf-8"><title>Dialects of Improvement</title>\n'
            f'<meta http-equiv="refresh" content="0; url={page}">\n'
            f'<a href="{page}">Open the course</a>\n'
        )
    return way.as_uri()


def show(address: str, token: str, browser: bool) -> None:
    """Open the map of the course, and print its address for whoever has no screen."""
    page = f"{address}course?token={token}"
    opened = browser and has_screen() and webbrowser.open(doorway(page))
    say("The course is open in your browser." if opened else "The course is ready.")
    if opened:
        say("If your browser does not show it, copy this address into it:")
    say(f"\n    {page}\n")


def open_course(env: Environment, port: int, browser: bool) -> int:
    """Set up what is missing, start JupyterLab, show the map of the course and stay until it ends.

    Parameters
    ----------
    env : Environment
        Where the course runs.
    port : int
        The port to use if it is free.
    browser : bool
        Whether to open a browser window.

    Returns
    -------
    int
        The exit code.
    """
    running = env.jupyter / "running.json"
    record = os.environ.get(RECORD, "")
    with one_at_a_time():
        set_up(env, LOCK)
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
            already = json.loads(running.read_text(encoding="utf-8"))
            if ask(already["address"], already["token"]) == 200:
                return join(already, record, browser)
        prepare(env)
        server, address, token = start_server(env, port)
        try:
            running.unlink(missing_ok=True)
            running.touch(mode=0o600)
            facts = {"address": address, "token": token, "record": record}
            running.write_text(json.dumps(facts), encoding="utf-8")
        except BaseException:
            end(server)
            raise
    try:
        show(address, token, browser)
        say("Leave this window open while you learn. To finish, press Ctrl+C here.")
        server.wait()
    except KeyboardInterrupt:
        say("\nClosing the course. Everything you locked or saved is in your record.")
    finally:
        for left in (running, ROOT / "open-course.html"):
            left.unlink(missing_ok=True)
        end(server)
    return 0


def join(already: dict, record: str, browser: bool) -> int:
    """Show the course that runs already, unless it was to be opened with another record."""
    theirs = already.get("record", "")
    if theirs != record:
        usual = "my-record.json in the course's folder"
        raise Problem(
            f"The course is already running, and keeps its record in\n  {theirs or usual}\n"
            f"You asked it to use\n  {record or usual}\n"
            "Close the running course first (press Ctrl+C in its window), then type this again."
        )
    say("The course is already running in another window.")
    show(already["address"], already["token"], browser)
    return 0


def start_server(env: Environment, port: int) -> tuple[subprocess.Popen, str, str]:
    """Start JupyterLab, and wait until it answers and has taken the course's settings.

    Parameters
    ----------
    env : Environment
        A complete environment.
    port : int
        The port to use if it is free.

    Returns
    -------
    server : subprocess.Popen
        The running server.
    address : str
        Where it answers.
    token : str
        What it wants to be shown.

    Raises
    ------
    Problem
        If it does not start, or not with the course's settings.
    """
    port = free_port(port)
    address = f"http://127.0.0.1:{port}/"
    token = os.environ.get("JUPYTER_TOKEN") or secrets.token_urlsafe(24)
    command = [str(env.python), "-m", "jupyterlab", "--no-browser"]
    # A relative path: in a whole one, JupyterLab would replace what looks like a variable.
    command += [f"--config={Path('jupyter', 'jupyter_lab_config.py')}"]
    command += [f"--ServerApp.port={port}", "--ServerApp.port_retries=0"]
    command += ["--ServerApp.answer_yes=True"]
    if not WINDOWS and os.geteuid() == 0:
        command += ["--allow-root"]
    log = env.jupyter / "jupyter.log"
    # The token travels in the environment, where other users of this machine cannot read it.
    surroundings = env.variables() | {"JUPYTER_TOKEN": token}
    with log.open("wb") as out:
        server = subprocess.Popen(
            command,
            cwd=ROOT,
            env=surroundings,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        patience = time.monotonic() + 120
        while ask(address, token) != 200:
            if server.poll() is not None or time.monotonic() > patience:
                last = log.read_text(encoding="utf-8", errors="replace").splitlines()[-12:]
                raise Problem("JupyterLab did not start. It last said:\n  " + "\n  ".join(last))
            time.sleep(0.1)
        # The course turns terminals off. If they are there, so is all else that it turns off.
        if ask(address, token, "api/terminals") != 404:
            raise Problem(
                f"JupyterLab did not use the course's settings, so we closed it.\n  {ROOT}\n"
                "Copy the whole folder to another place, such as Documents, and start it there."
            )
    except BaseException:
        end(server)
        raise
    return server, address, token


def end(server: subprocess.Popen) -> None:
    """End the server, politely at first."""
    server.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        server.wait(timeout=10)
    server.kill()


# --- the commands ---------------------------------------------------------------------------


def ready(env: Environment, lock: str | None) -> Environment:
    """Return the environment, set up."""
    with one_at_a_time():
        set_up(env, lock)
    return env


def stop(*_: object) -> None:
    """Treat a closed window or a polite kill like Ctrl+C, so that nothing is left running."""
    raise KeyboardInterrupt


def main(arguments: list[str]) -> int:
    """Do what the command line asks.

    Parameters
    ----------
    arguments : list of str
        What stands after ``start.py``.

    Returns
    -------
    int
        The exit code: 0 if all is well.
    """
    parser = argparse.ArgumentParser(
        prog="start.py",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    commands = ("open", "test", "lessons", "new-lesson", "bench", "site", "pack", "room")
    parser.add_argument("command", nargs="?", default="open", choices=commands)
    parser.add_argument("--port", type=int, help=f"the port to use (default: {PORT})")
    parser.add_argument("--no-browser", action="store_true", help="only print the address")
    ends = parser.add_mutually_exclusive_group()
    ends.add_argument("--lowest", action="store_true", help="test with the lowest versions")
    ends.add_argument("--newest", action="store_true", help="test with the newest versions")
    asked, rest = parser.parse_known_args(arguments)
    if asked.command == "open" and rest:
        parser.error(f"This command does not understand: {' '.join(rest)}")
    if asked.command != "test" and (asked.lowest or asked.newest):
        parser.error("You can use --lowest and --newest only with:  python3 start.py test")
    if asked.port is not None and asked.command != "open":
        parser.error(
            "You can use --port only to open the course. To choose a port for the browser "
            "edition:  python3 start.py site --serve 9000"
        )
    if asked.no_browser and asked.command not in ("open", "room", "pack"):  # the pack opens none
        parser.error("You can use --no-browser only to open the course or the board.")
    port = PORT if asked.port is None else asked.port
    if not 1 <= port <= 65535:
        parser.error(f"A port must be a number from 1 to 65535, but you gave {port}.")
    if os.environ.get(RECORD):  # each kernel has a folder of its own
        os.environ[RECORD] = str(Path(os.environ[RECORD]).resolve())

    if asked.command == "open":
        return open_course(Environment(), port, not asked.no_browser)
    parts = {"site": "lite.build", "pack": "toolkit.room.pack", "room": "toolkit.room.serve"}
    if asked.command in parts:
        env = ready(Environment(), LOCK)
        quiet = ["--no-browser"] if asked.no_browser and asked.command == "room" else []
        return env.run("-m", parts[asked.command], *quiet, *rest).returncode
    if asked.lowest and sys.version_info[:2] > LOWEST_GOES_WITH:
        raise Problem(
            "This Python is too new for the lowest versions. Use Python 3.11 to test them."
        )
    if asked.newest or asked.lowest:
        which = "lowest" if asked.lowest else "newest"
        env = ready(Environment(ROOT / f".venv-{which}"), LOWEST_LOCK if asked.lowest else None)
    else:
        env = ready(Environment(), DEV_LOCK)
    if asked.command == "bench":
        scripts = sorted((ROOT / "benchmarks").glob("bench_*.py"))
        return max((env.run(str(path), *rest).returncode for path in scripts), default=0)
    modules = {
        "test": "tests.everything",
        "lessons": "tests.rerun",
        "new-lesson": "tests.new_lesson",
    }
    return env.run("-m", modules[asked.command], *rest).returncode


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), stop)
    try:
        sys.exit(main(sys.argv[1:]))
    except Problem as problem:
        sys.exit(f"\n{problem}")
    except KeyboardInterrupt:
        sys.exit("\nStopped. Type the same command again to carry on.")
    except OSError as reason:
        sys.exit(f"\n{explain(str(reason))}")

"""Run in Pyodide: pytest over the test files named in ``FILES``, which is given."""

import asyncio
import json
import os
import sys
from importlib.machinery import ModuleSpec
from types import ModuleType

# No browser has these. What a test does with them is left out; what it does without them is not.
MISSING = {
    "ciw",
    "citeproc",
    "frictionless",
    "nbformat",
    "scipy",
    "simpy",
    "vl_convert",
}


class Absent(ModuleType):
    """A library that is not here: it can be named, and not used."""

    __path__ = ()

    def __getattr__(self, name: str) -> "Absent":
        if name.startswith("__"):
            raise AttributeError(name)
        return Absent(f"{self.__name__}.{name}")

    def __call__(self, *_: object, **__: object) -> None:
        raise ModuleNotFoundError(f"{self.__name__} is not in a browser")


class Finder:
    """Finds the libraries that are not here."""

    @staticmethod
    def find_spec(name, *_):
        return ModuleSpec(name, Finder) if name.split(".")[0] in MISSING else None

    @staticmethod
    def create_module(spec):
        return Absent(spec.name)

    @staticmethod
    def exec_module(module):
        pass


sys.meta_path.insert(0, Finder)
sys.path[:0] = ["/course", "/course/libraries"]
sys.dont_write_bytecode = True
os.chdir("/course")
# pytest runs tests outside of any event loop; Pyodide says that its own is always running.
asyncio._set_running_loop(None)

import pytest  # noqa: E402
from hypothesis import Phase, settings  # noqa: E402

# A processor in a processor: fewer examples than a test asks for, and no clock.
FEW = settings(
    deadline=None,
    max_examples=5,
    database=None,
    derandomize=True,
    phases=(Phase.explicit, Phase.generate),
)


class Tally:
    """What came of each test."""

    def __init__(self) -> None:
        self.passed, self.failed, self.left_out = [], {}, []

    def pytest_collection_modifyitems(self, items):
        # Catching what a compiled library prints needs more of an operating system.
        self.left_out += [item.nodeid for item in items if "capfd" in item.fixturenames]
        items[:] = [item for item in items if "capfd" not in item.fixturenames]
        for item in items:
            if hasattr(item.obj, "hypothesis"):
                item.obj._hypothesis_internal_use_settings = FEW

    def pytest_collectreport(self, report):
        if report.failed:
            self.failed[report.nodeid] = str(report.longrepr)[-1500:]

    def pytest_runtest_logreport(self, report):
        if report.skipped or (report.failed and "ModuleNotFoundError" in report.longreprtext):
            self.left_out.append(report.nodeid)
        elif report.failed:
            self.failed[report.nodeid] = report.longreprtext[-1500:]
        elif report.when == "call":
            print(f"{report.duration:.2f} {report.nodeid}", file=sys.__stdout__, flush=True)
            self.passed.append(report.nodeid)


tally = Tally()
options = ["-q", "-W", "ignore", "--capture=sys", "-p", "no:cacheprovider", "--tb=short"]
pytest.main([*options, *FILES], plugins=[tally])  # noqa: F821
json.dumps(vars(tally))  # what runPython returns

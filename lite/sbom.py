"""What is in the software, part by part, as CycloneDX: a list that a security desk's tools read."""

from __future__ import annotations

import hashlib
import json
import re
import uuid
from collections.abc import Iterable, Mapping
from pathlib import Path

import vl_convert

from lite.archive import to_json
from lite.parts import Part
from toolkit import __version__

ROOT = Path(__file__).resolve().parents[1]
JUPYTER = "app/build/third-party-licenses.json"  # what JupyterLite's own pages are built from
PIN = re.compile(
    r"^([a-z0-9._-]+)==([^ ;\\\n]+)[^\n]*\n((?: +--hash=sha256:[0-9a-f]{64}[^\n]*\n?)*)",
    re.MULTILINE,
)


def lists(shipped: Iterable[Part], made: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the lists of the browser edition and of the desktop edition, by path in the site.

    Parameters
    ----------
    shipped : iterable of Part
        What the browser edition is made of.
    made : mapping of str to bytes
        Its files.

    Returns
    -------
    dict of str to bytes
        Path to CycloneDX document.
    """
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    drawing = json.loads(made[JUPYTER])["packages"] if JUPYTER in made else []
    return {
        "sbom.json": document(
            "browser edition", [*map(_part, shipped), *map(_script, drawing), *_drawing()]
        ),
        "sbom-desktop.json": document("desktop edition", [*locked(lock), *_drawing()]),
    }


def document(edition: str, components: Iterable[dict]) -> bytes:
    """Return a CycloneDX document; the same components give the same bytes."""
    held = {json.dumps(each, sort_keys=True): each for each in components}
    components = [held[key] for key in sorted(held, key=lambda key: (held[key]["purl"], key))]
    for number, each in enumerate(components, start=1):
        each["bom-ref"] = f"{number}-{each['purl']}"
    content = hashlib.sha256(to_json([edition, __version__, components])).hexdigest()
    course = {
        "type": "application",
        "name": f"Dialects of Improvement, {edition}",
        "version": __version__,
        "bom-ref": "course",
        "licenses": [{"expression": "MIT AND CC-BY-4.0"}],
    }
    return to_json(
        {
            "bomFormat": "CycloneDX",
            "specVersion": "1.5",
            "serialNumber": uuid.uuid5(uuid.NAMESPACE_OID, content).urn,
            "version": 1,
            "metadata": {"component": course},
            "components": components,
        }
    )


def locked(lock: str) -> list[dict]:
    """Return the components of a lock; a component has one hash for each file that pip may take."""
    found = []
    for name, version, hashes in PIN.findall(lock):
        held = [
            {"alg": "SHA-256", "content": each}
            for each in re.findall(r"sha256:([0-9a-f]{64})", hashes)
        ]
        found.append(_component(name, version, f"pkg:pypi/{name}@{version}") | {"hashes": held})
    return found


def _part(part: Part) -> dict:
    package = part.npm.split("@")[0] if part.npm else part.name
    kind = "npm" if part.npm else "pypi"
    return _component(part.name, part.version, f"pkg:{kind}/{package}@{_release(part)}") | {
        "hashes": [{"alg": "SHA-256", "content": part.sha256}],
        "licenses": [{"expression": part.licence}],
        "properties": [{"name": "file", "value": part.file}],
    }


def _release(part: Part) -> str:
    return part.npm.rpartition("@")[2] if part.npm else part.version


def _script(package: dict) -> dict:
    name, version = package["name"], package.get("versionInfo") or "unknown"
    component = _component(name, version, f"pkg:npm/{name.replace('@', '%40')}@{version}")
    if licence := package.get("licenseId"):
        component["licenses"] = [{"license": {"name": licence}}]  # in its authors' own words
    return component


def _drawing() -> list[dict]:
    """Return what the drawing library is bundled from."""
    versions = {
        "vega": vl_convert.get_vega_version(),
        "vega-embed": vl_convert.get_vega_embed_version(),
        "vega-lite": max(vl_convert.get_vegalite_versions(), key=_number),
    }
    return [
        _component(name, version, f"pkg:npm/{name}@{version}")
        | {"licenses": [{"expression": "BSD-3-Clause"}]}
        for name, version in versions.items()
    ]


def _number(version: str) -> list[int]:
    return [int(each) for each in re.findall(r"\d+", version)]


def _component(name: str, version: str, purl: str) -> dict:
    return {"type": "library", "name": name, "version": version, "purl": purl}

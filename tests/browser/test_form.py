"""The form by itself, in a page without JupyterLab: each kind of control is drawn and shut."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from toolkit.learning.fields import Field
from toolkit.screen.form import HERE, Form

pytestmark = pytest.mark.browser

PARTS = {"options": {"a": "first", "b": "second"}, "rows": {"q": "queue"}, "at": ("start", "end")}
# What anywidget gives to a form: the traits of its model, and a place on the page.
RENDER = """
async ([source, traits]) => {
  const file = new Blob([source], { type: "text/javascript" });
  const module = await import(URL.createObjectURL(file));
  const rest = { set() {}, save_changes() {}, send() {}, on() {}, off() {} };
  const model = { get: (name) => traits[name], ...rest };
  module.default.render({ model, el: document.body });
}
"""


def kinds(field: type[Field]) -> list[type[Field]]:
    """Return the kinds of control that can stand in a form."""
    below = [each for sub in field.__subclasses__() for each in kinds(sub)]
    return [field, *below] if field.kind else below


@pytest.mark.parametrize("locked", [False, True])
@pytest.mark.parametrize("kind", kinds(Field), ids=lambda kind: kind.kind)
def test_every_kind_of_control_is_drawn_with_its_words_and_can_be_shut(
    kind: type[Field], locked: bool, browser: Browser
):
    taken = PARTS.keys() & kind.__dataclass_fields__.keys()
    # The rows of a text are a number: how high its box is.
    parts = {name: PARTS[name] for name in taken if not isinstance(getattr(kind, name, None), int)}
    form = Form(kind("asked", "What is asked", **parts), title="A form")
    names = ("fields", "value", "locked", "status", "title", "heading", "texts")
    traits = {name: getattr(form, name) for name in names}
    page = browser.new_page()
    try:
        page.evaluate(
            RENDER, [(HERE / "form.js").read_text(encoding="utf-8"), {**traits, "locked": locked}]
        )
        words = page.locator(".dio-form").inner_text()
        controls = page.locator("input, select, textarea, button")
        assert "What is asked" in words
        assert controls.count()
        assert all(control.is_disabled() for control in controls.all()) or not locked
        for name, part in parts.items():
            texts = part.values() if isinstance(part, dict) else part
            assert all(text in page.content() for text in texts), name
    finally:
        page.close()

"""The facilitator pack: self-contained, accessible, the same bytes each time."""

import hashlib
import html
import os
import re
import subprocess
import sys
from html.parser import HTMLParser

import pytest

from toolkit.learning.words import words_of
from toolkit.room import handouts, pack
from toolkit.room.guides import guide, with_guide
from toolkit.room.page import inline, prose, resized, sheet

VOID = {"meta", "link", "br", "hr", "img", "input", "col", "wbr"}


@pytest.fixture(scope="module")
def pages():
    return pack.pages()


class Outline(HTMLParser):
    """Headings, ids and links of a page; it fails where a tag is not closed."""

    def __init__(self, page):
        super().__init__()
        self.open, self.headings, self.ids, self.links = [], [], [], []
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        named = dict(attrs)
        if tag not in VOID:
            self.open.append(tag)
        if re.fullmatch(r"h\d", tag):
            self.headings.append(int(tag[1]))
        if "id" in named:
            self.ids.append(named["id"])
        if "href" in named:
            self.links.append(named["href"])

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def text(page):
    """The words of a page."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def prints(page):
    return 'data-paper="' in page  # a page of `sheet`; a deck is drawn by its own rules


def test_the_pack_is_the_same_byte_by_byte_in_another_process(pages, tmp_path):
    surroundings = {**os.environ, "PYTHONHASHSEED": "7"}
    command = [sys.executable, "-m", "toolkit.room.pack", str(tmp_path)]
    subprocess.run(command, env=surroundings, check=True, capture_output=True)
    made = {p.relative_to(tmp_path).as_posix(): p.read_bytes() for p in tmp_path.rglob("*.html")}
    first = {name: hashlib.sha256(page.encode()).hexdigest() for name, page in pages.items()}
    assert {name: hashlib.sha256(page).hexdigest() for name, page in made.items()} == first


def test_every_page_needs_nothing_but_itself(pages):
    for name, page in pages.items():
        fetched = re.findall(r"""(?:src|href)=["'](?!#|data:)([^"']+)|url\((?!["']?data:)""", page)
        if name == "index.html" or "plan-" in name:
            fetched = [each for each in fetched if each.removeprefix("../") not in pages]
        assert fetched == [], name
        assert "Content-Security-Policy" in page, name


def test_every_page_is_well_formed_with_one_title_and_steps_in_its_headings(pages):
    for name, page in pages.items():
        if not prints(page):
            continue
        outline = Outline(page)
        assert outline.headings[0] == 1, name
        assert outline.headings.count(1) == 1, name
        steps = zip(outline.headings, outline.headings[1:], strict=False)
        assert all(below <= above + 1 for above, below in steps), name
        assert len(set(outline.ids)) == len(outline.ids), name
        inside = [link[1:] for link in outline.links if link.startswith("#")]
        assert set(inside) <= set(outline.ids), name
        assert page.count("<title>") == 1
        assert 'lang="en-GB"' in page


def test_the_index_leads_to_every_page(pages):
    linked = set(Outline(pages["index.html"]).links) - {"data:,"}
    assert linked == set(pages) - {"index.html"}


def test_every_lesson_with_a_guide_has_its_sheets(pages):
    for number in with_guide():
        for kind in ("guide", "predict", "card"):
            assert f"{kind}-{number}.html" in pages
            assert f"a5/{kind}-{number}.html" in pages


@pytest.mark.parametrize("number", with_guide())
def test_a_prediction_sheet_asks_everything_and_tells_nothing(number):
    words = text(handouts.prediction_sheet(number))
    for each in guide(number).predictions:
        assert each.ask.question in words
        assert all(option in words for option in each.ask.options.values())
        assert not each.ask.because or each.ask.because not in words
        assert each.comes not in words


@pytest.mark.parametrize("number", with_guide())
def test_a_card_has_the_lines_of_its_lesson_and_room_to_write(number):
    page = handouts.card(number)
    for prompt in words_of(number).card.values():
        assert text(page).count(prompt) == handouts.CARDS
    assert page.count('class="line"') >= handouts.CARDS * len(words_of(number).card)


def test_the_evaluation_asks_for_no_name(pages):
    page = pages["evaluation.html"]
    assert "do not write your name" in page
    assert "<input" not in page


def test_a_sheet_lists_the_sources_it_cites_and_no_others():
    page = sheet("Queues", prose("See [Little 1961](#source-little1961)."))
    assert re.findall(r'id="source-(\w+)"', page) == ["little1961"]
    assert "Sources" not in sheet("Queues", "<p>None.</p>")


def test_a_sheet_cites_no_source_that_is_not_there():
    with pytest.raises(ValueError, match="no source 'nobody1999'"):
        sheet("Queues", prose("See [Nobody 1999](#source-nobody1999)."))


def test_a_title_is_text():
    page = sheet("Wait < 4 h & <b>more</b>", "")
    assert "<b>" not in page
    assert "Wait &lt; 4 h &amp;" in page


def test_words_are_never_html():
    assert prose("<script>x</script>").count("<script>") == 0
    assert inline("5 < 6 and **bold**") == "5 &lt; 6 and <strong>bold</strong>"


def test_a_link_that_leads_nowhere_on_paper_is_text():
    links = "[lesson 06](06-prudent.ipynb), a [batch](#term-batch) and [Little](#source-little1961)"
    shown = prose(f"See {links}.")
    assert shown.count("<a ") == 1
    assert "See lesson 06, a batch and" in shown


@pytest.mark.parametrize("size", ["A4", "A5", "A4 landscape"])
def test_a_sheet_says_its_paper(size):
    assert f"@page {{ size: {size}; }}" in sheet("T", "", size)


def test_an_unknown_paper_is_refused():
    with pytest.raises(ValueError, match="no paper 'A3'; there is A4, A5"):
        sheet("T", "", "A3")


def test_only_a4_is_offered_smaller():
    assert resized(sheet("T", ""), "A5") == sheet("T", "", "A5")
    wide = sheet("T", "", "A4 landscape")
    assert resized(wide, "A5") == wide


def test_the_pack_goes_into_a_folder_and_leaves_what_else_is_there(pages, tmp_path, monkeypatch):
    monkeypatch.setattr(pack, "parts", lambda: iter([("Plans", pages)]))
    (tmp_path / "notes.txt").write_text("mine")
    assert pack.main([str(tmp_path)]) == 0
    assert (tmp_path / "notes.txt").read_text() == "mine"
    assert (tmp_path / "index.html").is_file()


def test_a_part_can_be_printed_before_the_next_is_made(tmp_path, monkeypatch, capsys):
    def parts():
        yield "Session plans", {"plan.html": "one", "a5/plan.html": "two"}
        assert (tmp_path / "plan.html").read_text() == "one"
        assert f"Session plans: 2 pages in {tmp_path}" in capsys.readouterr().out
        yield "", {"index.html": "all"}

    monkeypatch.setattr(pack, "parts", parts)
    assert pack.main([str(tmp_path)]) == 0
    assert "We made 3 pages." in capsys.readouterr().out


def test_the_index_has_the_slides_beside_each_plan(pages):
    row = re.search(r"<li>.*plan-90-minutes\.html.*</li>", pages["index.html"])[0]
    assert 'href="deck-90-minutes.html"' in row


def test_a_folder_that_cannot_be_written_is_told(pages, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(pack, "parts", lambda: iter([("Plans", pages)]))
    (tmp_path / "taken").write_text("a file")
    assert pack.main([str(tmp_path / "taken")]) == 1
    assert "Name a folder of your own" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [["one", "two"], ["--help"]])
def test_a_wrong_command_is_told(arguments, capsys):
    assert pack.main(arguments) == 2
    assert "one folder at most" in capsys.readouterr().out


def test_two_parts_cannot_offer_one_page(monkeypatch):
    twice = [("guides", {"a.html": "x"}), ("games", {"a.html": "y"})]
    monkeypatch.setattr(pack, "_groups", lambda: iter(twice))
    with pytest.raises(ValueError, match=r"called 'a\.html'"):
        pack.pages()

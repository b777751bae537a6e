"""The HTML page in a real browser: everything has a size and a place, on screens and on paper."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import exsolve
from documents.programs import program
from exsolve.catalogue import files
from exsolve.library import handout
from exsolve.render import text_of
from exsolve.solution import Purpose

playwright: Any = pytest.importorskip(
    "playwright.sync_api", reason="the witnesses of documents need the extra `documents`"
)
pytestmark = pytest.mark.documents

IDS = [file.stem for file in files()]
DESK, PHONE = 1280, 360

FAULTS = """() => {
  const faults = [];
  const say = (...words) => faults.push(words.join(' '));
  const shown = element => element.getClientRects().length > 0;
  if (document.scrollingElement.scrollWidth > innerWidth) say('the page scrolls sideways');
  for (const math of document.querySelectorAll('math')) {
    if (!shown(math)) {
      if (!math.closest('summary')) say('not shown:', math.textContent);
      continue;
    }
    const box = math.getBoundingClientRect(), scroll = math.closest('.scroll');
    if (!(box.width > 0 && box.height > 0)) say('without size:', math.textContent);
    if (!scroll) {
      if (box.right > innerWidth) say('beyond the screen:', math.textContent);
      continue;
    }
    const around = scroll.getBoundingClientRect();
    if (box.top < around.top - 1 || box.bottom > around.bottom + 1) say('cut:', math.textContent);
    if (box.right - around.left > scroll.scrollWidth + 2) say('out of reach:', math.textContent);
  }
  for (const box of document.querySelectorAll('.scroll, pre.form'))
    if (box.scrollWidth > box.clientWidth + 1 && box.tabIndex !== 0)
      say('scrolls, and no key reaches it:', box.textContent.slice(0, 60));
  for (const label of document.querySelectorAll('.question .label, .mark, .points'))
    if (shown(label) && label.getBoundingClientRect().height > 2.2 * parseFloat(
      getComputedStyle(label).fontSize)) say('a label in several lines:', label.textContent);
  const stacks = 'main, footer, section, details, .body, .equations, li, ul, dl, .question';
  for (const stack of document.querySelectorAll(stacks)) {
    const boxes = [...stack.children].filter(one => shown(one)
      && getComputedStyle(one).display !== 'inline' && getComputedStyle(one).position !== 'absolute'
    ).map(one => one.getBoundingClientRect());
    boxes.slice(1).forEach((after, place) => {
      const before = boxes[place];
      const wide = Math.min(before.right, after.right) - Math.max(before.left, after.left);
      const high = Math.min(before.bottom, after.bottom) - Math.max(before.top, after.top);
      if (wide > 1.5 && high > 1.5) say('over one another in', stack.tagName, stack.className);
    });
  }
  for (const table of document.querySelectorAll('mtable')) {
    const rows = [...table.children].map(row => [...row.children].map(
      cell => cell.getBoundingClientRect()));
    for (const row of rows) row.forEach((cell, place) => {
      if (Math.abs(cell.left + cell.right - rows[0][place].left - rows[0][place].right) > 2)
        say('a matrix whose columns are not aligned:', table.textContent.slice(0, 60));
    });
  }
  return [...new Set(faults)];
}"""
"""What a reader would call broken, as a list of words."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as driver:
        found = driver.chromium.launch(
            executable_path=program("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        yield found
        found.close()


@pytest.fixture(scope="module")
def tab(browser: Any) -> Iterator[Any]:
    """A page of the browser that fails where anything is fetched or written to the console."""
    page = browser.new_page()
    page.route("**/*", lambda route: route.abort())
    heard: list[str] = []
    page.on("console", lambda message: heard.append(message.text))
    page.on("requestfailed", lambda request: heard.append(request.url))
    yield page
    assert heard == []


@cache
def html(exercise: str, purpose: Purpose) -> str:
    return text_of(handout([exsolve.load(exercise)], purpose), "html")


def opened(tab: Any, exercise: str, purpose: Purpose, width: int) -> Any:
    tab.set_viewport_size({"width": width, "height": 900})
    tab.set_content(html(exercise, purpose))
    return tab


@pytest.mark.parametrize("purpose", ["key", "sheet"])
@pytest.mark.parametrize("width", [DESK, PHONE])
@pytest.mark.parametrize("exercise", IDS)
def test_everything_has_its_place(tab: Any, exercise: str, width: int, purpose: Purpose) -> None:
    assert opened(tab, exercise, purpose, width).evaluate(FAULTS) == []


def test_the_faults_are_seen(tab: Any) -> None:
    page = opened(tab, "attention-forward", "key", PHONE)
    page.add_style_tag(content=".scroll { overflow: visible; height: 1rem; }")
    faults = page.evaluate(FAULTS)
    assert "the page scrolls sideways" in faults
    assert any(fault.startswith("cut: ") for fault in faults)


@pytest.mark.parametrize("exercise", IDS)
def test_equal_signs_of_a_chain_stand_below_one_another(tab: Any, exercise: str) -> None:
    page = opened(tab, exercise, "key", DESK)
    chains = page.evaluate("""() => [...document.querySelectorAll('.equations')].map(chain =>
      [...chain.querySelectorAll('.sign')].map(sign => sign.getBoundingClientRect().right))
    """)
    assert all(max(chain) - min(chain) < 1 for chain in chains if chain)


def test_the_contents_stand_at_the_side_or_behind_a_fold(tab: Any) -> None:
    contents = tab.locator("nav.contents > ol")
    opened(tab, "attention-forward", "key", PHONE)
    assert not contents.is_visible()
    tab.locator("nav.contents summary").click()
    assert contents.is_visible()
    opened(tab, "attention-forward", "key", DESK)
    assert contents.is_visible()
    assert contents.bounding_box()["x"] < tab.locator("main").bounding_box()["x"]


def test_a_step_folds_away(tab: Any) -> None:
    opened(tab, "attention-forward", "key", DESK)
    step = tab.locator("details.answer").first
    high = step.bounding_box()["height"]
    step.locator("> summary").click()
    assert step.bounding_box()["height"] < high / 2
    assert step.locator("> summary math").is_visible()


def test_paper_shows_what_is_folded_and_no_navigation(tab: Any, tmp_path: Path) -> None:
    opened(tab, "attention-forward", "key", DESK)
    tab.evaluate("document.querySelectorAll('details').forEach(fold => fold.open = false)")
    file = tmp_path / "key.pdf"
    tab.pdf(path=str(file), format="A4")
    text = subprocess.run(
        [program("pdftotext"), "-layout", str(file), "-"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    assert "The attention weights, one row for each token that asks" in text
    assert "panda" in text
    assert "Contents" not in text


@pytest.mark.parametrize("exercise", IDS)
@pytest.mark.parametrize("paper", [(210, 297), (216, 279)])
def test_paper_cuts_nothing(tab: Any, exercise: str, paper: tuple[int, int]) -> None:
    # what stands between margins of 20 mm, in CSS pixels
    room = (paper[0] - 40) * 96 / 25.4
    tab.emulate_media(media="print")
    try:
        page = opened(tab, exercise, "key", round(room))
        beyond = page.evaluate(
            """() => [...document.querySelectorAll('math, svg, table, pre')].filter(one =>
                one.getBoundingClientRect().right > document.documentElement.clientWidth + 1
            ).map(one => one.textContent.slice(0, 80))"""
        )
        assert beyond == []
    finally:
        tab.emulate_media(media="screen")


def luminance(colour: str) -> float:
    """Of ``rgb(r, g, b)`` (WCAG 2.2, relative luminance)."""
    channels = [int(one) / 255 for one in colour[4:-1].split(", ")]
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_has_the_contrast_that_wcag_asks_for(tab: Any, scheme: str) -> None:
    tab.emulate_media(color_scheme=scheme)
    page = opened(tab, "attention-forward", "key", DESK)
    pairs = page.evaluate("""() => {
      const ground = element => {
        for (let one = element; one; one = one.parentElement) {
          const colour = getComputedStyle(one).backgroundColor;
          if (!colour.startsWith('rgba(0, 0, 0, 0')) return colour;
        }
      };
      return [...document.querySelectorAll('body *')].filter(one => [...one.childNodes].some(
        node => node.nodeType === 3 && node.data.trim())).map(
        one => [getComputedStyle(one).color, ground(one)]);
    }""")
    for ink, paper in {(ink, paper) for ink, paper in pairs}:
        low, high = sorted([luminance(ink), luminance(paper)])
        assert (high + 0.05) / (low + 0.05) >= 4.5, (ink, paper)
    tab.emulate_media(color_scheme="light")

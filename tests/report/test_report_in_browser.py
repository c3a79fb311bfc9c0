"""The page in a real browser: accessible, quiet, and no wider than a phone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def shown(browser: Any, reported: Path) -> Iterator[tuple[Any, list[str]]]:
    """The page open, and what it complained of or asked for."""
    tab, heard = browser.new_page(viewport={"width": 1280, "height": 900}), []
    tab.on("console", lambda message: heard.append(f"console: {message.text}"))
    tab.on("pageerror", lambda error: heard.append(f"error: {error}"))
    tab.on("request", lambda request: heard.append(f"request: {request.url}"))
    address = (reported / "report.html").as_uri()
    tab.goto(address)
    heard.remove(f"request: {address}")
    yield tab, heard
    tab.close()


def _violations(tab: Any) -> list[str]:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")
    found = axe.Axe().run(tab).response["violations"]
    return [f"{one['id']}: {node['html'][:200]}" for one in found for node in one["nodes"]]


def test_page__asks_for_nothing_and_complains_of_nothing(shown: tuple[Any, list[str]]) -> None:
    tab, heard = shown
    assert tab.title().startswith("Research culture report")
    assert heard == []


def test_page__has_no_fault_that_axe_finds(shown: tuple[Any, list[str]]) -> None:
    tab, _ = shown
    assert _violations(tab) == []
    tab.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert _violations(tab) == []


@pytest.mark.parametrize("width", [320, 360, 768])
def test_page__never_scrolls_sideways(shown: tuple[Any, list[str]], width: int) -> None:
    tab, _ = shown
    tab.set_viewport_size({"width": width, "height": 800})
    tab.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert tab.evaluate("document.documentElement.scrollWidth") <= width


def test_skip_link__is_the_first_thing_that_the_keyboard_reaches(shown: tuple[Any, list[str]]) -> None:
    tab, _ = shown
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.textContent") == "Skip to the report"
    tab.keyboard.press("Enter")
    assert tab.evaluate("document.activeElement.id") == "main"


def test_print__needs_no_more_width_than_a4(shown: tuple[Any, list[str]]) -> None:
    tab, _ = shown
    tab.emulate_media(media="print")
    tab.set_viewport_size({"width": 703, "height": 1000})  # A4 less its margins, at 96 to the inch
    assert tab.evaluate("document.documentElement.scrollWidth") <= 703
    assert not tab.is_visible("nav")

"""The explorer in a real browser: it loads, answers, downloads, and speaks to nobody but this machine."""

from __future__ import annotations

import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from publishing.explorer.command import arguments, free_port

CHROMIUM = Path("/usr/bin/chromium")
SWITCHES = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
PATIENCE = 120_000  # milliseconds; a shared machine is slow

pytest.importorskip("streamlit", reason="streamlit (extra `explore`) is not installed")
sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"there is no browser at {CHROMIUM}"),
]


@pytest.fixture(scope="module")
def address(made: Path) -> Iterator[str]:
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    with subprocess.Popen(
        arguments(made, port), cwd=made, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as server:
        try:
            _wait_for(f"{address}/_stcore/health")
            yield address
        finally:
            server.terminate()


def _wait_for(url: str) -> None:
    for _ in range(240):
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.5)
    raise AssertionError("the server does not answer")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=SWITCHES)
        yield browser
        browser.close()


class Visit:
    """A page with what it asked for and complained about."""

    def __init__(self, browser: Any) -> None:
        self.page = browser.new_page(viewport={"width": 1280, "height": 900}, accept_downloads=True)
        self.page.set_default_timeout(PATIENCE)
        self.requests: list[str] = []
        self.errors: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("websocket", lambda socket: self.requests.append(socket.url))
        self.page.on("console", lambda said: self.errors.append(said.text) if said.type == "error" else None)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))

    def open(self, url: str, heading: str = "Indicators") -> None:
        """The start page, then the page of that heading by its link. Asked for a page at once, Streamlit looks in vain below it."""
        self.page.goto(url)
        self.page.get_by_role("heading", name="Indicators", exact=True).wait_for()
        if heading != "Indicators":
            self.page.get_by_role("link", name=heading).click()
        self.page.get_by_role("heading", name=heading, exact=True).wait_for()
        self.page.locator("table").first.wait_for()

    @property
    def strangers(self) -> list[str]:
        local = ("http://127.0.0.1:", "ws://127.0.0.1:", "data:", "blob:http://127.0.0.1:")
        return [url for url in self.requests if not url.startswith(local)]


@pytest.fixture
def visit(browser: Any) -> Iterator[Visit]:
    visit = Visit(browser)
    yield visit
    visit.page.close()
    assert visit.requests
    assert not visit.strangers
    assert not visit.errors


def test_indicator_page__shows_a_chart_with_words_for_it(visit: Visit, address: str) -> None:
    visit.open(address)
    chart = visit.page.get_by_role("img", name="Control chart of Engaged with research, Avon Trust")
    chart.wait_for()
    assert chart.evaluate("image => image.complete && image.naturalWidth") > 0
    box = chart.bounding_box()
    assert box
    assert box["width"] > 400


def test_indicator_page__is_changed_with_the_keyboard_alone(visit: Visit, address: str) -> None:
    visit.open(address)
    visit.page.get_by_label("Group").first.focus()
    visit.page.keyboard.type("Nursing")
    visit.page.keyboard.press("Enter")
    visit.page.get_by_role("heading", name="Engaged with research: Nursing").wait_for()
    visit.page.get_by_role("cell", name="suppressed").first.wait_for()


def test_downloads__are_a_csv_and_a_png(visit: Visit, address: str, tmp_path: Path) -> None:
    visit.open(address)
    found = {}
    for button in ("Table as CSV", "Chart as PNG"):
        with visit.page.expect_download() as waiting:
            visit.page.get_by_role("button", name=button).click()
        file = tmp_path / waiting.value.suggested_filename
        waiting.value.save_as(file)
        found[file.name] = file.read_bytes()
    assert found["R1-trust-RVN.csv"].startswith(b"\xef\xbb\xbftrust_code,indicator_code")
    assert len(found["R1-trust-RVN.csv"].splitlines()) == 21
    assert found["R1-trust-RVN.png"].startswith(b"\x89PNG")


def test_tables_page__filters(visit: Visit, address: str) -> None:
    visit.open(address, "All tables")
    visit.page.get_by_label("Table", exact=True).focus()
    visit.page.keyboard.type("mart_workforce_month")
    visit.page.keyboard.press("Enter")
    visit.page.get_by_text("20 of 60 rows hold a figure that is suppressed").wait_for()
    visit.page.get_by_label("Kind of group").focus()
    visit.page.keyboard.type("directorate")
    visit.page.keyboard.press("Enter")
    visit.page.get_by_text("20 of 20 rows hold a figure that is suppressed").wait_for()


def test_quality_page__is_there(visit: Visit, address: str) -> None:
    visit.open(address, "Data quality")
    visit.page.get_by_role("cell", name="current").first.wait_for()

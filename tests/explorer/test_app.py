"""The pages of the explorer, run by Streamlit's own test runner without a browser."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

testing = pytest.importorskip("streamlit.testing.v1", reason="streamlit (extra `explore`) is not installed")


@pytest.fixture(autouse=True)
def _main_module() -> Iterator[None]:
    """Streamlit puts its script in the place of `__main__` and leaves it there; a process started later would run it."""
    before = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = before


def _script(folder: str, page: str) -> None:
    from pathlib import Path

    from publishing.explorer import app
    from publishing.explorer.released import open_release

    getattr(app, f"{page}_page")(open_release(Path(folder)))


def _run(folder: Path, page: str) -> Any:
    app = testing.AppTest.from_function(_script, args=(str(folder), page), default_timeout=120).run()
    assert not app.exception
    return app


def _texts(app: Any) -> str:
    kinds = (app.markdown, app.caption, app.header, app.subheader, app.info)
    return "\n".join(str(element.value) for kind in kinds for element in kind)


def test_indicator_page__shows_figure_definition_and_where_it_came_from(made: Path) -> None:
    app = _run(made, "indicator")
    assert app.header[0].value == "Engaged with research: Avon Trust"
    assert [metric.value for metric in app.metric] == ["21.0%", "25.0%", "–"]
    text = _texts(app)
    assert "What Engaged with research counts" in text
    assert "`hr_assignments`" in text
    assert "**20** deliveries in the period; **1** not there, **38** rows rejected" in text


def test_indicator_page__follows_the_group_and_the_period(made: Path) -> None:
    app = _run(made, "indicator")
    group = app.selectbox(key="group")
    group.select_index(next(i for i, name in enumerate(group.options) if "Nursing" in name)).run()
    assert app.header[0].value.endswith("Nursing")
    first = app.selectbox(key="series-from")
    first.select_index(4).run()
    assert not app.exception
    table = app.table[0].value
    assert len(table) == 16
    assert "suppressed" in set(table["Figure"])


def test_tables_page__shows_suppressed_cells_as_words_and_filters(made: Path) -> None:
    app = _run(made, "tables")
    app.selectbox(key="table").set_value("mart_workforce_month").run()
    assert not app.exception
    assert "20 of 60 rows hold a figure that is suppressed" in _texts(app)
    assert set(app.table[0].value["Headcount"]) == {"1,200", "suppressed"}
    app.multiselect(key="mart_workforce_month-group_type").set_value(["trust"]).run()
    assert set(app.table[0].value["Headcount"]) == {"1,200"}
    assert len(app.table[0].value) == 20


def test_quality_page__shows_what_came_by_month(made: Path) -> None:
    app = _run(made, "quality")
    assert list(app.table[0].value["Extract"]) == ["hr_assignments"]
    assert "38** rows rejected" in _texts(app)

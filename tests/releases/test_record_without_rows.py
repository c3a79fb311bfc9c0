"""A record of a release that lost the rows of its deliveries is said, before anything is read."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingestion.errors import RcwError
from orchestration.rebuild import control_rows_of
from publishing.record import ReleaseRecord
from tests.ingestion.delivering import settings_for


def test_record__without_rows_of_a_delivery_is_said(tmp_path: Path) -> None:
    record = ReleaseRecord(
        "2025-03-0123456789ab", {"deliveries": [{"delivery_id": "a"}]}, [], {}, delivered={"b": (1, 1, 0)}
    )
    with pytest.raises(RcwError, match="Put back a copy"):
        control_rows_of(settings_for(tmp_path), record)

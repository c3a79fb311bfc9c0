"""A module that is put off is there in name, and runs when it is used."""

from __future__ import annotations

import sys
from importlib import import_module, invalidate_caches
from pathlib import Path

import pytest

from expectations.lazy_import import put_off


def test_a_module_that_is_put_off_runs_when_it_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "rcw_put_off.py").write_text("import sys\nsys.rcw_has_run = True\nanswer = 42\n", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "rcw_put_off", raising=False)
    monkeypatch.setattr(sys, "rcw_has_run", False, raising=False)
    invalidate_caches()
    with put_off("rcw_put_off"):
        module = import_module("rcw_put_off")
    assert not sys.rcw_has_run  # type: ignore[attr-defined]
    assert module.answer == 42
    assert sys.rcw_has_run  # type: ignore[attr-defined]


def test_other_modules_and_those_that_are_not_there_are_imported_as_ever() -> None:
    with put_off("rcw_is_not_there"):
        assert import_module("json").loads("1") == 1
        with pytest.raises(ModuleNotFoundError):
            import_module("rcw_is_not_there")

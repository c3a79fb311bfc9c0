"""The page about settings names every setting with its default, and no other."""

from __future__ import annotations

import re

import yaml

from ingestion.settings import Settings
from publishing.policy import POLICY_FILE
from tests.conftest import ROOT


def _on_page() -> dict[str, str]:
    rows = re.findall(
        r"^\| `(RCW_[A-Z_]+)` \| (?:`([^`]*)`)? ?\|", (ROOT / "docs" / "settings.md").read_text("utf-8"), re.M
    )
    return dict(rows)


def _in_code() -> dict[str, str]:
    found = {
        f"RCW_{name.upper()}": "" if field.default in (None, "") else str(field.default)
        for name, field in Settings.model_fields.items()
    }
    policy = yaml.safe_load(POLICY_FILE.read_text(encoding="utf-8"))
    rules = [rule for rule in policy.values() if isinstance(rule, dict) and "setting" in rule]
    return found | {rule["setting"]: str(rule.get("hidden_up_to", rule.get("to"))) for rule in rules}


def test_settings_page__names_every_setting_with_its_default() -> None:
    assert _on_page() == _in_code()


def test_example_file__names_only_settings_that_exist() -> None:
    named = set(re.findall(r"RCW_[A-Z_]+(?==)", (ROOT / ".env.example").read_text(encoding="utf-8")))
    assert named <= set(_in_code())

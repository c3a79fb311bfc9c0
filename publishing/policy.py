"""The small-number policy: read from `disclosure_policy.yml`, overridden by settings, recorded in every release."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from dotenv import dotenv_values

from ingestion.rules_file import read_rules
from publishing.errors import PublishingError

POLICY_FILE = Path(__file__).parent / "disclosure_policy.yml"

Kind = Literal["staff", "survey"]


@dataclass(frozen=True)
class Rule:
    """People counts from 1 to `hidden_up_to` are hidden."""

    hidden_up_to: int
    owner: str
    reason: str
    source: str


@dataclass(frozen=True)
class Secondary:
    """How far a hidden figure must be from being known, and what is dear to hide; reasons stand in the policy file.

    Attributes:
        hides_smallness: a small count must seem possibly not small.
        least_width: whole numbers between the least and the greatest possible value of a hidden count.
        least_width_pct: the same of a small group's figure with decimals, per cent of the figure; `least_width_of_others_pct`:
            of any other.
        cost_of_whole: how much dearer it is to hide a figure of the whole; `cost_of_part`: of a group in one kind.
        cost_of_zero: how much dearer a 0 is.
    """

    hides_smallness: bool
    least_width: int
    least_width_pct: float
    least_width_of_others_pct: float
    cost_of_whole: float
    cost_of_part: float
    cost_of_zero: float
    owner: str
    reason: str
    source: str


@dataclass(frozen=True)
class RoundTo:
    """Counts are published as the nearest multiple of `base`, half a base upwards."""

    base: int
    owner: str
    reason: str
    source: str


@dataclass(frozen=True)
class DisclosurePolicy:
    """The policy in force; `rounding` is None where counts are published to the unit."""

    staff: Rule
    survey: Rule
    complement: Rule
    secondary: Secondary
    never_published: tuple[str, ...]
    rounding: RoundTo | None = None

    def threshold(self, kind: Kind) -> int:
        """Largest number of people behind a measure of this kind that is still hidden."""
        return self.survey.hidden_up_to if kind == "survey" else self.staff.hidden_up_to

    def names_a_person(self, column: str) -> bool:
        return any(column == name or column.endswith(f"_{name}") for name in self.never_published)


def _hidden_up_to(value: object, where: str) -> int:
    try:
        number = int(str(value))
    except ValueError:
        number = 0
    if number < 1:
        raise PublishingError(
            f"{value!r} is no threshold of the disclosure policy", where, "give a whole number of people, 1 or more"
        )
    return number


def _round_to(value: object, where: str) -> int:
    if str(value) not in ("0", "5"):
        raise PublishingError(
            f"{value!r} is nothing that counts can be rounded to", where, "give 5, or 0 to publish counts to the unit"
        )
    return int(str(value))


def load_policy(settings: Mapping[str, str] | None = None, file: Path = POLICY_FILE) -> DisclosurePolicy:
    """The policy in force.

    Args:
        settings: values by name (`RCW_PUBLISH_…`); the environment, else the file `.env`, where none are given.

    Raises:
        PublishingError: a threshold is no whole number of people, counts cannot be rounded as set, or the policy file is
            incomplete.
    """
    given = {**dotenv_values(".env"), **os.environ} if settings is None else settings
    document = read_rules(file)

    def in_force(name: str, entry: str) -> tuple[object, str]:
        """The value of a rule and where it stands: its setting, else its entry in the file."""
        setting = document[name]["setting"]
        return (given[setting], setting) if given.get(setting) else (document[name][entry], f"{file.name}, {name}")

    def rule(name: str) -> Rule:
        text = document[name]
        return Rule(_hidden_up_to(*in_force(name, "hidden_up_to")), text["owner"], text["reason"], text["source"])

    def rounding() -> RoundTo | None:
        text, base = document["rounding"], _round_to(*in_force("rounding", "to"))
        return RoundTo(base, text["owner"], text["reason"], text["source"]) if base else None

    try:
        return DisclosurePolicy(
            rule("staff"),
            rule("survey"),
            rule("complement"),
            Secondary(**document["secondary"]),
            tuple(sorted(document["never_published"])),
            rounding(),
        )
    except (KeyError, TypeError) as missing:
        raise PublishingError(
            f"the disclosure policy is incomplete: {missing}", file.name, "compare it with the one in the repository"
        ) from None

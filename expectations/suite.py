"""Suites are data: the YAML files under `raw/` and `marts/`, and the shape of a check within them."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from expectations.result import Severity
from ingestion.contract import Kind
from ingestion.rules_file import read_rules

FOLDER = Path(__file__).parent

#: The Great Expectations types in use. `seeing` can put each of them as SQL, and none of them yields a cell's value.
ExpectationType = Literal[
    "expect_column_values_to_not_be_null",
    "expect_column_values_to_be_in_set",
    "expect_column_values_to_be_between",
    "expect_column_values_to_match_regex",
    "expect_column_values_to_be_unique",
    "expect_compound_columns_to_be_unique",
    "expect_column_pair_values_a_to_be_greater_than_b",
    "expect_column_pair_values_to_be_equal",
    "expect_column_mean_to_be_between",
    "expect_column_unique_value_count_to_be_between",
]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Check(_Strict):
    """An expectation with a name, a severity and what its failure means and asks for.

    Below `minimum_rows` the check is not judged: a share of ten people says nothing.
    """

    name: str = Field(pattern=r"^[a-z0-9_]+$")
    type: ExpectationType
    kwargs: dict[str, Any]
    severity: Severity
    meaning: str
    minimum_rows: int = 0

    @property
    def columns(self) -> tuple[str, ...]:
        named = (self.kwargs.get(argument) for argument in ("column", "column_A", "column_B"))
        return tuple(name for name in named if name) + tuple(self.kwargs.get("column_list", ()))


class DeliveryCheck(Check):
    """A check on the counts of a delivery, for the kinds of extract to which it applies."""

    kinds: tuple[Kind, ...] = ("snapshot", "events", "restated")
    expected_every_month: bool | None = None


class CommonSuite(_Strict):
    """Checks that every delivery undergoes, on its counts."""

    derived: dict[str, str]
    checks: tuple[DeliveryCheck, ...]


class RawSuite(_Strict):
    """Checks on the rows of one extract. `derived` are further columns as SQL, where `{month_end}` is a date."""

    derived: dict[str, str] = Field(default_factory=dict)
    checks: tuple[Check, ...] = ()


class Ratio(_Strict):
    """A published ratio: 100 x numerator / denominator."""

    rate: str
    numerator: str
    denominator: str
    may_exceed_100: bool = False


class Pair(_Strict):
    """A measure that is part of another, and so never larger."""

    part: str
    whole: str


class Total(_Strict):
    """Measures whose groups of one type add up to the trust's figure."""

    group_type: str
    measures: tuple[str, ...]


class Series(_Strict):
    """A query over the mart with checks of its own; `{mart}` is the table and `{from_month}` the first month loaded."""

    name: str
    sql: str
    checks: tuple[Check, ...]


class MartSuite(_Strict):
    """What a mart's own file adds to the checks that follow from the manifest. `derived` are further columns as SQL."""

    derived: dict[str, str] = Field(default_factory=dict)
    ratios: tuple[Ratio, ...] = ()
    pairs: tuple[Pair, ...] = ()
    totals: tuple[Total, ...] = ()
    series: tuple[Series, ...] = ()
    checks: tuple[Check, ...] = ()


class MartRules(_Strict):
    """Rules over column names and types that hold in every mart (`marts/_common.yml`)."""

    percentages: str
    percentages_above_100: tuple[str, ...]
    not_negative: str
    may_be_negative: tuple[str, ...]


T = TypeVar("T", bound=_Strict)


def _load(file: Path, model: type[T]) -> T:
    return model.model_validate(read_rules(file))


@cache
def common_suite() -> CommonSuite:
    return _load(FOLDER / "raw" / "_common.yml", CommonSuite)


@cache
def raw_suite(extract: str) -> RawSuite:
    """The extract's own suite; an extract without a file has only what follows from its contract."""
    file = FOLDER / "raw" / f"{extract}.yml"
    return _load(file, RawSuite) if file.exists() else RawSuite()


@cache
def mart_rules() -> MartRules:
    return _load(FOLDER / "marts" / "_common.yml", MartRules)


@cache
def mart_suite(mart: str) -> MartSuite:
    file = FOLDER / "marts" / f"{mart}.yml"
    return _load(file, MartSuite) if file.exists() else MartSuite()

"""Whatever a file holds, it has an outcome: no exception, every row accounted for, and text comes back as it was."""

from __future__ import annotations

import gzip
import re
import unicodedata
from collections.abc import Callable
from functools import cache
from typing import get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingestion.contract import ReasonCode, contracts, reading_rules
from tests.ingestion.delivering import Taker, as_csv, as_workbook, cells

Mutation = Callable[[bytes], bytes]


def examples(n: int, is_the_same_each_time: bool = True) -> settings:
    """Settings of a property: the home is shared by its examples, since each file has its own place in it."""
    return settings(
        max_examples=n,
        deadline=None,
        database=None,
        derandomize=is_the_same_each_time,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )


FORMS: dict[str, Callable[[list[list[str]]], bytes]] = {
    "utf-8": lambda table: as_csv(table).encode(),
    "semicolons": lambda table: as_csv(table, delimiter=";").encode("cp1252"),
    "tabs, utf-16": lambda table: as_csv(table, delimiter="\t").encode("utf-16"),
    "utf-16 without BOM": lambda table: as_csv(table).encode("utf-16-le"),
    "gzip": lambda table: gzip.compress(as_csv(table).encode(), mtime=0),
    "workbook": lambda table: as_workbook(Data=table),
}
ODD = [
    b"",
    b'"',
    b"\0",
    b",",
    b"\r",
    b"\n",
    b"\xff",
    b"\xfe\xff",
    b"NaN",
    b"1e999",
    b"FTR,3",
    b"Total,",
    b"\xc2\xb2",
    b"'; --",
    b"9" * 400,
]


@cache
def sound_file(extract: str, form: str) -> bytes:
    return FORMS[form](cells(extract, sound=8))


@st.composite
def mutations(draw: st.DrawFn) -> Mutation:
    """One change somewhere in a file: a place as a share of its length, and what happens there."""
    kind = draw(st.sampled_from(["flip", "insert", "cut", "truncate", "drop line", "repeat line", "move cell"]))
    place, width = draw(st.floats(0, 1)), draw(st.integers(1, 60))
    odd = draw(st.sampled_from(ODD) | st.binary(max_size=12))

    def mutate(data: bytes) -> bytes:
        at = int(place * len(data))
        lines = data.split(b"\n")
        line = int(place * (len(lines) - 1))
        match kind:
            case "flip":
                return data[:at] + bytes(b ^ width for b in data[at : at + 1]) + data[at + 1 :]
            case "insert":
                return data[:at] + odd + data[at:]
            case "cut":
                return data[:at] + data[at + width :]
            case "truncate":
                return data[:at]
            case "drop line":
                return b"\n".join(lines[:line] + lines[line + 1 :])
            case "repeat line":
                return b"\n".join(lines[: line + 1] + lines[line:])
            case _:
                broken = lines[line].split(b",")
                return b"\n".join([*lines[:line], b",".join([*broken[1:], *broken[:1], odd]), *lines[line + 1 :]])

    return mutate


def has_an_outcome(take: Taker, extract: str, data: bytes) -> None:
    taken = take.content(extract, data)  # asserts that delivered = accepted + rejected, and that stored rows are those
    delivery = taken.delivery
    assert delivery.is_accepted == (delivery.refusal is None)
    assert {reason for _, reason in taken.reasons} <= set(get_args(ReasonCode))
    if not delivery.is_accepted:
        assert len(taken.refusal) < 2000
        assert "Error" not in taken.refusal
        assert "Traceback" not in taken.refusal
    assert not any(take.settings.work_folder.iterdir())


EXTRACTS, CHANGES = st.sampled_from(sorted(contracts())), st.lists(mutations(), min_size=1, max_size=4)


@examples(60)
@given(extract=EXTRACTS, changes=CHANGES)
def test_mutated_csv__has_an_outcome(take: Taker, extract: str, changes: list[Mutation]) -> None:
    data = sound_file(extract, "utf-8")
    for change in changes:
        data = change(data)
    has_an_outcome(take, extract, data)


NO_ROWS = ("title_rows", "trailer_rows", "total_rows", "note_rows", "repeated_header_rows")


@examples(60)
@given(extract=EXTRACTS, changes=CHANGES)
def test_lines_of_a_mutated_csv__are_all_accounted_for(take: Taker, extract: str, changes: list[Mutation]) -> None:
    data = sound_file(extract, "utf-8")
    for change in changes:
        data = change(data)
    data = data.replace(b'"', b"")  # a quoted cell may span lines
    taken = take.content(extract, data)
    if taken.delivery.rows_delivered:
        lines = [
            line for line in re.split(b"\r\n|\r|\n", data) if line.decode("utf-8", "replace").replace(",", "").strip()
        ]
        assert taken.delivery.rows_delivered == len(lines) - 1 - sum(taken.found(kind) for kind in NO_ROWS)


@pytest.mark.slow
@pytest.mark.parametrize("form", FORMS)
@examples(250, is_the_same_each_time=False)
@given(extract=EXTRACTS, changes=CHANGES)
def test_mutated_file__of_every_form_has_an_outcome(
    take: Taker, form: str, extract: str, changes: list[Mutation]
) -> None:
    data = sound_file(extract, form)
    for change in changes:
        data = change(data)
    has_an_outcome(take, extract, data)


@examples(40)
@given(data=st.binary(max_size=400))
def test_any_bytes__have_an_outcome(take: Taker, data: bytes) -> None:
    has_an_outcome(take, "rd_recruitment", data)


@examples(40)
@given(rows=st.lists(st.lists(st.text(max_size=12), max_size=5), max_size=12))
def test_any_cells_under_a_sound_header__have_an_outcome(take: Taker, rows: list[list[str]]) -> None:
    text = as_csv([cells("rd_recruitment")[0], *rows])
    has_an_outcome(take, "rd_recruitment", text.encode("utf-8", errors="replace"))


def cleaned(text: str) -> str | None:
    """The cleaning rules once more, in Python."""
    seen = "".join(c for c in re.sub("[\x00-\x08\x0e-\x1f\x7f]", "", text) if unicodedata.category(c) != "Cf")
    plain = " ".join(unicodedata.normalize("NFC", seen).split())
    rules = reading_rules()
    if plain.upper() in {token.upper() for token in (*rules.null_tokens, *rules.suppressed_tokens)}:
        return None
    return None if any(re.search(pattern, plain) for pattern in rules.forbidden_values.values()) else plain


@examples(20)
@given(
    texts=st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=40), min_size=1, max_size=40)
)
def test_text__comes_back_as_it_was_but_cleaned(take: Taker, texts: list[str]) -> None:
    taken = take("hr_leavers", *({"Leaving Reason": text} for text in texts), sound=0)
    assert [row["leaving_reason"] for row in taken.rows] == [cleaned(text) for text in texts]


@examples(10)
@given(numbers=st.lists(st.floats(1e-9, 2) | st.integers(0, 2), min_size=1, max_size=40))
def test_number__comes_back_as_it_was(take: Taker, numbers: list[float]) -> None:
    taken = take("hr_leavers", *({"FTE": repr(number)} for number in numbers), sound=0)
    assert [row["fte"] for row in taken.rows] == numbers

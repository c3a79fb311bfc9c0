"""Whatever the metadata of a mart says, nothing is shown that rests on few people, at any remove."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from publishing_support import column, model, published_rows

PEOPLE = ["people_0", "people_1", "people_2"]
MEASURES = [f"measure_{place}" for place in range(6)]


@st.composite
def mart(draw: st.DrawFn) -> dict[str, Any]:
    """A mart whose measures rest on random counts and on random other measures (of lower or higher place)."""
    order = draw(st.permutations(MEASURES))
    columns = {"group_code": column("varchar", "key"), **{name: column("integer", "support") for name in PEOPLE}}
    measures = {}
    for place, name in enumerate(order):
        rules: dict[str, Any] = {
            "people": draw(st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=2, unique=True)),
            "computed_from": draw(st.lists(st.sampled_from(order[:place]), max_size=2, unique=True)) if place else [],
            "kind": draw(st.sampled_from(["staff", "survey"])),
        }
        if draw(st.booleans()):
            rules["complement"] = {"of": "people_0", "part": "people_1"}
        measures[name] = column("double", "measure", **rules)
    return model("mart_any", {**columns, **{name: measures[name] for name in MEASURES}}, ["group_code"])


def is_safe(node: dict[str, Any], row: dict[str, Any], measure: str) -> bool:
    """The rule again, by recursion over one row."""
    rules = node["columns"][measure]["config"]["meta"]["disclosure"]
    threshold = 9 if rules["kind"] == "survey" else 7
    rest = row["people_0"] - row["people_1"] if "complement" in rules else 0
    return (
        not any(1 <= row[name] <= threshold for name in rules["people"])
        and (rest == 0 or rest > 7)
        and all(is_safe(node, row, source) for source in rules["computed_from"])
    )


@settings(max_examples=40, deadline=None)
@given(mart(), st.lists(st.tuples(*[st.integers(0, 24)] * 3), min_size=1, max_size=12))
def test_a_measure_is_shown__exactly_where_all_it_rests_on_is_safe(
    node: dict[str, Any], counts: list[tuple[int, int, int]]
) -> None:
    rows = [
        {"group_code": f"g{place:02d}", **dict(zip(PEOPLE, people, strict=True)), **dict.fromkeys(MEASURES, 1.5)}
        for place, people in enumerate(counts)
    ]
    for private, shown in zip(rows, published_rows(node, rows), strict=True):
        for measure in MEASURES:
            safe = is_safe(node, private, measure)
            assert shown[measure] == (1.5 if safe else None)
            assert shown[f"{measure}_is_suppressed"] is not safe

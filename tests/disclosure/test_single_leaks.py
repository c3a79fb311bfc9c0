"""One way at a time by which a hidden figure could leak: each is built so that it would, and seen to be closed.

Small numbers are 1 to 7. What a test says of `hidden` is what small numbers hide beside what protects them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from tests.disclosure.attacker import Knowledge, add_up, sum_of_months
from tests.disclosure.trusts import KEY, Row, protected, staff_mart
from tests.publishing_support import column, model

Groups = Mapping[str, Mapping[str, float]]
JANUARY = "2025-01"


@dataclass(frozen=True)
class Published:
    """Published rows by table; figures are asked for by `kind code`."""

    tables: Mapping[str, list[Row]]

    def _row(self, table: str, group: str, month: str) -> Row:
        kind, _, code = group.partition(" ")
        (found,) = (
            row
            for row in self.tables[table]
            if (row["group_type"], row["group_code"]) == (kind, code)
            and str(row.get("reporting_month", month))[:7] == month
        )
        return found

    def is_hidden(self, measure: str, group: str, table: str = "mart", month: str = JANUARY) -> bool:
        row = self._row(table, group, month)
        assert (row[measure] is None) is row[f"{measure}_is_suppressed"], "the flag and the figure agree"
        return bool(row[f"{measure}_is_suppressed"])

    def hidden(self, measure: str, table: str = "mart", month: str = JANUARY) -> set[str]:
        rows = [row for row in self.tables[table] if str(row.get("reporting_month", month))[:7] == month]
        groups = [f"{row['group_type']} {row['group_code']}" for row in rows]
        return {group for group in groups if self.is_hidden(measure, group, table, month)}


def rows(groups: Groups, month: str = JANUARY, **same: float) -> list[Row]:
    return [
        {
            "trust_code": "T",
            "group_type": group.partition(" ")[0],
            "group_code": group.partition(" ")[2],
            "reporting_month": date.fromisoformat(f"{month}-01"),
            **same,
            **figures,
        }
        for group, figures in groups.items()
    ]


def counted(counts: Mapping[str, float]) -> dict[str, dict[str, float]]:
    return {group: {"headcount": count} for group, count in counts.items()}


def publish(*marts: tuple[dict[str, Any], Sequence[Row]]) -> Published:
    return Published(protected([mart for mart, _ in marts], {mart["name"]: list(of) for mart, of in marts}))


def with_measures(mart: dict[str, Any], **measures: dict[str, Any]) -> dict[str, Any]:
    return {**mart, "columns": {**mart["columns"], **measures}}


HEADCOUNT = {"headcount": ["headcount"]}
ACTIVE = {**HEADCOUNT, "active": ["headcount", "active"]}
RATE = column("double", "measure", people=["headcount", "active"], computed_from=["headcount", "active"])
MART = staff_mart("mart", HEADCOUNT)


def test_whole_less_the_shown_parts() -> None:
    found = publish((MART, rows(counted({"trust T": 40, "profession a": 20, "profession b": 15, "profession c": 5}))))
    assert len(found.hidden("headcount")) >= 2
    assert found.is_hidden("headcount", "profession c")


def test_hidden_parts_whose_sum_is_small() -> None:
    """Of 3 and 4 a reader would know that they are at most 7."""
    counts = {"trust T": 47, "profession a": 22, "profession b": 18, "profession c": 3, "profession d": 4}
    found = publish((MART, rows(counted(counts))))
    assert len(found.hidden("headcount")) >= 3


def test_row_and_column_of_a_crossed_table() -> None:
    counts = {"trust T": 80, "directorate x": 40, "directorate y": 40, "profession a": 45, "profession b": 35}
    counts |= {f"directorate_profession {c}": n for c, n in {"x|a": 35, "x|b": 5, "y|a": 10, "y|b": 30}.items()}
    hidden = publish((MART, rows(counted(counts)))).hidden("headcount")
    whole = {"x|a", "x|b", "y|a", "y|b"}
    inside = {group.partition(" ")[2] for group in hidden}
    for line in ({"x|a", "x|b"}, {"y|a", "y|b"}, {"x|a", "y|a"}, {"x|b", "y|b"}):
        assert len(line & inside) != 1 or hidden - {f"directorate_profession {code}" for code in whole}


def test_percentage_times_its_denominator() -> None:
    """A numerator that is hidden for the sake of another takes its percentage with it."""
    mart = with_measures(staff_mart("mart", ACTIVE, within=["active <= headcount"]), active_pct=RATE)
    active = {"trust T": (300, 60), "profession a": (100, 30), "profession b": (100, 25), "profession c": (100, 5)}
    groups = {g: {"headcount": n, "active": k, "active_pct": 100 * k / n} for g, (n, k) in active.items()}
    found = publish((mart, rows(groups)))
    assert found.hidden("active") == found.hidden("active_pct")
    assert len(found.hidden("active")) >= 2
    assert found.hidden("headcount") == set()


def test_percentage_whose_numerator_is_published_nowhere() -> None:
    share = column("double", "measure", people=["headcount", "ill"], computed_from=["headcount"])
    mart = staff_mart("mart", HEADCOUNT, shown_by={"ill": "ill_share"}, within=["ill <= headcount"])
    mart = with_measures(mart, ill_share=share, ill=column("bigint", "support"))
    ill = {"trust T": (300, 60), "profession a": (100, 30), "profession b": (100, 25), "profession c": (100, 5)}
    groups = {g: {"headcount": n, "ill": k, "ill_share": k / n} for g, (n, k) in ill.items()}
    hidden = publish((mart, rows(groups))).hidden("ill_share")
    assert "profession c" in hidden
    assert len(hidden) >= 2


def test_percentage_of_those_who_are_not_meant() -> None:
    """97 of 100 says of three people what a count of 3 would."""
    rule = {"of": "headcount", "part": "active"}
    mart = staff_mart("mart", ACTIVE, within=["active <= headcount"])
    mart["columns"]["active"]["config"]["meta"]["disclosure"]["complement"] = rule
    active = {"trust T": (300, 190), "profession a": (100, 97), "profession b": (100, 50), "profession c": (100, 43)}
    groups = {g: {"headcount": n, "active": k} for g, (n, k) in active.items()}
    hidden = publish((mart, rows(groups))).hidden("active")
    assert "profession a" in hidden
    assert len(hidden) >= 2


def test_everybody_of_a_small_group() -> None:
    """A shown 100 % of a group whose number is hidden, or a shown 0, would tell of each of its people."""
    mart = with_measures(staff_mart("mart", ACTIVE, within=["active <= headcount"]), active_pct=RATE)
    active = {"trust T": (120, 40), "profession a": (60, 30), "profession b": (54, 10), "profession c": (6, 0)}
    groups = {g: {"headcount": n, "active": k, "active_pct": 100 * k / n} for g, (n, k) in active.items()}
    found = publish((mart, rows(groups)))
    assert found.is_hidden("active", "profession c")
    assert found.is_hidden("active_pct", "profession c")


def test_zero_of_a_large_group_over_the_hidden_zero_of_a_small_one() -> None:
    active = {"trust T": (120, 40), "directorate x": (66, 0), "directorate y": (54, 40)}
    active |= {"profession a": (60, 20), "profession b": (60, 20)}
    active |= {f"directorate_profession {g}": v for g, v in {"x|a": (60, 0), "x|b": (6, 0)}.items()}
    active |= {f"directorate_profession {g}": v for g, v in {"y|a": (0, 0), "y|b": (54, 40)}.items()}
    mart = staff_mart("mart", ACTIVE, within=["active <= headcount"])
    groups = {g: {"headcount": n, "active": k} for g, (n, k) in active.items()}
    hidden = publish((mart, rows(groups))).hidden("active")
    assert "directorate_profession x|b" in hidden
    assert "directorate x" in hidden or "directorate_profession x|a" in hidden


def test_the_same_figure_in_two_marts() -> None:
    """One of them counts the people behind it more narrowly, and both hide it."""
    other = staff_mart("other", {"headcount": ["headcount"]})
    narrow = with_measures(staff_mart("mart", {"headcount": ["few"]}), few=column("bigint", "support"))
    counts = counted({"trust T": 60, "profession a": 20, "profession b": 20, "profession c": 20})
    few = {group: {**of, "few": 5 if group == "profession c" else 20} for group, of in counts.items()}
    found = publish((narrow, rows(few)), (other, rows(counts)))
    assert found.hidden("headcount", "mart") == found.hidden("headcount", "other")
    assert len(found.hidden("headcount", "other")) >= 2


def test_the_same_people_under_another_name() -> None:
    """All of one profession, and nobody else, are one directorate."""
    measures = {**HEADCOUNT, "fte": ["headcount"], "active": ["headcount", "active"]}
    mart = staff_mart("mart", measures, together=[["headcount", "fte"]], within=["active <= headcount"])
    figures = {"trust T": (90, 80.5, 40), "profession a": (30, 28.25, 5), "profession b": (60, 52.25, 35)}
    figures |= {"directorate x": (30, 28.25, 5), "directorate y": (31, 27.0, 25), "directorate z": (29, 25.25, 10)}
    groups = {g: {"headcount": n, "fte": f, "active": k} for g, (n, f, k) in figures.items()}
    found = publish((mart, rows(groups)))
    assert {"profession a", "directorate x"} <= found.hidden("active")
    assert len({"directorate y", "directorate z", "trust T"} & found.hidden("active")) >= 1


FLOWS = {**HEADCOUNT, "joiners": ["headcount", "joiners"], "leavers": ["headcount", "leavers"]}
BALANCE = {"stock": "headcount", "joined": "joiners", "left": "leavers"}


def test_one_month_less_the_month_before() -> None:
    """Leavers are many enough to be shown, but with two headcounts they would tell the few joiners."""
    mart = staff_mart("mart", FLOWS, together=[["joiners", "leavers"]], balance=BALANCE)
    before = rows({"trust T": {"headcount": 200, "joiners": 0, "leavers": 0}})
    after = rows({"trust T": {"headcount": 183, "joiners": 3, "leavers": 20}}, "2025-02")
    found = publish((mart, [*before, *after]))
    assert found.is_hidden("joiners", "trust T", month="2025-02")
    assert found.is_hidden("leavers", "trust T", month="2025-02") or found.is_hidden("headcount", "trust T")


def test_hidden_headcount_beside_a_shown_one() -> None:
    """5 people last month, 12 now: shown flows would tell the 5."""
    mart = staff_mart("mart", FLOWS, together=[["joiners", "leavers"]], balance=BALANCE)
    others = {"trust T": 90, "profession b": 55, "profession c": 30}
    january = {**counted({**others, "profession a": 5})}
    february = {**counted({**others, "trust T": 97, "profession a": 12})}
    marts = [*rows(january, joiners=0, leavers=0), *rows(february, "2025-02", joiners=0, leavers=0)]
    for row in marts:
        if str(row["reporting_month"])[:7] == "2025-02" and row["group_code"] in ("a", "T"):
            row["joiners"], row["leavers"] = 15, 8
    found = publish((mart, marts))
    assert found.is_hidden("headcount", "profession a")
    now = [found.is_hidden(m, "profession a", month="2025-02") for m in ("headcount", "joiners", "leavers")]
    assert any(now)


def test_sum_over_months_less_the_shown_months() -> None:
    measures = {**FLOWS, "joiners_3m": ["headcount", "joiners_3m"], "leavers_3m": ["headcount", "leavers_3m"]}
    mart = staff_mart(
        "mart",
        measures,
        together=[["joiners", "leavers"], ["joiners_3m", "leavers_3m"]],
        moving_sums={"joiners_3m": {"of": "joiners", "months": 3}, "leavers_3m": {"of": "leavers", "months": 3}},
    )
    months = [("2025-01", 10, 10), ("2025-02", 3, 10), ("2025-03", 10, 10)]
    marts = []
    for month, joiners, leavers in months:
        sums = {"joiners_3m": 23, "leavers_3m": 30} if month == "2025-03" else {"joiners_3m": None, "leavers_3m": None}
        marts += rows({"trust T": {"headcount": 200, "joiners": joiners, "leavers": leavers, **sums}}, month)  # type: ignore[dict-item]
    found = publish((mart, marts))
    assert found.is_hidden("joiners", "trust T", month="2025-02")
    assert found.is_hidden("joiners_3m", "trust T", month="2025-03")
    assert found.is_hidden("leavers_3m", "trust T", month="2025-03")


def test_sum_over_months_that_is_all_in_the_shown_months() -> None:
    """Nobody is negative: where twelve months are 0, or what the shown ones add up to, the hidden ones are 0."""
    mart = staff_mart(
        "mart",
        {**HEADCOUNT, "joiners": ["joiners"], "joiners_3m": ["joiners_3m"]},
        moving_sums={"joiners_3m": {"of": "joiners", "months": 3}},
    )
    inside = {"x|a": (10, 3, 4), "x|b": (20, 30, 20), "y|a": (15, 25, 20), "y|b": (0, 0, 0)}

    def of(*codes: str) -> tuple[int, ...]:
        return tuple(sum(months) for months in zip(*(inside[code] for code in codes), strict=True))

    joiners = {"trust T": of(*inside), "profession a": of("x|a", "y|a"), "profession b": of("x|b", "y|b")}
    joiners |= {"directorate x": of("x|a", "x|b"), "directorate y": of("y|a", "y|b")}
    joiners |= {f"directorate_profession {code}": months for code, months in inside.items()}
    marts: list[Row] = []
    for number, month in enumerate(("2025-01", "2025-02", "2025-03")):
        for group, counts in joiners.items():
            figures = {"headcount": 100, "joiners": counts[number]}
            marts += rows({group: figures | ({"joiners_3m": sum(counts)} if number == 2 else {})}, month)
    found = publish((mart, marts))
    knowledge = Knowledge()
    for row in found.tables["mart"]:
        for measure in ("joiners", "joiners_3m"):
            if row[measure] is not None or row[f"{measure}_is_suppressed"]:
                name = (measure, row["group_type"], row["group_code"], str(row["reporting_month"]))
                knowledge.see(name, row[measure], is_whole=True)
    groups = [(row["group_type"], row["group_code"]) for row in rows(counted(dict.fromkeys(joiners, 0)))]
    months = [f"2025-0{number}-01" for number in (1, 2, 3)]
    for month in months:
        add_up(knowledge, "joiners", month, groups)
    add_up(knowledge, "joiners_3m", months[-1], groups)
    sum_of_months(knowledge, "joiners_3m", "joiners", months, groups)
    assert found.is_hidden("joiners", "directorate_profession x|a", month="2025-02")
    assert knowledge.given_away() == {}


def _years() -> dict[str, Any]:
    columns = {name: kind for name, kind in KEY.items() if name != "reporting_month"}
    return model(
        "year",
        {
            **{name: column(kind, "key") for name, kind in columns.items()},
            "financial_year": column("integer", "key"),
            "last_month": column("date", "label"),
            "awards": column("bigint", "measure", people=["awards_people"]),
            "awards_people": column("bigint", "support"),
        },
        [*columns, "financial_year"],
        adds_up={
            "hierarchy": "people",
            "groups": ["group_type", "group_code"],
            "period": ["financial_year", "last_month"],
            "sums": ["awards"],
            "years": {"awards": "awards_12m"},
        },
    )


def test_year_that_is_the_twelve_months_up_to_its_end() -> None:
    """The monthly table hides a small group and one more; the yearly one must hide the very same of equal figures."""
    monthly = with_measures(
        staff_mart("month", {"awards_12m": ["people"]}, size=None), people=column("bigint", "support")
    )
    awards = {"trust T": 60, "profession a": 25, "profession b": 20, "profession c": 10, "profession d": 5}
    march = rows({g: {"awards_12m": n, "people": n} for g, n in awards.items()}, "2025-03")
    of_year = rows({g: {"awards": n, "awards_people": n} for g, n in awards.items()})
    for row in of_year:
        del row["reporting_month"]
        row |= {"financial_year": 2024, "last_month": date(2025, 3, 1)}
        if row["group_code"] == "c":
            row["awards_people"] = 30  # the one that the month hides is not small for the year
    found = publish((monthly, march), (_years(), of_year))
    assert found.hidden("awards_12m", "month", "2025-03") == found.hidden("awards", "year")
    assert len(found.hidden("awards", "year")) >= 2


def test_rate_per_hundred_of_a_hidden_count() -> None:
    """A column computed from a hidden one is hidden with it, at whatever distance."""
    per_hundred = column("double", "measure", people=["headcount"], computed_from=["active_pct"])
    mart = with_measures(
        staff_mart("mart", ACTIVE, within=["active <= headcount"]), active_pct=RATE, rounded=per_hundred
    )
    active = {"trust T": (300, 60), "profession a": (100, 30), "profession b": (100, 25), "profession c": (100, 5)}
    groups = {
        g: {"headcount": n, "active": k, "active_pct": 100 * k / n, "rounded": round(100 * k / n)}
        for g, (n, k) in active.items()
    }
    found = publish((mart, rows(groups)))
    assert found.hidden("rounded") == found.hidden("active_pct") == found.hidden("active")


def test_mean_times_the_number_of_answers() -> None:
    """The mean of all and those of the other groups would tell the mean of the smallest."""
    mean = column("double", "measure", people=["headcount"], computed_from=["headcount"])
    mart = with_measures(staff_mart("mart", HEADCOUNT, alone=["mean"]), mean=mean)
    means = {"trust T": (60, 5.0), "profession a": (30, 6.0), "profession b": (24, 4.0), "profession c": (6, 4.0)}
    found = publish((mart, rows({g: {"headcount": n, "mean": m} for g, (n, m) in means.items()})))
    assert found.hidden("mean") == found.hidden("headcount")
    assert len(found.hidden("mean")) >= 2


def test_place_in_a_ranking() -> None:
    """A rank counts what is shown: the places tell nothing of a hidden figure among them."""
    by_month = {"by": "headcount", "within": ["trust_code", "reporting_month", "group_type"]}
    mart = staff_mart("mart", HEADCOUNT, ranked={"rank": by_month})
    mart = with_measures(mart, rank=column("bigint", "measure", people=["headcount"], computed_from=["headcount"]))
    counts = {
        "trust T": 105,
        "profession a": 40,
        "profession b": 30,
        "profession c": 20,
        "profession d": 9,
        "profession e": 6,
    }
    groups = {g: {"headcount": n, "rank": 0} for g, n in counts.items()}
    found = publish((mart, rows(groups)))
    assert found.hidden("rank") == found.hidden("headcount")
    shown = sorted(row["rank"] for row in found.tables["mart"] if row["group_type"] == "profession" and row["rank"])
    assert shown == list(range(1, len(shown) + 1))


def test_presence_and_order_of_rows() -> None:
    """Rows stand in the order of the key and are there whatever is hidden in them."""
    counts = {"trust T": 40, "profession c": 5, "profession b": 15, "profession a": 20}
    found = publish((MART, rows(counted(counts))))
    order = [(row["group_type"], row["group_code"]) for row in found.tables["mart"]]
    assert order == sorted(order)
    assert len(order) == len(counts)


def test_group_without_a_name__is_a_group_as_any_other() -> None:
    """Findings of one delivery: about a whole row, which names no column, and about a column."""
    counts = {"trust T": 40, " c": 12, "x a": 9, "x ": 19, "profession b": 33, "profession c": 7}
    unnamed = [
        {**row, "group_type": row["group_type"] or None, "group_code": row["group_code"] or None}
        for row in rows(counted(counts))
    ]
    found = publish((MART, unnamed))
    shown = {(row["group_type"], row["group_code"]): row["headcount"] for row in found.tables["mart"]}
    assert (shown[None, "c"], shown["x", "a"], shown["x", None]) == (12, 9, 19)
    assert (shown["profession", "b"], shown["profession", "c"]) == (None, None)


def test_flag_of_a_row__does_not_tell_why_a_figure_is_hidden() -> None:
    found = publish((MART, rows(counted({"trust T": 40, "profession a": 20, "profession b": 15, "profession c": 5}))))
    told = {
        tuple((name, value) for name, value in row.items() if name not in {"group_code", "group_type"})
        for row in found.tables["mart"]
        if row["headcount_is_suppressed"]
    }
    assert len(told) == 1

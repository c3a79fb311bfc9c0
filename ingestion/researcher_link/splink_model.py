"""Names compared by Splink instead of `sql/07_score.sql`, into the same table `scored_candidate`.

For comparison and for estimating weights; the load does not use it. Needs the optional extra `linkage`. Splink learns its
weights from the data, without the truth.
"""

from __future__ import annotations

import logging
from typing import Any

import duckdb

from ingestion.errors import RcwError

_SEED = 1
#: The least probability that is worth a place among the candidates.
_LEAST_PROBABILITY = 0.001

_STAFF_SQL = """
select
    row_number() over (order by staff_name.staff_key, surname, forename) as unique_id,
    staff_name.staff_key as person, surname, surname_words[1] as first_word, surname_words[-1] as last_word,
    forename, left(forename, 1) as initial, staff_profession.profession_code as profession, slug(staff_post.team) as team
from staff_name
left join (select trust_code, staff_key, min(profession_code) as profession_code from staff_profession group by all) as staff_profession
    using (trust_code, staff_key)
left join (select trust_code, staff_key, min(team) as team from staff_post group by all) as staff_post using (trust_code, staff_key)
where staff_name.trust_code = ?
"""
_RESEARCHER_SQL = """
select
    row_number() over (order by researcher_name.researcher_key, surname, forename) as unique_id,
    researcher_name.researcher_key as person, surname, surname_words[1] as first_word, surname_words[-1] as last_word,
    forename, left(forename, 1) as initial, hint.profession, hint.team
from researcher_name
inner join scored_researcher using (trust_code, researcher_key)
left join (
    select trust_code, researcher_key, min(slug(profession)) as profession, min(slug(team)) as team from researcher_role group by all
) as hint using (trust_code, researcher_key)
where researcher_name.trust_code = ?
"""


def score_with_splink(connection: duckdb.DuckDBPyConnection) -> None:
    """Replace the scores in `scored_candidate` by Splink's probabilities. The scripts 01 to 07 have run.

    Raises:
        RcwError: Splink is not installed.
    """
    try:
        import splink  # noqa: F401
    except ImportError:
        raise RcwError(
            "Splink is not installed. It is the optional extra `linkage`: pip install 'research-culture-warehouse[linkage]'. "
            "The load does without it."
        ) from None
    logging.getLogger("splink").setLevel(logging.ERROR)  # its messages quote settings at length
    connection.execute(
        "create or replace temp table splink_pair (trust_code varchar, researcher_key varchar, staff_key varchar, score double)"
    )
    for (trust,) in connection.execute("select trust_code from staff_count order by 1").fetchall():
        _score_trust(connection, trust)
    connection.execute(
        "create or replace temp table scored_candidate as select trust_code, researcher_key, staff_key, "
        "0.0 as name_bits, 'splink' as surname_level, 'splink' as forename_level, 0.0 as profession_bits, 0.0 as team_bits, "
        "0.0 as time_bits, 0.0 as known_bits, 0.0 as address_bits, 0.0 as number_bits, 0.0 as training_bits, 0.0 as claim_bits, score as odds, round(score, 4) as score, 0.0 as rival_score, "
        "row_number() over (partition by trust_code, researcher_key order by score desc, staff_key) as place "
        "from (select trust_code, researcher_key, staff_key, max(score) as score from splink_pair group by all)"
    )


def _score_trust(connection: duckdb.DuckDBPyConnection, trust: str) -> None:
    from splink import DuckDBAPI, Linker

    api = DuckDBAPI(connection)
    # Tables made from the queries, since Splink names the sides by their tables.
    for table, query in (("splink_staff", _STAFF_SQL), ("splink_researcher", _RESEARCHER_SQL)):
        connection.execute(f"create or replace table {table} as {query}", [trust])
    sides = [api.register(name, dataset_display_name=name) for name in ("splink_researcher", "splink_staff")]
    row = connection.execute("select staff from staff_count where trust_code = ?", [trust]).fetchone()
    share = connection.execute("select getvariable('staff_share')").fetchone()
    linker = Linker(sides, _settings(share[0] / row[0] if row and share else 0.0001), log_level=logging.ERROR)
    training: Any = linker.training
    training.estimate_u_using_random_sampling(max_pairs=1_000_000, seed=_SEED)
    from splink import block_on

    training.estimate_parameters_using_expectation_maximisation(block_on("surname"))
    training.estimate_parameters_using_expectation_maximisation(block_on("forename"))
    pairs = linker.inference.predict(threshold_match_probability=_LEAST_PROBABILITY)
    connection.execute(
        f"insert into splink_pair select ?, r.person, s.person, p.match_probability from {pairs.physical_name} as p "
        "inner join splink_researcher as r on p.unique_id_l = r.unique_id inner join splink_staff as s on p.unique_id_r = s.unique_id",
        [trust],
    )


def _settings(prior: float) -> Any:
    import splink.comparison_level_library as levels
    import splink.comparison_library as comparisons
    from splink import SettingsCreator, block_on

    forename = comparisons.CustomComparison(
        output_column_name="forename",
        comparison_levels=[
            levels.NullLevel("forename"),
            levels.CustomLevel("length(least(forename_l, forename_r)) = 1 and initial_l = initial_r", "initial"),
            levels.ExactMatchLevel("forename", term_frequency_adjustments=True),
            levels.JaroWinklerLevel("forename", 0.92),
            levels.JaroWinklerLevel("forename", 0.80),
            levels.ElseLevel(),
        ],
    )
    surname = comparisons.CustomComparison(
        output_column_name="surname",
        comparison_levels=[
            levels.NullLevel("surname"),
            levels.ExactMatchLevel("surname", term_frequency_adjustments=True),
            levels.DamerauLevenshteinLevel("surname", 1),
            levels.CustomLevel(
                "first_word_l in (first_word_r, last_word_r) or last_word_l in (first_word_r, last_word_r)", "one half"
            ),
            levels.ElseLevel(),
        ],
    )
    return SettingsCreator(
        link_type="link_only",
        probability_two_random_records_match=prior,
        comparisons=[surname, forename, comparisons.ExactMatch("profession"), comparisons.ExactMatch("team")],
        blocking_rules_to_generate_predictions=[
            block_on("surname"),
            block_on("first_word"),
            block_on("last_word"),
            block_on("forename", "substr(surname, 1, 2)"),
            block_on("forename", "substr(surname, -3)"),
            block_on("forename", "team"),
        ],
    )

"""The two extracts of posts: the snapshot of assignments and the posts that ended."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from synthetic.appraisal import assignment_numbers
from synthetic.dates import NO_DAY, Texts, last_day, text_of
from synthetic.occupations import by_role, grade_codes
from synthetic.people import DISABILITIES, GENDERS
from synthetic.posts import CATEGORIES, STATUSES, TERMINATED
from synthetic.values import value_list
from synthetic.workforce import Workforce


def posts_of_month(workforce: Workforce) -> dict[str, Texts]:
    """`hr_assignments`: every post held at month end, and a few just ended that ESR still lists as Terminated."""
    posts, people = workforce.posts, workforce.people
    rows = np.concatenate([np.flatnonzero(posts.held), workforce.lingering])
    person = posts.person[rows]
    order = np.lexsort((posts.suffix[rows], people.number[person]))
    rows, person = rows[order], person[order]
    teams = workforce.organisation.as_of(workforce.month)

    def of_team(attribute: str) -> Texts:
        return np.asarray(_texts([getattr(team, attribute) for team in teams])[posts.team[rows]], dtype=object)

    def of_role(attribute: str) -> Texts:
        return np.asarray(_texts(by_role(attribute))[posts.role[rows]], dtype=object)

    grades = {row["grade"]: row["label"] for row in value_list("grades")}
    labels = np.array([grades[code] for code in grade_codes()], dtype=object)
    status = np.where(posts.held[rows], posts.status[rows], TERMINATED)
    unplaced = posts.is_unplaced[rows]
    origins = np.array([row["ethnic_origin"] for row in value_list("ethnic_origins")], dtype=object)
    return {
        "employee_number": people.number[person].astype(object),
        "assignment_number": assignment_numbers(workforce, rows),
        "last_name": people.surname[person],
        "first_name": people.forename[person],
        "work_email": people.email[person],
        "is_primary": np.array(["No", "Yes"], dtype=object)[posts.is_primary[rows].astype(int)],
        "assignment_status": np.array(STATUSES, dtype=object)[status],
        "assignment_category": np.array(CATEGORIES, dtype=object)[posts.category[rows]],
        "staff_group": of_role("staff_group"),
        "job_role": of_role("job_role"),
        "occupation_code": of_role("occupation_code"),
        "pay_band": labels[posts.grade[rows]],
        "fte": np.array([f"{fte:.5f}" for fte in posts.fte[rows].tolist()], dtype=object),
        "directorate": np.where(unplaced, "", of_team("directorate")),
        "service": np.where(unplaced, "", of_team("service")),
        "team": of_team("name"),
        "cost_centre": of_team("cost_centre"),
        "latest_start_date": text_of(people.start[person]),
        "assignment_start_date": text_of(posts.start[rows]),
        "contract_end_date": text_of(posts.contract_end[rows]),
        "date_of_birth": text_of(people.birth[person]),
        "gender": np.array(GENDERS, dtype=object)[people.gender[person]],
        "ethnic_origin": origins[people.ethnic_origin[person]],
        "disability": np.array(DISABILITIES, dtype=object)[people.disability[person]],
    }


def leavers_of_month(workforce: Workforce) -> dict[str, Texts]:
    """`hr_leavers`: every post that ended in the month."""
    posts, people, left = workforce.posts, workforce.people, workforce.departures
    order = np.lexsort((posts.suffix[left.post], people.number[posts.person[left.post]]))
    rows, day, reason = left.post[order], left.day[order], left.reason[order]
    teams = workforce.organisation.as_of(workforce.month)
    names = np.array([team.name for team in teams], dtype=object)
    # The last working day lies before the legal date by the leave that was owed, where it is known.
    worked = np.where(people.number[posts.person[rows]] % 3 > 0, day - people.number[posts.person[rows]] % 15, NO_DAY)
    retired = np.array(["Retire" in str(one) or "Pension" in str(one) for one in reason], dtype=bool)
    return {
        "employee_number": people.number[posts.person[rows]].astype(object),
        "assignment_number": assignment_numbers(workforce, rows),
        "termination_date": text_of(np.minimum(day, last_day(workforce.month))),
        "last_working_day": text_of(worked.astype(np.int32)),
        "leaving_reason": reason,
        "destination_on_leaving": np.where(
            retired, "No Employment", np.where(rows % 3 == 0, "NHS Organisation", "Unknown")
        ).astype(object),
        "staff_group": by_role("staff_group").astype(object)[posts.role[rows]],
        "job_role": by_role("job_role").astype(object)[posts.role[rows]],
        "team": names[posts.team[rows]],
        "fte": np.array([f"{fte:.5f}" for fte in posts.fte[rows].tolist()], dtype=object),
    }


def _texts(values: Iterable[object]) -> Texts:
    return np.array(list(values), dtype=object)

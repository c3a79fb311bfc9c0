"""The posts that each team's cost centre pays for, by staff group: set each April, a little above the staff in post."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from synthetic.chance import stream
from synthetic.dates import Texts
from synthetic.occupations import by_role
from synthetic.workforce import Workforce

_STAFF_GROUPS = np.array(sorted({str(one) for one in by_role("staff_group")}), dtype=object)
_APRIL = 3  # a month is 12 x year + month - 1


class Establishment:
    """`budget`: WTE by team and staff group; 0 where there is no line."""

    def __init__(self, teams: int) -> None:
        self.budget = np.zeros((teams, len(_STAFF_GROUPS)))

    def advance(self, workforce: Workforce) -> None:
        """In April the budget follows the staff in post with some posts vacant; else only lines for new groups are added."""
        rng = stream(workforce.seed, "establishment", workforce.month)
        in_post = self._in_post(workforce)
        # Mostly vacancies, now and then a team above its establishment; a line without anybody keeps its posts.
        wanted = np.round(in_post * rng.normal(1.09, 0.06, self.budget.shape).clip(0.9, 1.3), 2)
        kept_open = np.where(self.budget > 0, np.maximum(self.budget - 1, 0.5), 0)
        yearly = np.where(in_post > 0, wanted, kept_open)
        is_due = workforce.month % 12 == _APRIL or not self.budget.any()
        self.budget = yearly if is_due else np.where((self.budget == 0) & (in_post > 0), wanted, self.budget)

    def rows_of_month(self, workforce: Workforce) -> dict[str, Texts]:
        team, group = np.nonzero(self.budget)
        teams = workforce.organisation.as_of(workforce.month)

        def of_team(attribute: str) -> Texts:
            return np.array([getattr(one, attribute) for one in teams], dtype=object)[team]

        return {
            "cost_centre": of_team("cost_centre"),
            "directorate": of_team("directorate"),
            "team": of_team("name"),
            "staff_group": _STAFF_GROUPS[group],
            "budgeted_wte": np.array([f"{wte:.2f}" for wte in self.budget[team, group].tolist()], dtype=object),
        }

    def funded(self, profession: str | None = None) -> float | None:
        """WTE of the trust, or of a profession; None where its staff group holds other professions too."""
        if profession is None:
            return round(float(self.budget.sum()), 5)
        pairs = set(zip(by_role("staff_group").tolist(), by_role("profession").tolist(), strict=True))
        [group] = {group for group, one in pairs if one == profession}
        if len({one for other, one in pairs if other == group}) > 1:
            return None
        return round(float(self.budget[:, group == _STAFF_GROUPS].sum()), 5)

    @staticmethod
    def _in_post(workforce: Workforce) -> NDArray[np.float64]:
        posts = workforce.posts
        rows = np.flatnonzero(posts.in_post & posts.is_substantive)
        group = np.searchsorted(_STAFF_GROUPS.astype(str), by_role("staff_group")[posts.role[rows]])
        found = np.zeros((len(workforce.organisation.teams), len(_STAFF_GROUPS)))
        np.add.at(found, (posts.team[rows], group), posts.fte[rows])
        return found

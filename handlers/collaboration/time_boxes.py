"""Puts the issues of an iteration into the iteration of GitLab's that has its dates.

By dates, not by number: GitLab's first iteration is Iteration 0 here, and people may add some of their own. GitLab
makes iterations in the background and ten in advance at the most, so some are not there yet: their issues wait, which
is no failure, and the next run puts them in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.domain.decision import Outcome, Result
from app.gitlab.port import GitLab, IssueView
from app.gitlab.views import IterationView
from handlers.collaboration.deal import Iteration

WAITS = "waits"
"""Among an outcome's data: what the blueprint calls the iteration that the issue waits for."""


@dataclass(frozen=True, slots=True)
class TimeBoxes:
    """The iterations that GitLab has made so far of a project's cadence, by their dates."""

    gitlab: GitLab
    made: Sequence[IterationView]

    def put(self, issue: IssueView, filed: Outcome, iteration: Iteration, *, called: str) -> Outcome:
        """Put a filed issue into its iteration: what became of it, told with its filing as one."""
        if filed.result not in (Result.APPLIED, Result.ALREADY_SO):
            return filed  # it is only planned, or there is none
        wanted = (str(iteration.starts), str(iteration.ends))
        box = next((one for one in self.made if (one.start_date, one.due_date) == wanted), None)
        if box is None:
            return self._none(filed, wanted, called)
        put = self.gitlab.ensure_iteration(issue.key, box)
        if put.result is Result.ALREADY_SO:
            return filed
        result = filed.result if put.result is Result.NOT_APPLICABLE else put.result
        return Outcome(result, f"{filed.sentence} {put.sentence}", url=filed.url, data={**filed.data, **put.data})

    def _none(self, filed: Outcome, wanted: tuple[str, str], called: str) -> Outcome:
        if self.made and wanted[0] <= self.made[-1].due_date:
            # The cadence goes on beyond these dates without having them: a person gave it others.
            differs = f"the cadence has no iteration from {wanted[0]} to {wanted[1]}"
            return replace(filed, data={**filed.data, "differs": differs})
        waits = f"It waits for its iteration from {wanted[0]} to {wanted[1]}, which GitLab has not made yet."
        return replace(filed, sentence=f"{filed.sentence} {waits}", data={**filed.data, WAITS: called})

"""Issues in iterations."""

from __future__ import annotations

from app.domain.decision import Outcome, Result
from app.domain.item import ItemKey
from app.errors import Refused
from app.gitlab import cadences
from app.gitlab.live_items import ItemWrites
from app.gitlab.views import IterationView, elsewhere


class IterationWrites(ItemWrites):
    """The port's method that puts issues into iterations."""

    def ensure_iteration(self, key: ItemKey, iteration: IterationView) -> Outcome:
        """See the port."""
        self._items.forget(key)  # a person may have put it elsewhere a moment ago
        issue = self._issue(key)
        reference, there = issue.references.full, issue.iteration
        if there is not None:
            found = there.view()
            if found.id != iteration.id:
                return elsewhere(reference, found)
            return Outcome(Result.ALREADY_SO, f"{reference} is in its iteration already.", url=issue.web_url)
        self._items.forget(key)
        try:
            now = cadences.set_iteration(self._api, issue_id=issue.id, iteration_id=iteration.id)
        except Refused as error:
            return Outcome(Result.REFUSED, f"{reference} was not put into its iteration: {error}", url=issue.web_url)
        if now != iteration.id:
            sentence = f"GitLab took the call but did not put {reference} into its iteration. May the bot plan there?"
            return Outcome(Result.REFUSED, sentence, url=issue.web_url)
        return Outcome(Result.APPLIED, f"Put {reference} into the iteration {iteration.dates}.", url=issue.web_url)

"""Where a sweep looks: the projects and groups in which the rules listen, and what kind of place each path is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.engine.healing.store import Store
from app.errors import Refused
from app.gitlab.history import History, Place
from app.rules.book import RuleBook
from app.rules.deciding.places import listened, outermost, within


@dataclass(frozen=True, slots=True)
class Looked:
    """The places of one sweep."""

    named: tuple[Place, ...]
    """Those of the rule file that GitLab shows; their hooks may be ours."""
    met: tuple[Place, ...]
    """Projects elsewhere in which the bot knows an item, for rules that listen anywhere. By id: nothing of them stands
    in the rule file, so their names are nobody's business in a log."""
    unseen: tuple[str, ...] = ()
    """What is to be told of places that GitLab does not show."""

    @property
    def listed(self) -> tuple[Place, ...]:
        """Whose issues are listed: none that lies in another one."""
        by_path = {place.path: place for place in self.named}
        return (*(by_path[path] for path in outermost(by_path)), *self.met)


class Places:
    """Finds them. What kind of place a path is, is asked of GitLab once; where a project lies, of the inbox."""

    def __init__(self, history: History, store: Store) -> None:
        self._history = history
        self._store = store
        self._known: dict[str, Place] = {}
        self._paths: dict[str, str] = {}
        self._gone: set[str] = set()

    def of(self, book: RuleBook, remembered: Iterable[str]) -> Looked:
        """The places of these rules; ``remembered`` are the items that the bot has attended to."""
        where = listened(book)
        named: list[Place] = []
        unseen: list[str] = []
        for path in where.places:
            try:
                named.append(self._find(path))
            except Refused as error:
                unseen.append(
                    f"GitLab shows the bot no project or group {path}, though rules listen there, so nothing that is "
                    f"missed there is found: is the path right, and is the bot a member? ({error})"
                )
        met = self._elsewhere(where.places, remembered) if where.anywhere else ()
        return Looked(tuple(named), tuple(met), tuple(unseen))

    def forget(self, place: Place) -> None:
        """It is not there any more, or is hidden from now on: ask again what it is."""
        self._known.pop(place.path, None)
        self._gone.add(place.path)

    def _find(self, path: str) -> Place:
        if path not in self._known:
            self._known[path] = self._history.find_place(path)
        return self._known[path]

    def _elsewhere(self, places: tuple[str, ...], remembered: Iterable[str]) -> list[Place]:
        """A project that is gone is left out until the next start: its deliveries say so themselves."""
        items: dict[str, list[str]] = {}
        for item in remembered:
            items.setdefault(item.partition("#")[0], []).append(item)
        return [
            Place("project", number)
            for number in sorted(items)
            if number not in self._gone and not self._is_in(places, number, items[number])
        ]

    def _is_in(self, places: tuple[str, ...], number: str, items: list[str]) -> bool:
        if number in places:
            return True
        if number not in self._paths:
            self._paths[number] = self._store.project_path(items)
        return any(within(self._paths[number], place) for place in places)

"""The contract between the search and a search server beside the process, and which server the settings name.

The search needs no server. Without one the process answers, and nothing is noted or delivered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Protocol, TypeVar

from django.conf import settings
from django.utils.module_loading import import_string

from search.comparison import Difference
from search.terms.engine import Engine

Returned = TypeVar("Returned")
Progress = Callable[[int, int], None]
"""Is told the number of documents done and that of all documents."""


class SearchServerFailed(Exception):
    """The search server gave no answer that can be used.

    ``is_outage`` tells whether the server itself is in trouble or only this one request.
    """

    def __init__(self, message: str, *, is_outage: bool = True) -> None:
        super().__init__(message)
        self.is_outage = is_outage


@dataclass(frozen=True, slots=True)
class Delivered:
    """The result of one delivery: the numbers of changes that arrived, were postponed, and were set aside."""

    arrived: int = 0
    postponed: int = 0
    set_aside: int = 0

    def __add__(self, other: Delivered) -> Delivered:
        return Delivered(
            self.arrived + other.arrived, self.postponed + other.postponed, self.set_aside + other.set_aside
        )


@dataclass(frozen=True, slots=True)
class RefusedChange:
    """A page whose change the server refuses, with the server's error."""

    page_id: int
    error: str
    waiting_since: datetime


@dataclass(frozen=True, slots=True)
class ServerState:
    """The state of the search server and of the changes that it has yet to take.

    ``trouble`` is why the server does not answer, empty where it does. ``oldest`` is since when the oldest waiting
    change waits. ``refused`` lists some of the changes that were set aside, ``set_aside`` is the number of them all.
    """

    trouble: str
    has_index: bool
    waiting: int
    oldest: datetime | None
    set_aside: int
    refused: tuple[RefusedChange, ...]
    rebuilt_at: datetime | None

    @property
    def answers(self) -> bool:
        return not self.trouble


class SearchServer(Protocol):
    """A server that holds a copy of the documents and answers searches in place of the process."""

    def ask(self, search: Callable[[Engine], Returned]) -> Returned:
        """Return what ``search`` finds with the server's engine.

        Raises SearchServerFailed where the server fails, and at once while it is not asked because it has failed.
        """

    def note_changes(self, page_ids: Iterable[int]) -> None:
        """Note in the caller's transaction that pages have changed; the server hears of it after the commit.

        The caller holds the lock of documents (index_version.lock).
        """

    def deliver(self) -> Delivered:
        """Deliver the changes that are due. Raises SearchServerFailed; then all of them wait."""

    def retry(self, page_id: int | None = None) -> int:
        """Deliver at once a page's change that was set aside, or all of them; return how many still wait."""

    def rebuild(self, progress: Progress = lambda done, total: None) -> int:
        """Make the server's index anew and return its number of documents. Raises SearchServerFailed."""

    def has_index(self) -> bool:
        """Tell whether the server has the index of this analyser and catalogue. Raises SearchServerFailed."""

    def compare(self) -> Difference:
        """Compare the server's documents with the rows. Raises SearchServerFailed."""

    def send_again(self, page_ids: Iterable[int]) -> None:
        """Note pages as changed, so that the next delivery sends them as they are now."""

    def read_state(self) -> ServerState:
        """Read the state of the server; may wait for the server's timeout."""


def current() -> SearchServer | None:
    """Return the server whose factory ``SEARCH_SERVER`` names, None without one."""
    return _load(settings.SEARCH_SERVER)() if settings.SEARCH_SERVER else None


def note_changes(page_ids: Iterable[int]) -> None:
    """Note in the caller's transaction that pages have changed, for the server if there is one."""
    server = current()
    if server is not None:
        server.note_changes(page_ids)


@cache
def _load(factory: str) -> Callable[[], SearchServer | None]:
    return import_string(factory)

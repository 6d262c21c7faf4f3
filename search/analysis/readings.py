"""What one language makes of a word."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reading:
    """The base forms of a word, and in Finnish those of its compound parts, all sorted.

    ``parts`` holds every run of parts but the whole. ``known`` tells whether the language's dictionary has the word;
    the base forms of an unknown one are guesses. ``splits`` are the offsets at which an ellipsis may have cut it.
    """

    bases: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    known: bool = False
    splits: tuple[int, ...] = ()


UNREAD = Reading()


def sort_terms(terms: Iterable[str]) -> tuple[str, ...]:
    """Return terms, each once and in order, without the empty one."""
    return tuple(sorted({term for term in terms if term}))

"""What was probably meant by words that no page has."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from search.analysis.analyser import Analyser
from search.query import planning
from search.terms.concepts import Concepts
from search.terms.engine import Plan, Reader
from search.terms.prefixes import fold
from search.terms.spell_checker import SpellChecker

WEIGHED = 24
"""Equally near words whose frequency is asked for."""
CORRECTED_WORDS = 4
"""Unknown words of a query, the first ones, for which another is sought: each takes a look at all known words."""


@dataclass(frozen=True, slots=True)
class Correction:
    """A query as it was probably meant; ``changed`` are the words in it that are not as they were written."""

    words: str
    changed: tuple[str, ...]


def correct(query: str, plan: Plan, concepts: Concepts, reader: Reader, analyser: Analyser) -> Correction | None:
    """Return the query with words that some page has in place of those that none has; None where nothing is near.

    Words in quotation marks are left as they are, and so are unknown words after the first four.
    """
    asked = [word for word in plan.words if word.marked and not word.quoted and not word.found_fully]
    if not asked:
        return None
    # Each near word is planned as a query of its own: dozens of questions.
    reader = reader.in_memory()
    known = (reader.spell_checker(), concepts.spell_checker)

    def count(near: str) -> int:
        near_words = planning.plan(near, concepts, reader, analyser).words
        return reader.frequency([one for word in near_words for one in word.alternatives if one.full])

    changed = []
    # From the last one on, so that the places of those before it stay true.
    for word in sorted(asked, key=lambda word: word.start)[CORRECTED_WORDS - 1 :: -1]:
        meant = _nearest(word.surface, known, count)
        if meant:
            query = query[: word.start] + meant + query[word.end :]
            changed.append(meant)
    return Correction(query, tuple(reversed(changed))) if changed else None


def _nearest(word: str, known: Iterable[SpellChecker], count: Callable[[str], int]) -> str:
    """Return the nearest word that some page has; ``count`` tells how many satisfy a word fully.

    Of equally near ones that is the commonest with the same first letter.
    """
    folded = fold(word)
    ranks: dict[tuple[int, bool], set[str]] = {}
    for spell_checker in known:
        for distance, near in spell_checker.near(word):
            if near != word:
                ranks.setdefault((distance, fold(near)[:1] != folded[:1]), set()).add(near)
    for rank in sorted(ranks):
        weighed = [(-count(near), near) for near in sorted(ranks[rank])[:WEIGHED]]
        less, best = min(weighed)
        if less:
            return best
    return ""

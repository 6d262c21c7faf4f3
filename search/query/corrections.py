"""What was probably meant by words that no page has."""

from __future__ import annotations

from collections.abc import Iterable
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
    return _Corrector(concepts, reader, analyser).correct(query, plan)


class _Corrector:
    def __init__(self, concepts: Concepts, reader: Reader, analyser: Analyser) -> None:
        self._concepts = concepts
        self._reader = reader
        self._analyser = analyser

    def correct(self, query: str, plan: Plan) -> Correction | None:
        asked = [word for word in plan.words if word.marked and not word.quoted and not word.found_fully]
        if not asked:
            return None
        # Each near word is planned as a query of its own: dozens of questions.
        self._reader = self._reader.in_memory()
        known = (self._reader.spell_checker(), self._concepts.spell_checker)
        text = query
        changed = []
        # From the last one on, so that the places of those before it stay true.
        for word in sorted(asked, key=lambda word: word.start)[CORRECTED_WORDS - 1 :: -1]:
            meant = self._nearest(word.surface, known)
            if meant:
                text = text[: word.start] + meant + text[word.end :]
                changed.append(meant)
        return Correction(text, tuple(reversed(changed))) if changed else None

    def _nearest(self, word: str, known: Iterable[SpellChecker]) -> str:
        """Return the nearest word that some page has.

        Of equally near ones that is the commonest with the same first letter.
        """
        folded = fold(word)
        ranks: dict[tuple[int, bool], set[str]] = {}
        for spell_checker in known:
            for distance, near in spell_checker.near(word):
                if near != word:
                    ranks.setdefault((distance, fold(near)[:1] != folded[:1]), set()).add(near)
        for rank in sorted(ranks):
            weighed = [(self._frequency(near), near) for near in sorted(ranks[rank])[:WEIGHED]]
            frequency, best = min(weighed, key=lambda pair: (-pair[0], pair[1]))
            if frequency:
                return best
        return ""

    def _frequency(self, word: str) -> int:
        """Return how many documents satisfy a word fully."""
        plan = planning.plan(word, self._concepts, self._reader, self._analyser)
        return self._reader.frequency([one for word in plan.words for one in word.alternatives if one.full])

"""What was probably meant by words that no page has."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from search.analysis.analyser import Analyser, Analysis
from search.analysis.foreign import split_swedish
from search.query import planning
from search.terms.concepts import Concepts
from search.terms.engine import Plan, PlannedWord, Reader
from search.terms.prefixes import fold
from search.terms.spell_checker import SpellChecker
from search.terms.words import combine

WEIGHED = 24
"""Equally near words whose frequency is asked for."""
CORRECTED_WORDS = 4
"""Unknown words of a query, the first ones, for which another is sought: each takes a look at all known words."""
LONG_WORD = 8
"""Letters from which a word may be surely meant though two are wrong; in one of more than SHORT_WORD one may."""
SHORT_WORD = 4
CLEAR = 4
"""How many times the documents of any other equally near word the one that is surely meant has."""


@dataclass(frozen=True, slots=True)
class Correction:
    """A query as it was probably meant; ``changed`` are the words in it that are not as they were written.

    ``is_sure`` tells that for each of them only one word comes near.
    """

    words: str
    changed: tuple[str, ...]
    is_sure: bool = False


def correct(query: str, plan: Plan, concepts: Concepts, reader: Reader, analyser: Analyser) -> Correction | None:
    """Return the query with words that some page has in place of those that none has; None where nothing is near.

    Words in quotation marks are left as they are, and so are words that a dictionary knows, since they are spelled
    right, and unknown words after the first four.
    """
    asked = [word for word in plan.words if _is_misspelt(word, analyser)]
    if not asked:
        return None
    # Each near word is planned as a query of its own: dozens of questions.
    reader = reader.in_memory()
    known = (reader.spell_checker(), concepts.spell_checker)
    languages = _languages_of([word for word in plan.words if word not in asked], analyser)

    def count(near: str) -> int:
        near_words = planning.plan(near, concepts, reader, analyser).words
        return reader.frequency([one for word in near_words for one in word.alternatives if one.full])

    changed = []
    sure = []
    # From the last one on, so that the places of those before it stay true.
    for word in sorted(asked, key=lambda word: word.start)[CORRECTED_WORDS - 1 :: -1]:
        meant, is_sure = _nearest(word.surface, known, count, analyser, languages)
        if meant:
            query = query[: word.start] + meant + query[word.end :]
            changed.append(meant)
        sure.append(is_sure)
    return Correction(query, tuple(reversed(changed)), is_sure=all(sure)) if changed else None


def _is_misspelt(word: PlannedWord, analyser: Analyser) -> bool:
    """Tell whether no page has a word fully and no dictionary knows it, as one word or as a Swedish compound."""
    if not word.marked or word.quoted or word.found_fully or word.concepts or not word.surface.strip("-").isalnum():
        return False
    is_known = _languages(analyser.analyse(word.surface)) or split_swedish(word.surface, analyser.knows_swedish)
    return not is_known


def _languages(analysis: Analysis) -> set[str]:
    readings = {"fi": analysis.finnish, "sv": analysis.swedish, "en": analysis.english}
    return {code for code, reading in readings.items() if reading.known}


def _languages_of(others: Iterable[PlannedWord], analyser: Analyser) -> set[str]:
    """Return the languages that all words beside the misspelt ones are in; every one where there are none."""
    common = {"fi", "sv", "en"}
    for word in others:
        for surface in word.surface.split():
            common &= _languages(analyser.analyse(surface)) or common
    return common or {"fi", "sv", "en"}


def _nearest(
    word: str,
    known: Iterable[SpellChecker],
    count: Callable[[str], int],
    analyser: Analyser,
    languages: set[str],
) -> tuple[str, bool]:
    """Return the nearest word that some page has, and whether no other comes as near; "" where there is none.

    ``count`` tells how many pages satisfy a word fully. Of equally near ones that is the commonest with the same first
    letter. It is in one of the ``languages``, or in none that is known.
    """
    folded = fold(word)
    kept = _tail_of(word, analyser)
    ranks: dict[tuple[int, bool], set[str]] = {}
    for spell_checker in known:
        for distance, near in spell_checker.near(word):
            own = _languages(analyser.analyse(near))
            if near != word and near.endswith(kept) and (not own or own & languages):
                ranks.setdefault((distance, fold(near)[:1] != folded[:1]), set()).add(near)
    for distance, other_letter in sorted(ranks):
        found: defaultdict[tuple[str, ...], list[tuple[int, str]]] = defaultdict(list)
        for near in sorted(ranks[distance, other_letter])[:WEIGHED]:
            # Forms of one word are one.
            if number := count(near):
                found[combine(analyser.analyse(near)).bases or (near,)].append((-number, near))
        best = sorted(min(forms) for forms in found.values())
        if best:
            near_enough = distance < 2 if SHORT_WORD < len(word) < LONG_WORD else len(word) >= LONG_WORD
            is_alone = len(best) == 1 or best[0][0] <= CLEAR * best[1][0]
            return best[0][1], near_enough and is_alone and not other_letter
    return "", False


def _tail_of(word: str, analyser: Analyser) -> str:
    """Return the end of a compound that is a word by itself and stays as it was typed; "" where there is none."""
    splits = analyser.read_finnish(word).splits
    return word[splits[-1] :] if splits else ""

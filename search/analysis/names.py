"""Recognises names of several words and in any inflection, so that each is one term without parts.

*Keski-Suomen hyvinvointialueella*, *Siun sotessa* and *HUS:ssa* are one region each, and *Etelä-Pohjanmaalla* is never
*Pohjanmaa*. A dictionary gives the base forms of the words it knows; the endings of the others (*Hyvaksissa*,
*Pohteen*, *Österbottens*) are cut off here.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from search.analysis.analyser import Analyser
from search.analysis.tokens import Token, tokenise

_ENDING = re.compile(
    r"""
    (?P<last>\w)                                           # the last letter of the stem
    (?: n | (?P=last)n | seen | t?[aä] | ss[aä] | st[aä] | ll[aä] | lt[aä] | lle | ksi | n[aä] | tt[aä] | t )
    (?: kin | k[aä][aä]n | k[oö] | h[aä]n )?
    """,
    re.VERBOSE,
)
_FOREIGN_ENDING = re.compile(r"\w(?:'?s | t | ts)", re.VERBOSE)
_LONGEST_ENDING = 8
MOST_REMEMBERED = 50_000
"""Surfaces of which is remembered whether a name begins with them."""

_VOWELS = frozenset("aeiouyåäö")


@dataclass(frozen=True, slots=True)
class Name:
    """A thing with a name: its key and every form of the name, in base form or as it begins a longer name."""

    key: str
    forms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NameSpan:
    """A name found in tokens: the first index, the one after the last, and the key."""

    start: int
    end: int
    key: str


@dataclass(frozen=True, slots=True)
class _Form:
    words: tuple[frozenset[str], ...]
    """Of each word the keys of which a token must have one."""
    name: str


class Names:
    """Finds names in tokens. Safe across threads."""

    def __init__(self, names: Iterable[Name], analyser: Analyser) -> None:
        self._analyser = analyser
        self._stems: dict[str, str] = {}
        self._foreign_stems: dict[str, str] = {}
        self._forms: defaultdict[str, list[_Form]] = defaultdict(list)
        self._begun: dict[str, tuple[_Form, ...]] = {}
        for name in names:
            for words in dict.fromkeys(spelling for form in name.forms for spelling in _spellings(form)):
                self._add(name.key, words)

    def find(self, tokens: Sequence[Token], *, query: bool) -> list[NameSpan]:
        """Return the names in ``tokens``, in order and without overlap, the longest wherever several begin.

        In a text a name begins with a capital, in a query its case does not matter.
        """
        begins = (place for place, token in enumerate(tokens) if query or token.capitalised)
        return self.find_among([token.surface for token in tokens], begins)

    def find_among(self, surfaces: Sequence[str], begins: Iterable[int]) -> list[NameSpan]:
        """Return the names in surfaces that stand one after another, given in order the places where one may begin."""
        spans: list[NameSpan] = []
        end = 0
        for place in begins:
            span = self._find_at(surfaces, place) if place >= end else None
            if span is not None:
                spans.append(span)
                end = span.end
        return spans

    def may_begin(self, surface: str) -> bool:
        return bool(self._candidates(surface))

    def key_of(self, surface: str) -> str | None:
        """Return the key of the name that one surface is, as of a word rebuilt from an ellipsis."""
        return next((form.name for form in self._candidates(surface) if len(form.words) == 1), None)

    def _find_at(self, surfaces: Sequence[str], start: int) -> NameSpan | None:
        for form in self._candidates(surfaces[start]):
            end = start + len(form.words)
            rest = zip(form.words[1:], surfaces[start + 1 : end], strict=False)
            if end <= len(surfaces) and all(not keys.isdisjoint(self._keys(surface)) for keys, surface in rest):
                return NameSpan(start=start, end=end, key=form.name)
        return None

    def _candidates(self, surface: str) -> tuple[_Form, ...]:
        """Return the forms that may begin with ``surface``, those of the most words first; remembered."""
        begun = self._begun.get(surface)
        if begun is None:
            found = {form for key in self._keys(surface) for form in self._forms.get(key, ())}
            begun = tuple(sorted(found, key=lambda form: (-len(form.words), form.name)))
            if len(self._begun) < MOST_REMEMBERED:
                self._begun[surface] = begun
        return begun

    def _keys(self, surface: str) -> set[str]:
        """Return what a token may be in a name: itself and its base forms, all without hyphens.

        A word with a hyphen at its edge is only half a word, so it is nothing.
        """
        if surface.startswith("-") or surface.endswith("-"):
            return set()
        bare = surface.replace("-", "")
        return {bare, *(self._bases(surface) or self._cut(bare))}

    def _bases(self, surface: str) -> tuple[str, ...]:
        finnish = self._analyser.read_finnish(surface)
        return finnish.bases if finnish.known else ()

    def _cut(self, word: str) -> Iterator[str]:
        """Yield the words of names that ``word`` may be an inflection of."""
        for cut in range(max(1, len(word) - _LONGEST_ENDING), len(word)):
            ending = word[cut - 1 :]
            if word[:cut] in self._stems and _ENDING.fullmatch(ending):
                yield self._stems[word[:cut]]
            if word[:cut] in self._foreign_stems and _FOREIGN_ENDING.fullmatch(ending):
                yield self._foreign_stems[word[:cut]]

    def _add(self, name: str, words: tuple[str, ...]) -> None:
        form = _Form(words=tuple(self._word_keys(word) for word in words), name=name)
        for key in sorted(form.words[0]):
            self._forms[key].append(form)
        for word in words:
            bare = word.replace("-", "")
            self._stems |= dict.fromkeys(_finnish_stems(bare), bare)
            self._foreign_stems[bare] = bare

    def _word_keys(self, word: str) -> frozenset[str]:
        """Return the keys of a form's word: itself, and its base forms if it stands inflected (*Keski-Suomen*)."""
        bare = word.replace("-", "")
        bases = self._bases(word)
        return frozenset({bare} if bare in bases else {bare, *bases})


def _spellings(form: str) -> Iterator[tuple[str, ...]]:
    """Yield the words of a form, with its hyphens and with spaces in their place (*Keski Suomi*)."""
    for spelling in (form, form.replace("-", " ")):
        words = tuple(token.surface for token in tokenise(spelling))
        if words:
            yield words


def _finnish_stems(word: str) -> list[str]:
    """Return the stems to which Finnish puts case endings, of a word that no dictionary knows.

    *Varha-*, *HUSi-*; a word in -e lengthens it and its consonant becomes strong: *Pohde*, *Pohtee-*.
    """
    if word[-1] not in _VOWELS:
        return [f"{word}i"]
    if word[-1] != "e":
        return [word]
    strong = {"d": "t", "t": "tt", "p": "pp", "k": "kk", "v": "p"}.get(word[-2:-1])
    return [word, f"{word}e", *([f"{word[:-2]}{strong}ee"] if strong else [])]

"""Finnish words → base forms and compound parts, by the output of Voikko's transducer.

An output spells the word between tags: ``[Ln][Xp]mieli[X]miel[Sg][Ny]en[Bh][Bc][Ln][Xp]ala[X]ala[Ll][Xj]inen[X]i…``.
``[Xp]…[X]`` holds the base form of a root, ``[Xj]…[X]`` that of a derivation's ending, ``[Bc]`` ends a compound part,
``[Bm]`` in the spelling and ``=`` in a base form part a word that the dictionary holds as one, ``[Sg]`` is the
genitive, ``[R.]`` a participle, ``[Tn4]`` begins the ending -minen, which the dictionary inflects without a base form.
"""

import re
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import combinations, pairwise

import snowballstemmer

from search.analysis.dictionaries import Dictionary
from search.analysis.readings import Reading, sort_terms

SHORTEST_TAIL = 5
"""Letters of a known word, and of its base form, that are enough to see it at the end of an unknown compound."""

SHORTEST_HEAD = 3
"""Letters that remain before such a tail."""

ABBREVIATION_LETTERS = 4
"""Letters of an abbreviation that may begin such a tail, as *sote* does though the dictionary wants *sote-keskus*."""

CACHED_WORDS = 20_000

_TAG_OR_TEXT = re.compile(r"\[([^\]]*)\]|([^\[]+)")
_PARTICIPLES = frozenset({"Rt", "Ra", "Rv", "Ru", "Rm"})
_VOWELS = frozenset("aeiouyåäö")
_READABLE = re.compile(r"[\w'.:-]+")


@dataclass(frozen=True, slots=True)
class Part:
    """A compound part: its spelling in the word, its base forms, and what the dictionary says of it.

    ``word_class`` is Voikko's: ``Ln`` noun, ``Ll`` adjective, ``Lt`` verb, ``Lp`` prefix, ``La`` abbreviation, …
    ``genitive`` is true of *mielen* in *mielenterveys*, ``lexical`` of a part that the dictionary holds together with
    the next as one word (*hyvin* in *hyvinvointi*).
    """

    spelling: str
    bases: tuple[str, ...]
    word_class: str
    genitive: bool = False
    lexical: bool = False


class Finnish:
    """Reads Finnish words through a dictionary. Safe across threads when the dictionary is."""

    def __init__(self, dictionary: Dictionary) -> None:
        self._dictionary = dictionary
        self._stemmer = _Stemmer()
        self._readings = lru_cache(maxsize=CACHED_WORDS)(self._look_up)

    def read(self, word: str) -> Reading:
        """Return the reading of a surface; one that no dictionary knows is guessed at, ``known`` being false.

        After a hyphen head and tail are read apart. Else the word itself and Snowball's stem stand for the base form,
        and beside them the longest known tail gives head + tail (``digisotekeskus``): the stem must stay, because the
        forms of one unknown word do not all end in something known.
        """
        bare = word.strip("-")
        readings = self._readings(bare) or self._prefixes(bare)
        offset = len(word) - len(word.lstrip("-"))
        return _combine(readings, offset=offset) if readings else self._guess(bare, offset=offset)

    def _look_up(self, word: str) -> tuple[tuple[Part, ...], ...]:
        """Return the distinct readings of a word as its compound parts.

        Of a word that is simple without a possessive ending no reading as a compound: *neuvolasta* is no advice child
        (*neuvo|lasta*), but *toimivaltaan* may be both.
        """
        if not _READABLE.fullmatch(word):
            return ()
        outputs = {split_output(output): output for output in self._dictionary.readings(word)}
        spelled_right = {reading: output for reading, output in outputs.items() if _is_spelled_right(reading)}
        simple = [
            reading for reading, output in spelled_right.items() if len(reading) == 1 and POSSESSIVE not in output
        ]
        return tuple(simple or spelled_right)

    def _prefixes(self, word: str) -> list[tuple[Part, ...]]:
        """Return the readings of a word that is known only as the beginning of others: ``sosiaali-``, ``etä-``."""
        return [reading for reading in self._readings(f"{word}-") if reading[0].word_class == "Lp"]

    def _guess(self, bare: str, *, offset: int) -> Reading:
        head, hyphen, tail = bare.rpartition("-")
        if hyphen and head.strip("-"):
            return self._join(head.rstrip("-"), tail, offset=offset, gap=len(bare) - len(head.rstrip("-")) - len(tail))
        cut, tail = self._longest_known_tail(bare)
        stems = (bare.replace("-", ""), self._stemmer.stem(bare))
        if not cut:
            return Reading(bases=sort_terms(stems))
        halves = self._join(bare[:cut], tail, offset=offset, gap=len(bare) - cut - len(tail))
        return replace(halves, bases=sort_terms([*stems, *halves.bases]))

    def _longest_known_tail(self, word: str) -> tuple[int, str]:
        """Return where the longest tail begins that the dictionary knows, and its spelling; 0 if there is none."""
        for cut in range(SHORTEST_HEAD, len(word) - SHORTEST_TAIL + 1):
            tail = word[cut:]
            head, rest = tail[:ABBREVIATION_LETTERS], tail[ABBREVIATION_LETTERS:]
            if self._is_long(tail):
                return cut, tail
            if self._is_long(rest) and self._is_abbreviation(head):
                return cut, f"{head}-{rest}"
        return 0, ""

    def _is_long(self, word: str) -> bool:
        """Tell whether the dictionary knows the word with a base form that is long enough for a tail."""
        return len(word) >= SHORTEST_TAIL and any(
            len(base) >= SHORTEST_TAIL for reading in self._readings(word) for base in _whole(reading)
        )

    def _is_abbreviation(self, word: str) -> bool:
        return any(reading[0].word_class == "La" for reading in self._readings(word))

    def _join(self, head: str, tail: str, *, offset: int, gap: int) -> Reading:
        """Read the two halves of an unknown word and put them together.

        ``gap`` is the number of hyphens between the halves, negative if ``tail`` has one that the word has not.
        """
        first, last = self.read(head), self.read(tail)
        spelling = head.replace("-", "")
        heads = first.bases if first.known else (spelling,)
        start = offset + len(head) + gap
        return Reading(
            bases=sort_terms(spelling + base for base in last.bases),
            parts=sort_terms([*heads, *first.parts, *last.bases, *last.parts]),
            known=False,
            splits=tuple(sorted({start - min(gap, 0), *(start + split for split in last.splits)})),
        )


POSSESSIVE = "[O"
"""Begins the tag of a possessive ending in an output of the transducer."""


class _Stemmer(threading.local):
    """Snowball's Finnish stemmer, one a thread because it keeps the word in itself."""

    def __init__(self) -> None:
        self._snowball = snowballstemmer.stemmer("finnish")

    def stem(self, word: str) -> str:
        """Return the stem; a final -nen is turned into -s first, the beginning that its other forms share."""
        if not word.isalpha():
            return word
        return self._snowball.stemWord(word[:-3] + "s" if word.endswith("nen") and len(word) > 5 else word)


def split_output(output: str) -> tuple[Part, ...]:
    """Return the compound parts that an output of the transducer tells of."""
    return tuple(part for piece in output.split("[Bc]") for part in _read_piece(piece))


def _read_piece(piece: str) -> Iterator[Part]:
    """Yield the parts of one piece between ``[Bc]``: one, or several where the dictionary holds them as one word."""
    spelling = base = verb = action = word_class = inside = ""
    genitive = participle = False
    for tag, text in _TAG_OR_TEXT.findall(piece):
        if text:
            if inside in ("Xp", "Xj"):
                base += text
            elif not inside:
                spelling += text
        elif tag == "X":
            inside = ""
        elif tag == "Xj":
            verb = base if participle else ""
            base, inside, participle = spelling, tag, False
        elif tag == "Xp":
            base, inside = spelling, tag
        elif tag.startswith("X"):
            inside = tag
        elif tag == "Bm":
            spelling += "="
        elif tag.startswith("L"):
            word_class = tag
        elif tag in _PARTICIPLES:
            participle = True
        elif tag == "Tn4":
            action = f"{spelling}minen"
        elif tag == "Sg":
            genitive = True
    if not spelling.strip("-="):
        return
    bases = [_clean(form) for form in (base or spelling, verb, action) if form]
    spellings = spelling.split("=")
    if any(len(form) != len(spellings) for form in bases):
        bases, spellings = [["".join(form)] for form in bases], ["".join(spellings)]
    last = len(spellings) - 1
    for index, spelled in enumerate(spellings):
        yield Part(
            spelling=spelled,
            bases=sort_terms(form[index] for form in bases),
            word_class=word_class,
            genitive=genitive and index == last,
            lexical=index < last,
        )


def _is_spelled_right(reading: tuple[Part, ...]) -> bool:
    """Tell whether no seam joins two equal vowels without a hyphen, as *kuva-ajat* must not be *kuvaajat*.

    Libvoikko leaves such readings out, the transducer by itself gives them.
    """
    pairs = pairwise(part.spelling for part in reading)
    return bool(reading) and not any(
        before[-1:] == after[:1] and after[:1] in _VOWELS for before, after in pairs if before and after
    )


def _clean(base: str) -> list[str]:
    """Return the pieces of a base form in lower case, without hyphens."""
    return base.lower().replace("-", "").split("=")


def _combine(readings: Iterable[tuple[Part, ...]], *, offset: int) -> Reading:
    readings = list(readings)
    bases = sort_terms(base for reading in readings for base in _whole(reading))
    parts = {run for reading in readings for run in _runs(reading)}
    splits = min((_splits(reading) for reading in readings), key=_preference, default=())
    return Reading(
        bases=bases,
        parts=sort_terms(parts - set(bases)),
        known=True,
        splits=tuple(offset + split for split in splits),
    )


def _whole(reading: tuple[Part, ...]) -> list[str]:
    """Return the base forms of the word that the parts make."""
    return [_spell(reading[:-1]) + base for base in reading[-1].bases]


def _runs(reading: tuple[Part, ...]) -> Iterator[str]:
    """Yield the base forms of every run of parts but the whole."""
    for first, end in combinations(range(len(reading) + 1), 2):
        if end - first < len(reading):
            yield from _whole(reading[first:end])


def _spell(parts: Iterable[Part]) -> str:
    return "".join(part.spelling for part in parts).replace("-", "")


def _splits(reading: tuple[Part, ...]) -> tuple[int, ...]:
    """Return where an ellipsis may cut the word.

    A genitive holds fast to the part after it (``mielen|terveys`` in *mielenterveyspalvelu*), and so do the parts of a
    word that the dictionary holds as one (``hyvin|vointi``): they are parted only where the word has no other seam.
    """
    seams = []
    offset = 0
    for part in reading[:-1]:
        offset += len(part.spelling)
        seams.append((offset, part))
    loose = [place for place, part in seams if not (part.genitive or part.lexical)]
    firm = [place for place, part in seams if not part.lexical]
    return tuple(loose or firm or [place for place, _ in seams])


def _preference(splits: tuple[int, ...]) -> tuple[int, tuple[int, ...]]:
    """Order the splits of a word's readings: the fewest seams, but some, first."""
    return (len(splits) or 99, splits)

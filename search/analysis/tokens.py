"""Cuts text into tokens that remember where they stood.

A token's surface is what the index stores: NFC, lower case, no soft hyphens, one kind of apostrophe and hyphen, no
case ending after a colon (``THL:n`` → ``thl``), at most 50 characters. The rules are those of "Characters" in the
design of the search.
"""

import re
import unicodedata
from array import array
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from threading import Lock
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

LONGEST_SURFACE = 50
"""Characters of a surface; the rest is cut, because dictionaries need exponential time for long repeated compounds."""

CACHED_STRETCHES = 100_000
"""Stretches between spaces whose tokens are remembered: most of those of a text have stood in another."""

LONGEST_CACHED = 60
"""Characters of a stretch that is remembered."""

MOST_REMEMBERED = 1_000_000
"""Characters of stretches that are remembered in columns, some 120,000 stretches."""

_JOINERS = frozenset("\u00ad\u200b\u200c\u200d\u2060\ufeff")
_APOSTROPHES = frozenset("’‘ʼ＇")
_HYPHENS = frozenset("\u2010\u2011\ufe63\uff0d")
_DASHES = frozenset("\u2012\u2013\u2212")

# The shadow of a text has the same length and stands for it in the expressions below: marks and joiners look like a
# letter, hyphens like "-", apostrophes like "'", dashes like an en dash.
_FILLER = "ᵡ"
_ACTS_LIKE_ANOTHER = re.compile(r"[^\w\s\x00-\x7f]|[ʼ＇]")

_WORD = r"[^\W_]+"
_TOKEN = re.compile(
    rf"""
      \d{{1,2}}/\d{{1,2}}(?![\w/])                    # 24/7
    | \d+\+                                           # 65+
    | (?:(?<![\w\-–+])[-–](?=[^\W\d_]))?              # -polut
      {_WORD}
      (?:
          (?:-|(?<=[^\W\d_])–(?=[^\W\d_])|[:'])       # a dash joins letters only: 13–17 is two tokens
          {_WORD}
      )*
      (?:-(?![\w\-–])|(?<=[^\W\d_])–(?![\w\-–]))?     # mielenterveys-
    """,
    re.VERBOSE,
)

_RANGE = re.compile(r"(?<![^\W_])[^\W\d_]{0,2}\d+-(?=[^\W\d_]{0,2}\d+(?![^\W_]))")
_STRETCH = re.compile(r"\S+")
_CASE_ENDING = re.compile(
    r"""
    (?=.)
    (?:
        [nats] | t?[aä] | ss[aä] | st[aä] | ll[aä] | lt[aä] | lle | ksi | n[aä] | tt[aä] | kse[ent]?
      | [aeiouyäö]n | h[aeiouyäö]n | ii?n | ee?n | seen | aan | ään
      | ien | iden | itten | ide[nt] | i?t[aä] | iss[aä] | ist[aä] | ill[aä] | ilt[aä] | ille | iksi | in[aä] | ihin
      | e[nt] | ets | ens | er | ar | or | arna | erna | orna
    )?
    (?:kin | k[aä][aä]n | h[aä]n | k[oö] | ns[aä] | mme | nne)?
    """,
    re.VERBOSE,
)


class Token(NamedTuple):
    """A word of a text: as the index stores it, its offsets in the text, and whether it is written with a capital."""

    surface: str
    start: int
    end: int
    capitalised: bool


def tokenise(text: str) -> list[Token]:
    """Return the tokens of ``text`` in order, in time linear in its length.

    A range gives both of its ends (``13–17`` → 13, 17; ``I1–I4`` → i1, i4); ``65+`` and ``24/7`` stay whole; the
    hyphen of an ellipsis stays with its word (``mielenterveys-``, ``-polut``). A colon that does not part a case
    ending from its word parts two tokens.
    """
    tokens = []
    begin = 0
    # No rule looks across white space, so that each stretch between spaces is read by itself, and remembered.
    for written in text.split():
        begin = text.index(written, begin)
        for surface, start, end, capitalised in _read_one(written):
            tokens.append(Token(surface, begin + start, begin + end, capitalised))
        begin += len(written)
    return tokens


@dataclass(frozen=True, slots=True)
class TokenColumns:
    """The tokens of several texts, one text after another, column by column.

    ``numbers`` are the places of their surfaces in ``surfaces``, and ``numbered`` has those places by surface; both
    hold more than these tokens. ``ends_of_texts`` says for each text how many tokens it and those before it have.
    Offsets are those in the token's own text. ``halves`` tells which have a hyphen at an edge.
    """

    surfaces: Sequence[str]
    numbered: Mapping[str, int]
    numbers: NDArray[np.int64]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    capitalised: NDArray[np.bool_]
    halves: NDArray[np.bool_]
    ends_of_texts: NDArray[np.int64]

    def surfaces_of(self, first: int, end: int) -> list[str]:
        return [self.surfaces[number] for number in self.numbers[first:end].tolist()]

    def rows(self, first: int, end: int) -> list[Token]:
        """Return the tokens from the ``first`` on, as ``tokenise`` gives them."""
        columns = (column[first:end].tolist() for column in (self.starts, self.ends, self.capitalised))
        return list(map(Token._make, zip(self.surfaces_of(first, end), *columns, strict=True)))


class _Stretches(dict[str, int]):
    """Stretches between spaces, each at a number of its own, with their tokens in columns.

    Most stretches of a text have stood in another: a known one costs one look into a dictionary and no object. When
    they are too many, all are forgotten.
    """

    def __init__(self) -> None:
        super().__init__()
        self._lock = Lock()
        self._forget()

    def _forget(self) -> None:
        self.clear()
        self._characters = 0
        self._surfaces: list[str] = []
        self._numbered: dict[str, int] = {}
        self._counts = array("q")
        self._numbers, self._starts, self._ends = array("q"), array("q"), array("q")
        self._capitalised, self._halves = bytearray(), bytearray()

    def __missing__(self, written: str) -> int:
        tokens = _read_anew(written)
        for surface, start, end, capitalised in tokens:
            if surface not in self._numbered:
                # Other threads look surfaces up without the lock: what has a number is there.
                self._surfaces.append(surface)
                self._numbered[surface] = len(self._surfaces) - 1
            self._numbers.append(self._numbered[surface])
            self._starts.append(start)
            self._ends.append(end)
            self._capitalised.append(capitalised)
            self._halves.append(surface[0] == "-" or surface[-1] == "-")
        self._counts.append(len(tokens))
        self._characters += len(written)
        number = self[written] = len(self)
        return number

    def read(self, written: Sequence[str], begins: NDArray[np.int64], of_texts: NDArray[np.int64]) -> TokenColumns:
        """Return the tokens of stretches, given where each begins in its text and after how many each text ends."""
        with self._lock:
            if self._characters > MOST_REMEMBERED:
                self._forget()
            return self._read(written, begins, of_texts)

    def _read(self, written: Sequence[str], begins: NDArray[np.int64], of_texts: NDArray[np.int64]) -> TokenColumns:
        met = np.fromiter(map(self.__getitem__, written), np.int64, len(written))
        all_counts = np.array(self._counts, np.int64)
        counts = all_counts[met]
        ends = np.cumsum(counts)
        total = int(ends[-1]) if len(ends) else 0
        chosen = np.repeat((np.cumsum(all_counts) - all_counts)[met] - (ends - counts), counts) + np.arange(total)
        offsets = np.repeat(begins, counts)
        return TokenColumns(
            surfaces=self._surfaces,
            numbered=self._numbered,
            numbers=np.array(self._numbers, np.int64)[chosen],
            starts=np.array(self._starts, np.int64)[chosen] + offsets,
            ends=np.array(self._ends, np.int64)[chosen] + offsets,
            capitalised=np.array(self._capitalised, np.bool_)[chosen],
            halves=np.array(self._halves, np.bool_)[chosen],
            ends_of_texts=np.append(0, ends)[of_texts],
        )


_STRETCHES = _Stretches()
"""Those that the process has met, for all threads."""


def tokenise_in_columns(texts: Sequence[str]) -> TokenColumns:
    """Return the same tokens as ``tokenise`` does of each text, many times faster where the texts are many."""
    split = [text.split() for text in texts]
    written = list(chain.from_iterable(split))
    lengths = np.fromiter(map(len, written), np.int64, len(written))
    counts = np.fromiter(map(len, split), np.int64, len(split))
    of_texts = np.cumsum(counts)
    firsts = of_texts - counts
    # Where each stretch begins if a single space stands between all and none around them.
    begins = np.cumsum(lengths + 1) - 1 - lengths
    begins -= np.repeat(np.append(begins, 0)[firsts], counts)
    sums = np.append(0, np.cumsum(lengths + 1))
    expected = np.maximum(sums[of_texts] - sums[firsts] - 1, 0)
    for place in np.flatnonzero(expected != np.fromiter(map(len, texts), np.int64, len(texts))).tolist():
        own = slice(firsts[place], of_texts[place])
        begins[own] = [found.start() for found in _STRETCH.finditer(texts[place])]
    return _STRETCHES.read(written, begins, of_texts)


def normalise(word: str) -> str:
    """Return ``word`` as a surface: the form under which the index knows it."""
    if _ACTS_LIKE_ANOTHER.search(word):
        word = "".join(filter(None, map(_plain, word)))
    surface = unicodedata.normalize("NFC", unicodedata.normalize("NFC", word).lower())
    if ":" in surface:
        surface = _without_case_ending(surface)
    if len(surface) > LONGEST_SURFACE:
        surface = surface[:LONGEST_SURFACE].rstrip("-'")
    return surface


def _plain(char: str) -> str:
    """Return what stands for a character in a surface: an apostrophe, a hyphen, nothing, or itself."""
    if char in _APOSTROPHES:
        return "'"
    if char in _HYPHENS or char in _DASHES:
        return "-"
    return "" if char in _JOINERS else char


def _without_case_ending(surface: str) -> str:
    head, _, tail = surface.partition(":")
    ending, hyphen, rest = tail.partition("-")
    return head + hyphen + rest if _CASE_ENDING.fullmatch(ending) else surface


def _shade(text: str) -> str:
    """Return a string as long as ``text`` in which every character that acts like another looks like it."""
    return text if text.isascii() else _ACTS_LIKE_ANOTHER.sub(_shade_one, text)


def _shade_one(match: re.Match[str]) -> str:
    char = match.group()
    if char in _APOSTROPHES:
        return "'"
    if char in _HYPHENS:
        return "-"
    if char in _DASHES:
        return "–"
    if char in _JOINERS or unicodedata.category(char)[0] == "M":
        return _FILLER
    return " "


def _read_anew(written: str) -> tuple[Token, ...]:
    """Return the tokens of a text without white space."""
    shadow = _shade(written)
    stretches = (
        (match.start() + start, match.start() + end)
        for match in _TOKEN.finditer(shadow)
        for start, end in _split(match[0])
    )
    read = (_make(written[start:end], shadow[start:end], start) for start, end in stretches)
    return tuple(token for token in read if token is not None)


_read: Callable[[str], tuple[Token, ...]] = lru_cache(CACHED_STRETCHES)(_read_anew)


def _read_one(written: str) -> tuple[Token, ...]:
    return _read(written) if len(written) <= LONGEST_CACHED else _read_anew(written)


def _split(word: str) -> list[tuple[int, int]]:
    """Cut one match, as its shadow, at the hyphens of ranges and at colons that part no case ending."""
    if "-" not in word and ":" not in word:
        return [(0, len(word))]
    cuts = [0, *(found.end() for found in _RANGE.finditer(word))]
    colons = [index for index, char in enumerate(word) if char == ":"]
    endings = [_CASE_ENDING.fullmatch(_letters_from(word, colon + 1)) for colon in colons]
    cuts += [colon + 1 for colon, ending in zip(colons, endings, strict=True) if ending is None or colon > colons[0]]
    cuts = sorted(set(cuts))
    ends = [cut - 1 for cut in cuts[1:]] + [len(word)]
    return list(zip(cuts, ends, strict=True))


def _letters_from(word: str, start: int) -> str:
    """Return the run of lower-cased letters that begins at ``start``."""
    stop = start
    while stop < len(word) and word[stop].isalnum():
        stop += 1
    return word[start:stop].lower()


def _make(written: str, shadow: str, start: int) -> Token | None:
    """Return the token of a stretch of text, or None where nothing is left of it but marks."""
    loose = len(shadow) - len(shadow.lstrip(_FILLER))
    written, start = written[loose:], start + loose
    first = next(filter(str.isalnum, written), "")
    surface = normalise(written) if first else ""
    if not surface:
        return None
    capitalised = first.isupper() or first.istitle()
    return Token(surface=surface, start=start, end=start + len(written), capitalised=capitalised)

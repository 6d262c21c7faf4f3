"""Cuts text into tokens that remember where they stood.

A token's surface is what the index stores: NFC, lower case, no soft hyphens, one kind of apostrophe and hyphen, no
case ending after a colon (``THL:n`` → ``thl``), at most 50 characters. The rules are those of "Characters" in the
design of the search.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

LONGEST_SURFACE = 50
"""Characters of a surface; the rest is cut, because dictionaries need exponential time for long repeated compounds."""

CACHED_STRETCHES = 100_000
"""Stretches between spaces whose tokens are remembered: most of those of a text have stood in another."""

LONGEST_CACHED = 60
"""Characters of a stretch that is remembered."""

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

    ``ends_of_texts`` says for each text how many tokens it and those before it have. Offsets are those in the token's
    own text.
    """

    surfaces: list[str]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    capitalised: list[bool]
    ends_of_texts: list[int]

    def rows(self, first: int, end: int) -> list[Token]:
        """Return the tokens from the ``first`` on, as ``tokenise`` gives them."""
        some = slice(first, end)
        columns = self.surfaces[some], self.starts[some].tolist(), self.ends[some].tolist(), self.capitalised[some]
        return list(map(Token._make, zip(*columns, strict=True)))


def tokenise_in_columns(texts: Sequence[str]) -> TokenColumns:
    """Return the same tokens as ``tokenise`` does of each text, several times faster where the texts are long."""
    split = [text.split() for text in texts]
    written = list(chain.from_iterable(split))
    lengths = np.fromiter(map(len, written), np.int64, len(written))
    ends = np.cumsum(lengths + 1) - 1
    of_texts = np.cumsum([len(some) for some in split], dtype=np.int64)
    begins = ends - lengths
    for text, some, after in zip(texts, split, of_texts.tolist(), strict=True):
        if some:
            own = slice(after - len(some), after)
            begins[own] -= begins[own.start]
            if begins[after - 1] + lengths[after - 1] != len(text):
                # Not a single space between all stretches and none around them.
                begins[own] = [found.start() for found in _STRETCH.finditer(text)]
    read = list(map(_read if lengths.max(initial=0) <= LONGEST_CACHED else _read_one, written))
    counts = np.fromiter(map(len, read), np.int64, len(read))
    offsets = np.repeat(begins, counts)
    rows = list(chain.from_iterable(read))
    surfaces, starts, ends, capitalised = zip(*rows, strict=True) if rows else ((), (), (), ())
    return TokenColumns(
        surfaces=list(surfaces),
        starts=np.array(starts, np.int64) + offsets,
        ends=np.array(ends, np.int64) + offsets,
        capitalised=list(capitalised),
        ends_of_texts=np.append(0, np.cumsum(counts))[of_texts].tolist() if texts else [],
    )


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

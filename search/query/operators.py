"""What a query says beside its words: quotation marks, a hyphen that leaves a word out, a star that only begins it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from search.analysis.function_words import CONJUNCTIONS, EVERY
from search.analysis.tokens import Token
from search.rules import SHORTEST_BEGINNING

_QUOTATION_MARKS = re.compile(r'["“”„«»]')

_UNKNOWN = re.compile(
    r"""
      (?<!\S)(?:AND|OR|NOT|NEAR|&&|\|\||\||&)(?!\S)      # words and marks between words
    | (?<!\S)[+~^!](?=\w)                                # at the beginning of a word
    | (?<=\w)[~^]\d*(?!\S)                               # at its end
    | (?<!\S)\*(?=\w) | (?<=\w)\*(?=\w)                  # a star that stands at no end
    | (?<!\w)\w{1,2}\*
    """,
    re.VERBOSE,
)


def split_quotations(query: str) -> Iterator[tuple[str, int, bool]]:
    """Yield the stretches of a query, where each begins and whether it stands in quotation marks.

    A mark without its pair is none.
    """
    parts = _QUOTATION_MARKS.split(query)
    pairs = (len(parts) - 1) // 2
    begin = 0
    for index, part in enumerate(parts):
        yield part, begin, index % 2 == 1 and index < 2 * pairs
        begin += len(part) + 1


def bare(surface: str) -> str:
    """Return a word as it was typed; a function word without a hyphen that stands at it by mistake."""
    stripped = surface.strip("-")
    return stripped if stripped in EVERY else surface


def leaves_out(text: str, tokens: Sequence[Token], index: int, completed: Collection[int]) -> bool:
    """Tell whether a word is to be left out: a hyphen stands before it that shortens no word.

    ``completed`` are the indexes of shortened words. After a conjunction or a comma a hyphen always shortens one.
    """
    if not bare(tokens[index].surface).startswith("-") or index in completed:
        return False
    if not index:
        return True
    before = tokens[index - 1]
    return before.surface not in CONJUNCTIONS and "," not in text[before.end : tokens[index].start]


def is_beginning(text: str, token: Token) -> bool:
    """Tell whether a star after three letters or more says that a word only begins so."""
    return text[token.end : token.end + 1] == "*" and len(token.surface.strip("-")) >= SHORTEST_BEGINNING


def find_unknown(query: str) -> tuple[str, ...]:
    """Return the marks and words that are operators elsewhere and nothing here, each once, as they were typed."""
    texts = (part for part, _begin, is_quoted in split_quotations(query) if not is_quoted)
    return tuple(dict.fromkeys(found[0] for text in texts for found in _UNKNOWN.finditer(text)))

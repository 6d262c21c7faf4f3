"""Letters without their marks, as they are typed where a keyboard lacks them; å, ä and ö are letters of their own."""

from __future__ import annotations

import unicodedata
from functools import cache

OWN_LETTERS = "åäöÅÄÖ"
_CROSSED = {"đ": "d", "ŧ": "t", "ǥ": "g", "ŋ": "n", "ʒ": "z"}
"""Letters of Sámi whose mark Unicode does not take apart."""


def unmark(word: str) -> str:
    """Return a word without the marks of its letters: "sápmi" as "sapmi", and "sää" as it is."""
    return word if word.isascii() else "".join(map(_unmark, word))


@cache
def _unmark(letter: str) -> str:
    if letter in OWN_LETTERS:
        return letter
    apart = unicodedata.normalize("NFD", letter)
    kept = unicodedata.normalize("NFC", apart[:2])
    return kept if kept in OWN_LETTERS else _CROSSED.get(apart[0], apart[0])


def may_mean(typed: str, word: str) -> bool:
    """Tell whether a word is what was typed but for marks that were not typed."""
    return len(typed) == len(word) and all(
        own in (other, _unmark(other)) for own, other in zip(typed, word, strict=True)
    )

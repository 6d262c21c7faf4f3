"""What people type, in the one spelling in which it is kept: nothing in it that cannot be seen, and NFC."""

from __future__ import annotations

import re
import unicodedata

BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\U0001d159")
"""Characters that Unicode counts as letters, marks or symbols and that draw nothing."""
UNSEEN = ("Cc", "Cf", "Cs", "Co")
"""Categories of controls, of marks of format and direction, of halves of characters, and of what no font agrees on."""
_SPACES = re.compile(r"\s+")
_UNBREAKABLE = ("\u00a0", "\u202f")
_LATIN_ENDS = 0x2FF
_SELECTORS = re.compile("[\ufe00-\ufe0f\u180b-\u180f\U000e0100-\U000e01ef]")
_JOINERS = "\u200c\u200d"


def is_visible(text: str) -> bool:
    """Tell whether a plain text draws anything: a letter, digit, punctuation or symbol."""
    return any(unicodedata.category(character)[0] in "LNPS" and character not in BLANK for character in text)


def tidy_line(text: str) -> str:
    """Return what was typed into a field of one line, with nothing unseen; a space that does not break stays."""
    spaced = _SPACES.sub(_one_space, text)
    seen = _SPACES.sub(_one_space, _without_unseen(spaced)).strip()
    return unicodedata.normalize("NFC", seen)


def tidy_lines(text: str) -> str:
    """Return what was typed into a field of several lines, each without what cannot be seen."""
    lines = (_without_unseen(line.replace("\t", " ")).rstrip() for line in text.splitlines())
    return unicodedata.normalize("NFC", "\n".join(lines).strip())


def tidy_piece(text: str) -> str:
    """Return a piece of rich text between two tags: its spaces, ends of lines and soft hyphens stay."""
    return unicodedata.normalize("NFC", _without_unseen(text, but="\n\r\t\u00ad"))


def fold(text: str) -> str:
    """Return the key by which two names are the same one: whatever their case, spaces and composed characters."""
    plain = _SELECTORS.sub("", tidy_line(text)).translate(dict.fromkeys(map(ord, _JOINERS)))
    folded = unicodedata.normalize("NFD", plain).casefold()
    return " ".join(unicodedata.normalize("NFC", folded).split())


def _one_space(found: re.Match[str]) -> str:
    return found[0] if found[0] in _UNBREAKABLE else " "


def _without_unseen(text: str, *, but: str = "") -> str:
    """Leave characters out that draw nothing, ``but`` these; joiners stay where scripts and pictures need them."""
    kept = []
    for index, character in enumerate(text):
        if character in _JOINERS:
            around = text[index - 1 : index] + text[index + 1 : index + 2]
            is_kept = index > 0 and len(around) == 2 and all(ord(other) > _LATIN_ENDS for other in around)
        else:
            is_seen = character not in BLANK and unicodedata.category(character) not in UNSEEN
            is_kept = is_seen or character in but
        if is_kept:
            kept.append(character)
    return "".join(kept)

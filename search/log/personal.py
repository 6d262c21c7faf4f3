"""Drops from a query what may be personal data by its form: identity codes, telephone numbers, e-mail addresses.

It drops too much rather than too little: whole runs of numbers, and whatever is written together with them.
"""

from __future__ import annotations

import re
import unicodedata

MOST_DIGITS = 5
"""Digits that may stand together; a run of more may be a date of birth, an identity code or a telephone number."""

_WRITTEN_AT = re.compile(
    r"""
      \s*[(\[{<]\s*(?:at|ät|a|miukumauku)\s*[)\]}>]\s*   # name (at) example.fi
    | \s+(?:at|ät|miukumauku)\s+(?=\S+\.\S)              # name at example.fi
    | \s*%40\s*
    | \s*@\s*
    """,
    re.IGNORECASE | re.VERBOSE,
)


def drop(text: str) -> tuple[str, int]:
    """Return the text without what may be personal, and how many of its stretches between spaces were dropped.

    A stretch with an @, or a word that is written for it, goes whole. So does a run of number-like stretches with six
    digits or more together: "131052-308T", "13 10 52 A 308 T", "+358 40 123 4567".
    """
    visible = "".join(sign for sign in unicodedata.normalize("NFKC", text) if unicodedata.category(sign) != "Cf")
    stretches = _WRITTEN_AT.sub("@", visible).split()
    kept: list[str] = []
    run: list[str] = []
    dropped = 0
    for stretch in [*stretches, ""]:
        if stretch and _is_number_like(stretch):
            run.append(stretch)
            continue
        if _digits(" ".join(run)) > MOST_DIGITS:
            dropped += len(run)
        else:
            kept += run
        run = []
        if "@" in stretch or _digits(stretch) > MOST_DIGITS:
            dropped += 1
        elif stretch:
            kept.append(stretch)
    return " ".join(kept), dropped


def _is_number_like(stretch: str) -> bool:
    """Tell whether a stretch may be a piece of a number: at most one letter (a century, a check sign), and no @."""
    return "@" not in stretch and sum(sign.isalpha() for sign in stretch) <= 1


def _digits(text: str) -> int:
    return sum(sign.isdigit() for sign in text)

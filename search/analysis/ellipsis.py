"""Rebuilds the words that a hyphen stands for.

*mielenterveys- ja päihdepalveluihin* also means mielenterveyspalveluihin, *hoitosuunnitelmat ja -polut* also
hoitopolut, and so do lists: *koti-, laitos- ja asumispalvelut*.
"""

from collections.abc import Callable, Sequence

from search.analysis.function_words import CONJUNCTIONS
from search.analysis.tokens import LONGEST_SURFACE, Token

LONGEST_LIST = 12
"""Words between a hyphen and the word that completes it."""

WIDEST_GAP = 3
"""Characters between two words of one list: a comma and a space, or a slash between spaces."""

_SEPARATED = 2
"""Characters between two words of a list that no conjunction joins: a comma and a space."""

_FIRM_BEGINNINGS = frozenset({"perus", "erikois", "lähi", "etä", "yhteis", "jatko", "ennalta", "pitkäaikais"})
"""First parts that hold fast to what follows: the *terveydenhuolto* of *perusterveydenhuolto* is itself a compound."""


def rebuild(tokens: Sequence[Token], split_points: Callable[[str], Sequence[int]]) -> dict[int, str]:
    """Return the full surfaces of the shortened words, by their index in ``tokens``.

    ``split_points`` gives the offsets at which a surface may be cut in two (`analyser.Analyser.split_points`).
    A word that nothing completes is left out.
    """
    found = {}
    for index, token in enumerate(tokens):
        surface = token.surface
        if (surface[-1] == "-") == (surface[0] == "-"):
            continue
        complete = _with_end if surface.endswith("-") else _with_beginning
        full = complete(tokens, index, split_points)
        if full:
            found[index] = full[:LONGEST_SURFACE]
    return found


def _with_end(tokens: Sequence[Token], index: int, split_points: Callable[[str], Sequence[int]]) -> str:
    """Complete *mielenterveys-* by the end of the first whole word after it."""
    partner = _find_whole_word(tokens, index, step=1)
    if partner is None:
        return ""
    whole, head = tokens[partner].surface, tokens[index].surface.rstrip("-")
    points = split_points(whole)
    if not points:
        return ""
    cut = points[0]
    if whole[:cut].rstrip("-") in _FIRM_BEGINNINGS and head not in _FIRM_BEGINNINGS:
        cut += min(split_points(whole[cut:]), default=0)
    hyphen = "-" if whole[cut - 1] == "-" else ""
    return head + hyphen + whole[cut:]


def _with_beginning(tokens: Sequence[Token], index: int, split_points: Callable[[str], Sequence[int]]) -> str:
    """Complete *-polut* by the beginning of the last whole word before it."""
    partner = _find_whole_word(tokens, index, step=-1)
    if partner is None:
        return ""
    whole = tokens[partner].surface
    points = split_points(whole)
    return whole[: points[-1]] + tokens[index].surface.lstrip("-") if points else ""


def _find_whole_word(tokens: Sequence[Token], index: int, *, step: int) -> int | None:
    """Return the index of the word that completes a shortened one, on the side that ``step`` (1 or -1) points to.

    Between the two stand only conjunctions and words shortened in the same way, at least one; or a comma.
    """
    shortened = (lambda surface: surface.endswith("-")) if step > 0 else (lambda surface: surface.startswith("-"))
    for distance in range(1, LONGEST_LIST + 1):
        place = index + distance * step
        if not 0 <= place < len(tokens):
            return None
        gap = _gap(tokens, place, place - step)
        if gap > WIDEST_GAP:
            return None
        surface = tokens[place].surface
        if shortened(surface) or surface in CONJUNCTIONS:
            continue
        if surface.startswith("-") or surface.endswith("-") or (distance == 1 and gap < _SEPARATED):
            return None
        return place
    return None


def _gap(tokens: Sequence[Token], one: int, other: int) -> int:
    first, second = sorted((one, other))
    return tokens[second].start - tokens[first].end

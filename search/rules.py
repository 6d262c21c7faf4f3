"""The numbers of matching, in one place: weights, limits and the shape of the score."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rules:
    """How words satisfy a query and what they weigh.

    Weights are those of a word's alternatives: as written, as another form, as an equal word, as a part of a longer
    word of the text (``neuvola`` in *seniorineuvola*), as a narrower concept (``masennus`` for *mielenterveys*) and
    one narrower than that, a part of the query's own word (``säde`` for *sädehoito*) and its head (``hoito``), as a
    broader or a related concept.
    ``k1`` and ``b`` are BM25's: how soon more occurrences stop to matter, and how much a text's length counts. An
    occurrence counts as its field weighs, so ``k1`` is of the size of a title's weight: one word in a title is not yet
    as good as it gets.
    """

    surface: float = 1.0
    base: float = 0.95
    concept: float = 0.8
    part: float = 0.6
    concept_part: float = 0.45
    own_part: float = 0.35
    own_head: float = 0.25
    narrower: float = 0.5
    narrower_still: float = 0.4
    broader: float = 0.3
    related: float = 0.25

    partly: float = 0.5
    """What a word that is satisfied only partly adds to the coverage of a partial hit, where a full one adds 1."""
    hardly: float = 0.25
    """The same of a compound of which only the head is found: *hoito* of *haavahoito*."""

    k1: float = 6.0
    b: float = 0.5

    common_share: float = 0.3
    """A word found in more than this share of the documents only ranks; a part or an equal word is dropped."""
    common_at_least: int = 10
    """Documents that must have a word, besides, for it to be common: in a handful of documents every word would be."""
    counting_words: int = 12
    alternatives: int = 12
    enough_full_hits: int = 10
    most_partial_hits: int = 50
    few_namesakes: int = 5
    """Partial hits that only share a part with a word, where no document has any of the words."""
    beginnings: int = 200
    """Words that ``sana*`` stands for, the shortest ones."""
    related_phrases: int = 12
    """Phrases of several words by which concepts beside the word's own are found, of each word of a query."""

    fusion: float = 10.0
    """Smooths ranks that are fused: the first place counts 1 / (fusion + 1), the tenth about half as much."""
    nearness: float = 0.5
    """What a rank by meaning counts beside one by words."""
    most_near: int = 5
    """Pages that are listed by their meaning alone."""

    @property
    def own_part_concept(self) -> float:
        """The weight of an equal word of a part of the query's own word."""
        return self.own_part * self.concept


RULES = Rules()

QUERY_CHARACTERS = 300
"""Characters of a query that are read."""

SHORTEST_BEGINNING = 3
"""Letters before the star of ``sana*``, at least."""

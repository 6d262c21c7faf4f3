"""Swedish and English words → base forms, by simplemma's word lists.

Measured with simplemma 2.0, Swedish and English together (2 cores; words/s are look-ups without our cache):

=============================  =========  ==========  ========
dictionaries                    ready in      memory   words/s
=============================  =========  ==========  ========
plain dict of bytes (default)      1.7 s    + 121 MB    66,000
front-coded stream                 1.5 s     + 14 MB    15,000
=============================  =========  ==========  ========

The stream costs nothing that matters here: analyses are cached, and a word is analysed once for the whole index. (A
marisa trie would need one more package and 18 s for its first cache on disk.) A list is read when the first word of
its language is asked for, so that a process that only meets Finnish words never pays for it.
"""

import re
import threading
from collections.abc import Callable

from simplemma.strategies import DefaultStrategy
from simplemma.strategies.dictionaries import LOW_MEMORY_DICTIONARY_FACTORY

from search.analysis.function_words import EVERY
from search.analysis.readings import UNREAD, Reading

SHORTEST_SWEDISH_PART = 4
"""Letters of each half of a Swedish compound that is cut in two."""

_READABLE = re.compile(r"[\w'.:-]+")


class WordList:
    """The words and base forms of Swedish (``sv``) or English (``en``). Safe across threads."""

    def __init__(self, language: str) -> None:
        self._language = language
        self._strategy = DefaultStrategy(dictionary_factory=LOW_MEMORY_DICTIONARY_FACTORY)
        self._loading = threading.Lock()
        self._loaded = False

    def read(self, word: str) -> Reading:
        """Return the base form of a surface; ``known`` tells whether the word itself is in the list.

        A word outside the list may still have a base form by the language's rules (``äldreomsorgerna``).
        """
        bare = word.strip("-")
        if not _READABLE.fullmatch(bare) or not any(map(str.isalpha, bare)):
            return UNREAD
        self._load()
        lemma = self._strategy.get_lemma(bare, self._language)
        base = lemma.lower().replace("-", "") if lemma else ""
        if base in EVERY and bare.lower() not in EVERY:
            # What few texts have is no form of what every text has: the list reads "AI" as "be".
            base = bare.lower().replace("-", "")
        return Reading(bases=(base,) if base else (), known=self.knows(bare))

    def knows(self, word: str) -> bool:
        """Tell whether the list has the word, with a small or a capital initial."""
        self._load()
        words = LOW_MEMORY_DICTIONARY_FACTORY.get_dictionary(self._language)
        return any(words.get(form) is not None for form in (word, word.capitalize()))

    def _load(self) -> None:
        """Read the list once, however many threads ask for its first word."""
        if not self._loaded:
            with self._loading:
                LOW_MEMORY_DICTIONARY_FACTORY.get_dictionary(self._language)
                self._loaded = True


def split_swedish(surface: str, is_known: Callable[[str], bool]) -> list[tuple[str, str]]:
    """Return the ways to cut a Swedish compound into two words that ``is_known`` accepts, best first.

    Each half has four letters or more. The first may be a word with a linking s (``mentalvårds|tjänst``), one that
    has lost its last vowel (``invandrar|familj``: invandrare) or changed it (``hälso|vård``: hälsa). The longest
    second half comes first, and before each a first half that is a word as it stands.
    """
    bare = surface.replace("-", "")
    halves = []
    for cut in range(SHORTEST_SWEDISH_PART, len(bare) - SHORTEST_SWEDISH_PART + 1):
        first, second = bare[:cut], bare[cut:]
        if is_known(second):
            halves += [(head, second) for head in _swedish_heads(first) if is_known(head)]
    return halves


def _swedish_heads(first: str) -> list[str]:
    """Return the words that may stand at the beginning of a compound in this form."""
    shorter = first[:-1]
    heads = [first]
    if first.endswith("s") and len(shorter) >= SHORTEST_SWEDISH_PART:
        heads.append(shorter)
    if first.endswith("o"):
        heads.append(f"{shorter}a")
    return [*heads, f"{first}e", f"{first}a"]

"""The one analyser of words, for index, query and snippets."""

from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version

from search.analysis.dictionaries import Dictionary, open_dictionary
from search.analysis.finnish import Finnish
from search.analysis.foreign import WordList, split_swedish
from search.analysis.readings import UNREAD, Reading
from search.analysis.tokens import LONGEST_SURFACE

RULES_VERSION = "5"
"""Raised with every change of this room that gives a word other terms: the index has to be made again."""

CACHED_ANALYSES = 20_000

LANGUAGES = ("fi", "sv", "en")
"""Languages that words are read in. A text in another one, such as Sámi, is known by its words as they stand."""


@dataclass(frozen=True, slots=True)
class Analysis:
    """A surface word as Finnish, Swedish and English read it; which of them counts, the caller decides."""

    surface: str
    finnish: Reading
    swedish: Reading
    english: Reading


class Analyser:
    """Analyses surfaces (`tokens.Token.surface`). Safe across threads; answers are cached.

    ``version`` belongs into an index made with it: another one may give other terms.
    """

    def __init__(self, dictionary: Dictionary | None = None) -> None:
        """Take the dictionary given, else the one that `dictionaries.open_dictionary` finds."""
        dictionary = dictionary or open_dictionary()
        self.version = f"{RULES_VERSION} ({dictionary.name} {dictionary.version}, simplemma {version('simplemma')})"
        self._swedish = WordList("sv")
        self._readers = {"fi": Finnish(dictionary), "sv": self._swedish, "en": WordList("en")}
        self._analyse = lru_cache(maxsize=CACHED_ANALYSES)(self._read)

    def analyse(self, surface: str, language: str | None = None) -> Analysis:
        """Return what the languages make of ``surface``.

        With ``language`` (``fi``, ``sv`` or ``en``, of the text it stands in) a word that this language's dictionary
        knows is read in it alone, any other in all three. Without, as in a query, every language reads it.
        """
        return self._analyse(surface, language)

    def read_finnish(self, surface: str) -> Reading:
        """Return the Finnish reading by itself, for which no Swedish or English list is loaded."""
        return self._read_in("fi", surface)

    def split_points(self, surface: str) -> tuple[int, ...]:
        """Return the offsets in ``surface`` at which an ellipsis may have cut it; none for a simple word.

        A word that Finnish neither knows nor can cut is cut as a Swedish one.
        """
        word = surface[:LONGEST_SURFACE]
        finnish = self._read_in("fi", word)
        if finnish.known or finnish.splits:
            return finnish.splits
        halves = split_swedish(word, self.knows_swedish)
        return tuple(sorted({word.rindex(last) for _, last in halves[:1]}))

    def knows_swedish(self, word: str) -> bool:
        return self._swedish.knows(word)

    def _read(self, surface: str, language: str | None) -> Analysis:
        if language is not None and language not in self._readers:
            raise ValueError(f"No language {language!r}; there are fi, sv and en.")
        own = {language: self._read_in(language, surface)} if language else {}
        if not any(reading.known for reading in own.values()):
            own |= {code: self._read_in(code, surface) for code in self._readers if code not in own}
        return Analysis(surface, *(own.get(code, UNREAD) for code in self._readers))

    def _read_in(self, language: str, surface: str) -> Reading:
        return self._readers[language].read(surface[:LONGEST_SURFACE])

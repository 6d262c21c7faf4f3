"""The one analyser of words, for index, query and excerpts."""

from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version

from search.analysis.dictionaries import Dictionary, open_dictionary
from search.analysis.finnish import Finnish
from search.analysis.foreign import WordList, split_swedish
from search.analysis.tokens import LONGEST_SURFACE

RULES_VERSION = "3"
"""Raised with every change of this room that gives a word other terms: the index has to be made again."""

CACHED_ANALYSES = 20_000
NOTHING: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """What one language makes of a word: its base forms, and in Finnish those of its compound parts, all sorted.

    ``parts`` holds every run of parts but the whole. ``known`` tells whether the language's dictionary has the word;
    the base forms of an unknown one are guesses.
    """

    bases: tuple[str, ...] = NOTHING
    parts: tuple[str, ...] = NOTHING
    known: bool = False


UNREAD = Reading()


@dataclass(frozen=True, slots=True)
class Analysis:
    """A surface word as Finnish, Swedish and English read it; which of them counts, the caller decides."""

    surface: str
    finnish: Reading
    swedish: Reading
    english: Reading


class Analyser:
    """Analyses surfaces (`tokens.Token.surface`). Safe across threads; answers are cached.

    ``name`` and ``version`` belong into an index made with it: another name or version may give other terms.
    """

    def __init__(self, dictionary: Dictionary | None = None) -> None:
        """Take the dictionary given, else the one that `dictionaries.open_dictionary` finds."""
        dictionary = dictionary or open_dictionary()
        self.name = dictionary.name
        self.version = f"{RULES_VERSION} ({dictionary.name} {dictionary.version}, simplemma {version('simplemma')})"
        self._finnish = Finnish(dictionary)
        self._swedish = WordList("sv")
        self._english = WordList("en")
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
        finnish = self._finnish.read(word)
        if finnish.known or finnish.splits:
            return finnish.splits
        halves = split_swedish(word, self.knows_swedish)
        return tuple(sorted({word.rindex(last) for _, last in halves[:1]}))

    def knows_swedish(self, word: str) -> bool:
        """Tell whether the Swedish word list has the word."""
        return self._swedish.knows(word)

    def _read(self, surface: str, language: str | None) -> Analysis:
        readings = {}
        if language is not None:
            readings[language] = self._read_in(language, surface)
            if readings[language].known:
                return _analysis(surface, readings)
        readings |= {code: self._read_in(code, surface) for code in ("fi", "sv", "en") if code not in readings}
        return _analysis(surface, readings)

    def _read_in(self, language: str, surface: str) -> Reading:
        word = surface[:LONGEST_SURFACE]
        match language:
            case "fi":
                finnish = self._finnish.read(word)
                return Reading(bases=finnish.bases, parts=finnish.parts, known=finnish.known)
            case "sv":
                swedish = self._swedish.read(word)
                return Reading(bases=swedish.bases, known=swedish.known)
            case "en":
                english = self._english.read(word)
                return Reading(bases=english.bases, known=english.known)
        raise ValueError(f"No language {language!r}; there are fi, sv and en.")


def _analysis(surface: str, readings: dict[str, Reading]) -> Analysis:
    return Analysis(
        surface=surface,
        finnish=readings.get("fi", UNREAD),
        swedish=readings.get("sv", UNREAD),
        english=readings.get("en", UNREAD),
    )

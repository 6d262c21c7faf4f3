"""The Voikko dictionary of Finnish behind one interface, through either of two bindings.

``libvoikko`` speaks to the C library (26,000 words/s, 19 MB); ``pyvoikko`` brings the same transducer as a file and
needs no system package (4,700 words/s, 276 MB). Both give the transducer's own output, from which `finnish` computes
base forms and parts, so that the two agree wherever their dictionaries do (docs/voikko-bindings.md).
"""

import importlib.metadata
import logging
import os
import threading
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol

try:
    import libvoikko
except ImportError:
    libvoikko = None

try:
    import kfst
except ImportError:
    kfst = None

logger = logging.getLogger(__name__)

BINDING_VARIABLE = "VOIKKO_BINDING"
"""The environment variable that forces a binding: ``libvoikko`` or ``pyvoikko``."""

LANGUAGE = "fi"
LONGEST_SAFE_WORD = 24
"""Letters of a word on which libvoikko never gives up; the shortest found that does has 32."""


class DictionaryMissing(RuntimeError):
    """A binding, its library or its dictionary is not installed."""


class Dictionary(Protocol):
    name: str
    version: str

    def readings(self, word: str) -> list[str]:
        """Return the transducer's outputs (Voikko's FSTOUTPUT) for a lower-case word, distinct, in a fixed order.

        An unknown word has none. Safe across threads.
        """


class LibvoikkoDictionary:
    """The dictionary through Voikko's C library, with a handle for each thread: a shared one aborts the process.

    Libvoikko gives up on a long compound after 99 readings or some 1.5 ms, and from then on that handle misses
    readings of other words (4.3.1: after *hoito* ten times over, *itä-uudellamaalla* is unknown). So a long word is
    read with a handle that serves it alone, which takes 0.7 ms.
    """

    name = "libvoikko"

    def __init__(self) -> None:
        """Open a handle for this thread, so that a missing library or dictionary shows at once.

        Raises DictionaryMissing.
        """
        if libvoikko is None:
            raise DictionaryMissing("The Python package libvoikko is not installed.")
        self._handles = threading.local()
        try:
            # The version first: without the C library an object of Voikko is left half made, and prints a traceback
            # when it is deleted (libvoikko 4.3).
            self.version = libvoikko.Voikko.getVersion()
            self._handle()
        except (OSError, libvoikko.VoikkoException) as error:
            raise DictionaryMissing(f"Voikko's library or its Finnish dictionary does not load: {error}") from error

    def readings(self, word: str) -> list[str]:
        voikko = libvoikko.Voikko(LANGUAGE) if len(word) > LONGEST_SAFE_WORD else self._handle()
        return sorted({analysis["FSTOUTPUT"] for analysis in voikko.analyze(word) if "FSTOUTPUT" in analysis})

    def _handle(self) -> "libvoikko.Voikko":
        try:
            return self._handles.voikko
        except AttributeError:
            self._handles.voikko = libvoikko.Voikko(LANGUAGE)
            return self._handles.voikko


class PyvoikkoDictionary:
    """The dictionary as the file that the package pyvoikko brings, read by kfst.

    The package itself loads the file when it is imported (a second, 276 MB) and parses each output slowly, so the file
    is opened here, when a dictionary is first asked for.
    """

    name = "pyvoikko"

    def __init__(self) -> None:
        """Load the transducer. Raises DictionaryMissing."""
        package = find_spec("pyvoikko")
        if kfst is None or package is None or package.origin is None:
            raise DictionaryMissing("The Python packages pyvoikko and kfst are not installed.")
        self._transducer = kfst.FST.from_kfst_file(str(Path(package.origin).with_name("voikko.kfst")))
        self.version = importlib.metadata.version("pyvoikko")

    def readings(self, word: str) -> list[str]:
        try:
            return sorted({output for output, _ in self._transducer.lookup(word)})
        except kfst.TokenizationException:
            return []


BINDINGS: dict[str, type[Dictionary]] = {
    LibvoikkoDictionary.name: LibvoikkoDictionary,
    PyvoikkoDictionary.name: PyvoikkoDictionary,
}


def open_dictionary() -> Dictionary:
    """Return the dictionary through the binding that the environment names, else libvoikko if it loads, else pyvoikko.

    Raises DictionaryMissing where the wished binding, or every one, is missing, and ValueError for an unknown name.
    """
    wish = os.environ.get(BINDING_VARIABLE, "")
    if wish and wish not in BINDINGS:
        raise ValueError(f"{BINDING_VARIABLE} is {wish!r}; it may be {' or '.join(BINDINGS)}.")
    if wish:
        return BINDINGS[wish]()
    try:
        return LibvoikkoDictionary()
    except DictionaryMissing:
        dictionary = PyvoikkoDictionary()
        logger.warning("Voikko's C library is not installed, so pyvoikko reads Finnish words, more slowly.")
        return dictionary

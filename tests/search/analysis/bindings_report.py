"""Writes docs/voikko-bindings.md: the words of the demo texts to which the two bindings of Voikko give other terms.

Run it from the project's root: ``python -m tests.search.analysis.bindings_report``.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from search.analysis.dictionaries import Dictionary, LibvoikkoDictionary, PyvoikkoDictionary
from search.analysis.finnish import Finnish
from search.analysis.tokens import tokenise

ROOT = Path(__file__).resolve().parents[3]
REPORT = ROOT / "docs" / "voikko-bindings.md"
DEMO_TEXTS = ROOT / "operating_models" / "demo"
COMMAND = "python -m tests.search.analysis.bindings_report"

INTRODUCTION = """\
# Where the two bindings of Voikko differ

Two bindings give access to the same Finnish dictionary: `libvoikko`, used where the system has the C library, and
`pyvoikko` (`search/analysis/dictionaries.py`). Base forms and compound parts are computed from what both return, so
they agree on nearly every word. An index still belongs to the binding that made it, and a system check says so when
the other one is in use.

Three differences are known. pyvoikko splits some hyphenated compounds that libvoikko does not know; with libvoikko
their halves are read one by one, and only the runs of parts across the hyphen are missing. pyvoikko gives every
reading of a very long compound, where libvoikko stops at 99. A few inflected forms are known to one binding only
(*sokerisaksesi* to libvoikko). Of 20,000 words drawn from simplemma's Finnish list, half of them rare inflections,
four got other terms.
"""


@dataclass(frozen=True, slots=True)
class Difference:
    """A word and the terms that only one binding gives to it."""

    word: str
    only_libvoikko: tuple[str, ...]
    only_pyvoikko: tuple[str, ...]


def demo_words() -> list[str]:
    """Return the distinct surfaces of the demo texts, sorted."""
    texts = (path.read_text(encoding="utf-8") for path in sorted(DEMO_TEXTS.glob("*.md")))
    return sorted({token.surface for text in texts for token in tokenise(text)})


def compare(words: Iterable[str], libvoikko: Dictionary, pyvoikko: Dictionary) -> list[Difference]:
    """Return the words to which the bindings give other terms."""
    readers = Finnish(libvoikko), Finnish(pyvoikko)
    differences = []
    for word in words:
        one, other = ({*reading.bases, *reading.parts} for reading in (reader.read(word) for reader in readers))
        if one != other:
            differences.append(Difference(word, tuple(sorted(one - other)), tuple(sorted(other - one))))
    return differences


def write() -> None:
    """Compare the bindings on the demo texts and write the report."""
    words = demo_words()
    differences = compare(words, LibvoikkoDictionary(), PyvoikkoDictionary())
    rows = "".join(
        f"| {found.word} | {', '.join(found.only_libvoikko)} | {', '.join(found.only_pyvoikko)} |\n"
        for found in differences
    )
    REPORT.write_text(
        f"{INTRODUCTION}\n"
        f"Of the {len(words)} distinct words of the demo texts, {len(differences)} get other terms:\n\n"
        f"| word | terms of libvoikko alone | terms of pyvoikko alone |\n|---|---|---|\n{rows}\n"
        f"Written by `{COMMAND}`; `tests/search/analysis/test_bindings.py` checks the list.\n",
        encoding="utf-8",
    )


if __name__ == "__main__":
    write()

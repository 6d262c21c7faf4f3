"""The glossary says what the vocabularies and the desk say: a concept has one word, in each of three languages."""

from __future__ import annotations

import csv
import gettext
import re
import tomllib
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
import wagtail
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
SEED = ROOT / "operating_models" / "seed" / "data"
LANGUAGES = ("fi", "sv", "en")
COLUMNS = ("Finnish", "Swedish", "English", "source")
ALPHABET = " abcdefghijklmnopqrstuvwxyzåäö"
"""What orders terms in Finnish; other characters count for nothing."""

OTHERWISE = re.compile(r"modere|moderation|snutt|\btagg|avvis|topp-sida|förälder|slugg|sajt", re.IGNORECASE)
"""Wagtail's Swedish for what the glossary calls granskning, post, ämnesord, återsända, webbplats and so on."""


@dataclass(frozen=True)
class Row:
    """A term of the glossary: its group and the cells of its line."""

    group: str
    cells: tuple[str, ...]

    @property
    def names(self):
        return self.cells[:3]

    @property
    def source(self):
        return self.cells[-1]


@cache
def lines():
    """Return the lines of the glossary's tables by group, heads and rules included."""
    found, group = {}, ""
    for line in (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            group = line.removeprefix("## ")
        elif line.startswith("|"):
            found.setdefault(group, []).append(tuple(cell.strip() for cell in line.strip("|").split("|")))
    return found


def rows():
    return [Row(group, cells) for group, table in lines().items() for cells in table[2:]]


def sources():
    text = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8").partition("\n## Sources\n")[2]
    return re.findall(r"^- `([^`]+)`: ", text, re.MULTILINE)


def labels_of_vocabularies():
    vocabularies = tomllib.loads((SEED / "vocabularies.toml").read_text(encoding="utf-8"))
    return {tuple(term[language] for language in LANGUAGES) for terms in vocabularies.values() for term in terms}


def names_of_regions():
    with (SEED / "regions.csv").open(encoding="utf-8", newline="") as file:
        listed = list(csv.DictReader(file))
    names = {
        tuple(row[f"{kind}_name_{language}"] for language in LANGUAGES)
        for row in listed
        for kind in ("hyvinvointialue", "yhteistyoalue")
    }
    others = tomllib.loads((SEED / "region_names.toml").read_text(encoding="utf-8"))
    return names | {tuple(others[code][language] for language in LANGUAGES) for code in ("hus", "fi")}


SEEDED = {"vocabulary": labels_of_vocabularies, "regions": names_of_regions}


def swedish_of_the_desk():
    """Return what the desk says in Swedish: Wagtail's own catalogues, and ours before them."""
    folders = [path for path in Path(wagtail.__file__).parent.rglob("locale/sv") if "styleguide" not in path.parts]
    said = {}
    for folder in [*folders, ROOT / "locale_admin" / "sv"]:
        for path in sorted(folder.glob("LC_MESSAGES/*.mo")):
            with path.open("rb") as file:
                catalogue = gettext.GNUTranslations(file)._catalog
            said |= {(path.stem, source): text for source, text in catalogue.items()}
    return said


def test_each_table_has_four_columns():
    tables = lines()
    assert len(tables) == 9
    assert {table[0] for table in tables.values()} == {COLUMNS}
    assert [cells for table in tables.values() for cells in table if len(cells) != 4 or not all(cells)] == []


def test_each_term_has_a_source_that_is_listed_and_each_listed_source_has_a_term():
    assert len(sources()) == len(set(sources()))
    assert {row.source for row in rows()} == set(sources())


def test_no_finnish_term_stands_twice_in_a_group():
    counts = Counter((row.group, row.names[0].casefold()) for row in rows())
    assert [term for term, count in counts.items() if count > 1] == []


def test_terms_stand_in_the_order_of_the_finnish_alphabet():
    for group in lines():
        terms = [row.names[0].casefold() for row in rows() if row.group == group]
        assert terms == sorted(terms, key=lambda term: [ALPHABET.index(one) for one in term if one in ALPHABET]), group


@pytest.mark.parametrize("source", SEEDED)
def test_labels_and_regions_are_named_as_in_the_seed_data_in_three_languages(source):
    seeded = {names[0]: names for names in SEEDED[source]()}
    told = {row.names[0]: row.names for row in rows() if row.source == source}
    assert len(told) > 20
    assert told == {finnish: seeded.get(finnish) for finnish in told}


def test_a_label_that_stands_in_the_glossary_says_that_the_seed_data_are_its_source():
    seeded = {names[0]: source for source, read in SEEDED.items() for names in read()}
    told = [row for row in rows() if row.names[0] in seeded]
    assert [row for row in told if row.source != seeded[row.names[0]]] == []


def test_the_desk_says_in_swedish_the_words_of_the_glossary():
    said = swedish_of_the_desk()
    assert len(said) > 1000
    assert {source: text for source, text in said.items() if OTHERWISE.search(text)} == {}

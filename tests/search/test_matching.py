"""What words find, on the engine and the database of the tests."""

from __future__ import annotations

from tests.search.conftest import entry


def test_inflected_word_finds_its_base_form(library):
    library.add(entry("Seniorineuvola", "Neuvonta kuuluu kaikille."), entry("Etälääkäri", "Vastaanotto etänä."))
    assert library.full("neuvonnan") == ["Seniorineuvola"]


def test_part_of_a_longer_word_is_a_full_hit(library):
    library.add(entry("Seniorineuvola"), entry("Etälääkäri"))
    assert library.full("neuvola") == ["Seniorineuvola"]


def test_part_of_the_querys_own_word_is_a_partial_hit(library):
    library.add(entry("Hoitoketju", "Potilaan polku."), entry("Etälääkäri"))
    results = library.find("sädehoito")
    assert (results.full, results.partial, results.only_partial) == (0, 1, True)
    assert library.partial("sädehoito") == ["Hoitoketju"]

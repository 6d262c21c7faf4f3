import gc
import sys
from concurrent.futures import ThreadPoolExecutor

import libvoikko
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.analysis import dictionaries
from search.analysis.analyser import Analyser, Analysis
from search.analysis.dictionaries import BINDING_VARIABLE, DictionaryMissing, open_dictionary
from search.analysis.readings import UNREAD, Reading
from search.analysis.tokens import tokenise
from tests import depth

WORDS = """
    mielenterveyspalveluihin tehty digisotekeskus nepsyvalmennus keski-suomessa sosiaali- äldreomsorgen services
    hoidettavana itä-uudellamaalla 65-vuotiaat innokylässä hyvinvointialueella maanantai-iltana perusterveydenhuolto
    lastenneuvola erikoissairaanhoidossa työttömien kuntoutumiseen omalääkäri barnfamiljer nurses
"""


def test_binding_names_the_analyser(analyser, request):
    assert request.node.callspec.params["analyser"] in analyser.version


def test_finnish_word_in_a_finnish_text_is_read_in_finnish_alone(analyser):
    analysis = analyser.analyse("hoitoa", "fi")
    assert analysis == Analysis("hoitoa", Reading(("hoito",), (), known=True), UNREAD, UNREAD)


def test_word_that_finnish_does_not_know_is_read_in_every_language(analyser):
    analysis = analyser.analyse("barnfamiljer", "fi")
    assert not analysis.finnish.known
    assert analysis.swedish.bases == ("barnfamilj",)


def test_language_of_the_text_comes_first(analyser):
    assert analyser.analyse("hand", "sv").finnish == UNREAD
    assert analyser.analyse("met", "en").swedish == UNREAD
    assert analyser.analyse("neuvola", "sv").finnish.known


def test_query_word_is_read_in_every_language(analyser):
    analysis = analyser.analyse("management")
    assert (analysis.finnish.known, analysis.swedish.known, analysis.english.known) == (True, True, True)


def test_unknown_language_is_an_error(analyser):
    with pytest.raises(ValueError, match="No language 'de'"):
        analyser.analyse("wort", "de")


def test_readings_are_sorted_and_distinct(analyser):
    for word in WORDS.split():
        analysis = analyser.analyse(word)
        for reading in (analysis.finnish, analysis.swedish, analysis.english):
            for terms in (reading.bases, reading.parts):
                assert list(terms) == sorted(set(terms))
        assert analysis.finnish.bases
        assert not set(analysis.finnish.bases) & set(analysis.finnish.parts)


def test_eight_threads_get_what_one_gets(dictionary):
    alone = Analyser(dictionary)
    expected = [alone.analyse(word) for word in WORDS.split()]
    shared = Analyser(dictionary)
    with ThreadPoolExecutor(8) as pool:
        runs = [pool.submit(lambda: [Analyser(dictionary).analyse(word) for word in WORDS.split()]) for _ in range(4)]
        runs += [pool.submit(lambda: [shared.analyse(word) for word in WORDS.split()]) for _ in range(12)]
        results = [run.result() for run in runs]
    assert all(result == expected for result in results)


def test_no_word_changes_the_reading_of_another(dictionary):
    """Libvoikko's handle misses readings after a long compound."""
    before = [dictionary.readings(word) for word in WORDS.split()]
    for long in ("hoito" * 10, "erikoissairaanhoitoerikoissairaanhoitouusi", "lakihoitolakihoitohoitolakihoito"):
        dictionary.readings(long)
        assert [dictionary.readings(word) for word in WORDS.split()] == before


@settings(max_examples=depth.examples(60))
@given(text=st.text(st.characters(exclude_categories=()), max_size=60))
def test_any_string_can_be_analysed(text):
    analyser = _shared_analyser()
    for surface in (text, *(token.surface for token in tokenise(text))):
        for language in (None, "fi", "sv", "en"):
            assert analyser.analyse(surface, language).surface == surface
        assert all(0 <= place <= len(surface) for place in analyser.split_points(surface))


@settings(max_examples=depth.examples(40))
@given(words=st.lists(st.sampled_from(["-", "a", "sote", "hoito", "ä", ":", "'", "nen", "9", "é", "\x00", "\ud800"])))
def test_any_compound_can_be_analysed(words):
    surface = "".join(words)
    bases = _shared_analyser().analyse(surface).finnish.bases
    assert bases or not any(character.isalnum() for character in surface)
    assert "" not in bases


@pytest.mark.parametrize("word", ["hoito" * 10, "työ" * 16, "-" * 50, "a-" * 25, "x" * 5000, "a-" * 5000])
def test_long_word_is_analysed_in_a_moment(analyser, word):
    assert analyser.analyse(word, "fi").surface == word


_analysers = []


def _shared_analyser():
    if not _analysers:
        _analysers.append(Analyser())
    return _analysers[0]


def test_environment_forces_a_binding(monkeypatch, dictionary):
    monkeypatch.setenv(BINDING_VARIABLE, dictionary.name)
    assert open_dictionary().name == dictionary.name


def test_unknown_binding_is_an_error(monkeypatch):
    monkeypatch.setenv(BINDING_VARIABLE, "malaga")
    with pytest.raises(ValueError, match="libvoikko or pyvoikko"):
        open_dictionary()


def test_pyvoikko_stands_in_where_the_library_is_missing(monkeypatch, both_dictionaries):
    monkeypatch.delenv(BINDING_VARIABLE, raising=False)
    monkeypatch.setattr(dictionaries, "libvoikko", None)
    assert open_dictionary().name == "pyvoikko"


@pytest.mark.parametrize("missing", ["library", "dictionary"])
def test_missing_library_or_dictionary_is_one_quiet_line(monkeypatch, caplog, both_dictionaries, missing):
    def fail(*args, **options):
        raise OSError("libvoikko.so.1: cannot open shared object file")

    unraisable = []
    monkeypatch.delenv(BINDING_VARIABLE, raising=False)
    monkeypatch.setattr(sys, "unraisablehook", unraisable.append)
    if missing == "library":
        monkeypatch.setattr(libvoikko.VoikkoLibrary, "open", staticmethod(fail))
    else:
        monkeypatch.setattr(dictionaries, "LANGUAGE", "xx")
    assert open_dictionary().name == "pyvoikko"
    gc.collect()
    assert unraisable == []
    assert len(caplog.messages) == 1
    assert "pyvoikko reads Finnish words" in caplog.messages[0]


def test_forced_binding_that_is_missing_is_an_error(monkeypatch):
    monkeypatch.setenv(BINDING_VARIABLE, "libvoikko")
    monkeypatch.setattr(dictionaries, "libvoikko", None)
    with pytest.raises(DictionaryMissing):
        open_dictionary()

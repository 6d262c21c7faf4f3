import subprocess
import sys

import pytest

from search.analysis import function_words
from search.analysis.foreign import split_swedish


@pytest.mark.parametrize(
    ("word", "base"),
    [
        ("barnfamiljer", "barnfamilj"),
        ("äldreomsorgen", "äldreomsorg"),
        ("välfärdsområdets", "välfärdsområde"),
        ("tjänsterna", "tjänst"),
    ],
)
def test_swedish_word_gives_its_base_form(analyser, word, base):
    assert analyser.analyse(word).swedish.bases == (base,)


@pytest.mark.parametrize(
    ("word", "base"), [("services", "service"), ("counties", "county"), ("children's", "child"), ("met", "meet")]
)
def test_english_word_gives_its_base_form(analyser, word, base):
    assert analyser.analyse(word).english.bases == (base,)


def test_unknown_foreign_word_is_not_called_known(analyser):
    analysis = analyser.analyse("digisotekeskus")
    assert (analysis.swedish.known, analysis.english.known) == (False, False)
    assert (analyser.analyse("vård").swedish.known, analyser.analyse("nurse").english.known) == (True, True)


@pytest.mark.parametrize(
    ("word", "halves"),
    [
        ("seniorrådgivning", ("senior", "rådgivning")),
        ("livsstilsrådgivning", ("livsstil", "rådgivning")),
        ("vårdkedja", ("vård", "kedja")),
        ("familjecenter", ("familje", "center")),
        ("mentalvårds-tjänst", ("mentalvård", "tjänst")),
        ("invandrarfamilj", ("invandrare", "familj")),
        ("hälsoenkät", ("hälsa", "enkät")),
        ("skolhälsa", ("skola", "hälsa")),
    ],
)
def test_swedish_compound_is_cut_into_two_known_words(analyser, word, halves):
    assert halves in split_swedish(word, analyser.knows_swedish)


def test_halves_of_a_swedish_compound_have_four_letters_or_more():
    assert split_swedish("rådvård", lambda word: True) == []
    assert split_swedish("rådsvård", {"råd", "råds", "vård"}.__contains__) == [("råds", "vård")]


def test_swedish_compound_with_an_unknown_half_stays_whole():
    assert split_swedish("vårdkedja", {"vård"}.__contains__) == []


def test_process_that_meets_only_finnish_words_loads_no_other_list():
    script = (
        "from search.analysis.analyser import Analyser\n"
        "from simplemma.strategies.dictionaries import LOW_MEMORY_DICTIONARY_FACTORY as lists\n"
        "analyser = Analyser()\n"
        "analyser.analyse('mielenterveyspalveluihin', 'fi')\n"
        "print(lists._get_dictionary.cache_info().currsize)\n"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "0"


def test_function_words_are_those_of_three_languages():
    assert {"ja", "jotka", "och", "från", "the", "with"} <= function_words.EVERY
    assert not {"hoito", "vård", "care", "vara"} & function_words.EVERY

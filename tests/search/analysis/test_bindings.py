"""The two bindings of Voikko give the same terms, but for a few words that docs/voikko-bindings.md lists."""

import pytest

from tests.search.analysis.bindings_report import COMMAND, REPORT, compare, demo_words

LEAST_AGREEMENT = 0.99


@pytest.fixture(scope="module")
def words():
    found = demo_words()
    assert len(found) > 3_000
    return found


COMPARED = []
"""The differences, once they have been found: the dictionaries are a test's own fixtures, and comparing takes long."""


@pytest.fixture
def differences(words, both_dictionaries):
    if not COMPARED:
        COMPARED.append(compare(words, *both_dictionaries))
    return COMPARED[0]


def test_bindings_give_the_same_terms_to_nearly_every_word_of_the_demo_texts(words, differences):
    assert len(differences) <= (1 - LEAST_AGREEMENT) * len(words)


def test_every_word_on_which_the_bindings_differ_is_documented(differences):
    documented = {line.split("|")[1].strip() for line in REPORT.read_text("utf-8").splitlines() if line[:1] == "|"}
    differing = {difference.word for difference in differences}
    assert differing
    assert differing <= documented, f"Run {COMMAND}"

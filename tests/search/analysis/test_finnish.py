"""The rules of "Finnish analysis" in the design of the search, with each binding."""

from itertools import pairwise

import pytest
from snowballstemmer import stemmer

from search.analysis.finnish import split_output


def bases(analyser, word):
    return set(analyser.analyse(word, "fi").finnish.bases)


def parts(analyser, word):
    return set(analyser.analyse(word, "fi").finnish.parts)


@pytest.mark.parametrize(
    ("word", "base"),
    [
        ("iäkkäiden", "iäkäs"),
        ("ikäihmisille", "ikäihminen"),
        ("hoidossa", "hoito"),
        ("neuvolat", "neuvola"),
        ("nuorten", "nuori"),
        ("paremmin", "hyvä"),
        ("helsingissä", "helsinki"),
        ("vaa'an", "vaaka"),
        ("kehittämisen", "kehittää"),
        ("lastensuojelussakaan", "lastensuojelu"),
    ],
)
def test_inflected_word_gives_its_base_form(analyser, word, base):
    assert base in bases(analyser, word)


def test_base_form_is_lower_case_and_without_hyphens(analyser):
    assert bases(analyser, "keski-suomessa") == {"keskisuomi"}
    assert bases(analyser, "sote-keskuksessa") == {"sotekeskus"}
    assert bases(analyser, "linja-autoasemalla") == {"linjaautoasema"}


def test_every_reading_counts(analyser):
    assert bases(analyser, "suomi") == {"suomi", "suomia"}


@pytest.mark.parametrize(
    ("word", "participle", "verb"),
    [
        ("tehty", "tehty", "tehdä"),
        ("kehitetyn", "kehitetty", "kehittää"),
        ("hoidettavana", "hoidettava", "hoitaa"),
        ("hoitavien", "hoitava", "hoitaa"),
        ("hoitaman", "hoitama", "hoitaa"),
        ("käyneet", "käynyt", "käydä"),
        ("ennaltaehkäisevä", "ennaltaehkäisevä", "ennaltaehkäistä"),
    ],
)
def test_participle_gives_its_verb_too(analyser, word, participle, verb):
    assert {participle, verb} <= bases(analyser, word)


@pytest.mark.parametrize(
    ("word", "noun", "verb"),
    [
        ("kehittämisen", "kehittäminen", "kehittää"),
        ("tapaamisia", "tapaaminen", "tavata"),
        ("tekemisineen", "tekeminen", "tehdä"),
        ("juominen", "juominen", "juoda"),
        ("ohjelmointikokeilemisesta", "ohjelmointikokeileminen", "ohjelmointikokeilla"),
    ],
)
def test_action_noun_gives_itself_and_its_verb(analyser, word, noun, verb):
    assert {noun, verb} <= bases(analyser, word)


def test_action_noun_is_a_part_of_its_compound(analyser):
    assert parts(analyser, "kaatumisvaaran") == {"kaatuminen", "kaatua", "vaara"}


def test_verb_does_not_give_its_action_noun(analyser):
    assert bases(analyser, "kehitetään") == {"kehittää"}


def test_derivation_does_not_give_its_root(analyser):
    assert bases(analyser, "palvelu") == {"palvelu"}
    assert "hoitaa" not in bases(analyser, "hoitajan") | parts(analyser, "kotihoito")


def test_inflected_compound_gives_its_parts_and_every_run_of_them(analyser):
    assert bases(analyser, "mielenterveyspalveluihin") == {"mielenterveyspalvelu"}
    assert parts(analyser, "mielenterveyspalveluihin") == {
        "mielenterveys", "terveyspalvelu", "mieli", "terveys", "palvelu",
    }  # fmt: skip


def test_compound_that_the_dictionary_holds_as_one_word_is_parted(analyser):
    assert {"hyvinvointi", "alue"} <= parts(analyser, "hyvinvointialueella")
    assert parts(analyser, "hyvinvoinnin") == {"hyvin", "vointi"}


def test_simple_word_has_no_parts(analyser):
    assert parts(analyser, "neuvoloissa") == set()


def test_no_compound_joins_two_equal_vowels_without_a_hyphen(analyser):
    assert "kuva" not in parts(analyser, "lehtikuvaajaksi")


def test_beginning_of_words_is_a_word(analyser):
    for word in ("sosiaali-", "sosiaali", "etä-", "etä"):
        assert bases(analyser, word) == {word.rstrip("-")}
        assert analyser.analyse(word, "fi").finnish.known


def test_hyphen_at_an_edge_changes_no_base_form(analyser):
    assert bases(analyser, "-polut") == {"polku"}
    assert bases(analyser, "mielenterveys-") == {"mielenterveys"}
    assert bases(analyser, "13-") == {"13"}


def test_unknown_word_is_not_called_known(analyser):
    assert [analyser.analyse(word, "fi").finnish.known for word in ("neuvola", "nepsy")] == [True, False]


def test_unknown_word_with_a_hyphen_is_read_half_by_half(analyser):
    assert bases(analyser, "rrp-ohjelmassa") == {"rrpohjelma"}
    assert parts(analyser, "rrp-ohjelmassa") == {"rrp", "ohjelma"}
    assert {"nepsypalveluketju", "palvelu", "ketju"} <= bases(analyser, "nepsy-palveluketjun") | parts(
        analyser, "nepsy-palveluketjun"
    )


def test_longest_known_tail_cuts_an_unknown_word(analyser):
    assert "nepsyvalmennus" in bases(analyser, "nepsyvalmennukseen")
    assert parts(analyser, "nepsyvalmennukseen") == {"nepsy", "valmennus"}


def test_abbreviation_begins_a_tail_without_its_hyphen(analyser):
    assert "digisotekeskus" in bases(analyser, "digisotekeskuksen")
    assert parts(analyser, "digisotekeskuksen") == {"digi", "sote", "keskus", "sotekeskus"}


def test_short_tail_cuts_no_word(analyser):
    assert parts(analyser, "innokylässä") == set()


def test_forms_of_a_word_that_no_dictionary_knows_share_a_stem(analyser):
    assert bases(analyser, "innokylä") & bases(analyser, "innokylässä")
    assert bases(analyser, "nepsyn") & bases(analyser, "nepsy")


def test_unknown_word_in_nen_shares_the_stem_of_its_other_forms(analyser):
    assert bases(analyser, "hyteläinen") & bases(analyser, "hyteläiset")
    assert stemmer("finnish").stemWord("hyteläinen") not in bases(analyser, "hyteläiset")


def test_numbers_are_words(analyser):
    assert bases(analyser, "65-vuotiaille") == {"65vuotias"}
    assert parts(analyser, "65-vuotiaille") == {"65", "vuotias"}
    assert bases(analyser, "65+") == {"65+"}
    assert bases(analyser, "24/7") == {"24/7"}


def test_base_forms_of_parts_follow_the_tags():
    reading = split_output(
        "[Ln][Xp]mieli[X]miel[Sg][Ny]en[Bh][Bc][Lnl][Xp]terve[X]terve[Ln][Xj]ys[X]y[Sn][Ny]s[Bh][Bc]"
        "[Lt][Xp]hoitaa[X]hoidet[Ll][Ra]tav[Xj]a[X][Ses][Ny]ana"
    )
    assert [part.spelling for part in reading] == ["mielen", "terveys", "hoidettavana"]
    assert [part.bases for part in reading] == [("mieli",), ("terveys",), ("hoidettava", "hoitaa")]
    assert [part.genitive for part in reading] == [True, False, False]


@pytest.mark.parametrize(
    ("word", "pieces"),
    [
        ("päihdepalveluihin", ["päihde", "palveluihin"]),
        ("mielenterveyspalvelut", ["mielenterveys", "palvelut"]),
        ("terveydenhuollon", ["terveyden", "huollon"]),
        ("hyvinvointipalvelut", ["hyvinvointi", "palvelut"]),
        ("digisotekeskus", ["digi", "sote", "keskus"]),
        ("rrp-ohjelmat", ["rrp-", "ohjelmat"]),
        ("-palvelupolut", ["-palvelu", "polut"]),
        ("neuvolat", ["neuvolat"]),
    ],
)
def test_compound_is_cut_at_its_loosest_seams(analyser, word, pieces):
    places = [0, *analyser.split_points(word), len(word)]
    assert [word[start:end] for start, end in pairwise(places)] == pieces

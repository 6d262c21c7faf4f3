import pytest

from search.analysis.names import Name, Names, NameSpan
from search.analysis.tokens import tokenise

REGIONS = [
    Name("15", ("Keski-Suomi", "Keski-Suomen hyvinvointialue", "Keski-Suomen hva", "Hyvaks", "Mellersta Finland",
                "Mellersta Finlands välfärdsområde", "Central Finland", "Central Finland wellbeing services county")),
    Name("07", ("Kanta-Häme", "Oma Häme")),
    Name("14", ("Pohjois-Karjala", "Siun sote")),
    Name("19", ("Pohjois-Pohjanmaa", "Pohde")),
    Name("05", ("Varsinais-Suomi", "Varha")),
    Name("hus", ("HUS", "HUS-yhtymä")),
    Name("03", ("Länsi-Uusimaa", "Länsi-Uudenmaan hyvinvointialue", "Luvn")),
    Name("09", ("Päijät-Häme", "Päijät-Hämeen hyvinvointialue")),
    Name("17", ("Pohjanmaa", "Pohjanmaan hyvinvointialue", "Österbotten", "Österbottens välfärdsområde")),
    Name("16", ("Etelä-Pohjanmaa", "Hyvaep")),
    Name("18", ("Keski-Pohjanmaa", "Soite")),
    Name("06", ("Satakunta", "Sata")),
    Name("12", ("Etelä-Savo", "Eloisa")),
    Name("21", ("Lappi", "Lapin hyvinvointialue", "Lapha")),
    Name("02", ("Keski-Uusimaa", "Keusote")),
    Name("01", ("Itä-Uusimaa",)),
]  # fmt: skip


@pytest.fixture
def names(analyser):
    return Names(REGIONS, analyser)


def found(names, text, *, query=False):
    return [(text[tokens[span.start].start : tokens[span.end - 1].end], span.key)
            for tokens in [tokenise(text)] for span in names.find(tokens, query=query)]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Keski-Suomessa", "15"),
        ("Keski-Suomen hyvinvointialueella", "15"),
        ("Keski-Suomen hva:lla", "15"),
        ("Hyvaksissa", "15"),
        ("Mellersta Finlands välfärdsområdes", "15"),
        ("Central Finland's", "15"),
        ("Oma Hämeen", "07"),
        ("Siun sotessa", "14"),
        ("Siun soten", "14"),
        ("Pohde", "19"),
        ("Pohteella", "19"),
        ("Pohteen", "19"),
        ("Pohteeseen", "19"),
        ("Varhassa", "05"),
        ("Varhaankin", "05"),
        ("HUSin", "hus"),
        ("HUS:ssa", "hus"),
        ("HUS-yhtymässä", "hus"),
        ("Luvn:n", "03"),
        ("Länsi-Uudenmaan hyvinvointialueelle", "03"),
        ("Päijät-Hämeen hyvinvointialueen", "09"),
        ("Österbottens välfärdsområde", "17"),
        ("Österbottens", "17"),
        ("Pohjanmaan", "17"),
        ("Hyvaepissa", "16"),
        ("Etelä-Pohjanmaalla", "16"),
        ("Etelä\u2011Pohjanmaalla", "16"),
        ("Etelä Pohjanmaalla", "16"),
        ("Soitessa", "18"),
        ("Soitteessa", "18"),
        ("Satassa", "06"),
        ("Lapissa", "21"),
        ("Lapin hyvinvointialueelta", "21"),
        ("Keusotesta", "02"),
        ("Itä-Uudellamaalla", "01"),
    ],
)
def test_inflected_name_is_one_name_from_end_to_end(names, text, key):
    assert found(names, text) == [(text, key)]
    assert found(names, text.lower(), query=True) == [(text.lower(), key)]


def test_region_is_never_found_in_the_name_of_another(names):
    text = "Etelä-Pohjanmaalla, Keski-Pohjanmaalla ja Pohjois-Pohjanmaalla, ei Pohjanmaalla"
    assert [key for _, key in found(names, text)] == ["16", "18", "19", "17"]
    assert [key for _, key in found(names, "etelä pohjanmaa", query=True)] == ["16"]


def test_longest_name_wins(names):
    text = "Nyt Keski-Suomen hyvinvointialueella ja Keski-Suomen kunnissa"
    assert found(names, text) == [("Keski-Suomen hyvinvointialueella", "15"), ("Keski-Suomen", "15")]


def test_text_names_begin_with_a_capital(names):
    assert found(names, "sata eloisaa asiakasta, oma häme") == []
    assert found(names, "Sata eloisaa Eloisan asiakasta") == [("Sata", "06"), ("Eloisan", "12")]


def test_query_names_need_no_capital(names):
    assert found(names, "eloisa nepsy oma häme", query=True) == [("eloisa", "12"), ("oma häme", "07")]


@pytest.mark.parametrize(
    "text", ["soitella", "huset", "varhain", "pohtia", "keskisuomalainen", "Suomi", "Häme", "Siun"]
)
def test_other_word_is_no_name(names, text):
    assert found(names, text, query=True) == []


def test_half_a_word_is_no_name(names):
    assert found(names, "Suomi ja -Pohjanmaa, Lappi- ja") == []


def test_word_rebuilt_from_an_ellipsis_is_a_name(names):
    assert names.key_of("etelä-pohjanmaalla") == "16"
    assert names.key_of("kotihoito") is None
    assert names.key_of("oma") is None


def test_spans_are_indexes_of_tokens(names):
    assert names.find(tokenise("Mallit: Oma Häme ja HUS"), query=False) == [
        NameSpan(start=1, end=3, key="07"),
        NameSpan(start=4, end=5, key="hus"),
    ]

"""The working vocabulary of a new service: operating_models/seed/data/synonyms/ (docs/synonyms.md)."""

from __future__ import annotations

import re
import tomllib
from collections import Counter, defaultdict
from itertools import combinations, product

import pytest
from django.utils import timezone

from operating_models.models import Region
from operating_models.seed import vocabulary
from operating_models.seed.vocabulary import DATA
from operating_models.site_languages import CODES
from search import catalogue, index_version
from search.analysis.function_words import EVERY
from search.analysis.tokens import tokenise
from search.catalogue import Concept
from search.criteria import Criteria
from search.finding.results import find
from search.memory.engine import ENGINE
from search.models import SynonymSet
from search.terms import concepts
from search.terms.concepts import Concepts
from search.terms.engine import Alternative, Order, QueryTerm, TermKind
from search.terms.words import analyser

pytestmark = pytest.mark.usefixtures("demo")

SETS = vocabulary.read_synonyms(DATA / "synonyms")
VOCABULARIES = tomllib.loads((DATA / "vocabularies.toml").read_text(encoding="utf-8"))

ASKED_FOR_FIRST = {
    "nepsy",
    "hyte",
    "dementia",
    "sote",
    "homeless",
    "ips",
    "interpersonal-counselling",
    "rai",
    "weight-management",
    "tobacco",
}
"""The groups that were there before the others, and stay however common their words are."""

SAME_MEANING = {("synonyms:hyte", "themes:prevention")}
"""A group and a term that share a word because they mean the same."""

DIFFERENT = [
    ("muistisairaus", "vanhus"),
    ("masennus", "ahdistus"),
    ("masennus", "työuupumus"),
    ("unettomuus", "masennus"),
    ("psykoosi", "skitsofrenia"),
    ("itsemurha", "masennus"),
    ("psykiatria", "psykologi"),
    ("kuntoutus", "fysioterapia"),
    ("fysioterapia", "toimintaterapia"),
    ("fysioterapia", "liikuntaneuvonta"),
    ("nuori", "lapsi"),
    ("nuorisopsykiatria", "lastenpsykiatria"),
    ("sairaanhoitaja", "hoitaja"),
    ("sairaanhoitaja", "lähihoitaja"),
    ("sairaanhoitaja", "terveydenhoitaja"),
    ("omalääkäri", "omahoitaja"),
    ("sosiaalityöntekijä", "sosiaaliohjaaja"),
    ("kuraattori", "koulupsykologi"),
    ("vertaistuki", "kokemusasiantuntija"),
    ("neuvola", "perheneuvola"),
    ("lastensuojelu", "perheneuvola"),
    ("sijaishuolto", "huostaanotto"),
    ("omaishoito", "perhehoito"),
    ("omaishoito", "kotihoito"),
    ("kotihoito", "kotipalvelu"),
    ("kotihoito", "kotisairaala"),
    ("etäkotihoito", "kotihoito"),
    ("yhteisöllinen asuminen", "ympärivuorokautinen palveluasuminen"),
    ("palliatiivinen hoito", "saattohoito"),
    ("hoitotahto", "hoitosuunnitelma"),
    ("alkoholi", "huume"),
    ("päihde", "tupakka"),
    ("rahapelaaminen", "digipelaaminen"),
    ("diabetes", "esidiabetes"),
    ("diabetes", "lihavuus"),
    ("laihdutus", "liikunta"),
    ("aivohalvaus", "sydäninfarkti"),
    ("sydäninfarkti", "sepelvaltimotauti"),
    ("astma", "keuhkoahtaumatauti"),
    ("reuma", "nivelrikko"),
    ("näkövamma", "kuulovamma"),
    ("kehitysvamma", "autismi"),
    ("vammainen", "pitkäaikaissairas"),
    ("maahanmuuttaja", "pakolainen"),
    ("pakolainen", "turvapaikanhakija"),
    ("lähisuhdeväkivalta", "seksuaaliväkivalta"),
    ("asunnoton", "asumisneuvonta"),
    ("toimeentulotuki", "velkaneuvonta"),
    ("työkyky", "toimintakyky"),
    ("työtön", "osatyökykyinen"),
    ("hoidon tarpeen arviointi", "palvelutarpeen arviointi"),
    ("hoitotakuu", "hoitovelka"),
    ("päivystys", "ensihoito"),
    ("päivystys", "sosiaalipäivystys"),
    ("etävastaanotto", "puhelinpalvelu"),
    ("chat", "chatbot"),
    ("tekoäly", "robotiikka"),
    ("esteettömyys", "digitaalinen saavutettavuus"),
    ("seulonta", "rokotus"),
    ("lääkehoito", "lääkityksen tarkistus"),
    ("seksuaaliterveys", "raskaudenehkäisy"),
    ("vaikuttavuus", "kustannusvaikuttavuus"),
    ("pilotti", "juurruttaminen"),
    ("potilasasiavastaava", "sosiaaliasiavastaava"),
    ("THL", "STM"),
    ("lapsi", "pikkulapsi"),
    ("nuori", "nuori aikuinen"),
    ("koululainen", "opiskelija"),
    ("omainen", "omaishoitaja"),
    ("muistiongelma", "muistisairaus"),
    ("itsetuhoisuus", "itsemurha"),
    ("uupumus", "työuupumus"),
    ("verenpaine", "verenpainetauti"),
    ("sydänsairaus", "sepelvaltimotauti"),
    ("mielenterveysongelma", "mielenterveys"),
    ("mielenterveyspalvelu", "päihdepalvelut"),
    ("jalkojenhoito", "jalkaterapia"),
    ("ruokavalio", "ravitsemus"),
    ("laboratorio", "kuvantaminen"),
    ("jonotus", "hoitojono"),
    ("kiireellinen hoito", "päivystys"),
    ("resepti", "lääke"),
    ("asiakasvastaava", "asiakasohjaaja"),
    ("tietoturva", "tietosuoja"),
    ("kyberturvallisuus", "tietoturva"),
    ("kaltoinkohtelu", "väkivalta"),
    ("palkkatuki", "työkokeilu"),
    ("tuettu työllistyminen", "työhönvalmennus"),
    ("koulutus", "perehdytys"),
    ("edunvalvonta", "hoitotahto"),
]
"""Related, and yet a person who searches for the one does not want the other in its place."""


def words_of(row):
    return [*row.get("fi", []), *row.get("sv", []), *row.get("en", [])]


def read_file():
    """Return the groups of the file and the terms of the vocabularies as the search takes them."""
    groups = [Concept(f"synonyms:{row['code']}", synonyms=tuple(words_of(row))) for row in SETS]
    terms = [
        Concept(
            f"{name}:{row['code']}",
            labels={language: row[language] for language in ("fi", "sv", "en")},
            synonyms=tuple(row["synonyms"]),
        )
        for name, rows in VOCABULARIES.items()
        for row in rows
    ]
    return [*groups, *terms]


def spellings(concept):
    return {word.casefold() for word in (*concept.labels.values(), *concept.synonyms)}


def are_equal(one, other):
    """Tell whether a query cannot tell two phrases apart: each word of the one has a base form of the other's."""
    return len(one.words) == len(other.words) and all(
        set(these) & set(those) for these, those in zip(one.words, other.words, strict=True)
    )


@pytest.fixture(scope="module")
def file():
    """The concepts of the file and the vocabularies, and what the search makes of them."""
    read = read_file()
    return read, Concepts(read, analyser())


def test_every_group_has_words_in_two_languages_and_a_reason():
    assert len(SETS) > 500
    assert [row["code"] for row in SETS if set(row) - {"code", "fi", "sv", "en", "broader", "related", "reason"}] == []
    assert [row["code"] for row in SETS if not row.get("fi") or not (row.get("sv") or row.get("en"))] == []
    assert [row["code"] for row in SETS if not 10 <= len(row["reason"]) <= 300] == []


def test_codes_are_unique_slugs():
    assert [code for code, count in Counter(row["code"] for row in SETS).items() if count > 1] == []
    assert [row["code"] for row in SETS if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", row["code"])] == []
    assert [row["code"] for row in SETS if len(row["code"]) > SynonymSet._meta.get_field("code").max_length] == []


def test_the_groups_asked_for_first_are_there():
    assert {row["code"] for row in SETS} >= ASKED_FOR_FIRST


def test_no_word_is_written_twice_in_a_language():
    for row, language in product(SETS, ("fi", "sv", "en")):
        words = [word.casefold() for word in row.get(language, [])]
        assert len(words) == len(set(words)), (row["code"], language)
        assert [word for word in row.get(language, []) if word != " ".join(word.split())] == [], row["code"]


def test_every_word_is_text_that_can_be_found():
    """Function words are left out of a phrase: what remains must be as many words as it takes to mean the same."""
    for row in SETS:
        for word in words_of(row):
            surfaces = [token.surface for token in tokenise(word)]
            content = [surface for surface in surfaces if surface not in EVERY]
            assert content, (row["code"], word)
            assert len(content) > 1 or len(surfaces) == 1, (row["code"], word)


def test_no_word_is_in_two_groups_or_in_a_group_and_another_term(file):
    read, known = file
    held_by = defaultdict(list)
    for concept in read:
        for spelling in spellings(concept):
            held_by[spelling].append((concept.key, spelling))
        for phrase in known.phrases(concept.key):
            for base in phrase.words[0]:
                held_by[len(phrase.words), base].append((concept.key, phrase))
    shared = {
        (one, other, mine if isinstance(mine, str) else mine.words)
        for held in held_by.values()
        for (one, mine), (other, yours) in combinations(held, 2)
        if one != other
        and one.startswith("synonyms:")
        and (one, other) not in SAME_MEANING
        and (mine == yours or are_equal(mine, yours))
    }
    assert shared == set()


@pytest.mark.django_db
def test_no_word_is_the_name_of_a_region():
    names = {
        name.casefold() for region in Region.objects.all() for name in (*region.labels.values(), *region.further_names)
    }
    assert [word for row in SETS for word in words_of(row) if word.casefold() in names] == []


@pytest.mark.sweep(30)
@pytest.mark.parametrize(("one", "other"), DIFFERENT, ids=[" ≠ ".join(pair) for pair in DIFFERENT])
def test_related_words_are_kept_apart(file, one, other):
    read, known = file
    asked = Concepts([Concept("asked:one", synonyms=(one,)), Concept("asked:other", synonyms=(other,))], analyser())

    def holders(key):
        (phrase,) = asked.phrases(key)
        return {concept.key for concept in read if any(are_equal(phrase, held) for held in known.phrases(concept.key))}

    assert holders("asked:one"), "A pair says something only about a word that the file or a vocabulary has."
    assert holders("asked:one") & holders("asked:other") == set()


@pytest.mark.django_db
def test_no_group_matches_more_than_a_quarter_of_the_models():
    at = index_version.read()
    covered = catalogue.current()
    known = concepts.current(covered, at)
    reader = ENGINE.reader(covered, at, now=timezone.now())

    def count(group, language):
        """Return how many models have a word of the group in their texts in its language."""
        return reader.frequency(
            [
                Alternative(
                    tuple(QueryTerm(TermKind.BASE, texts=bases, language=phrase.language) for bases in phrase.words),
                    weight=1.0,
                    order=Order.SPACED if len(phrase.words) > 1 else Order.NONE,
                )
                for phrase in known.phrases(concepts.key_of(group))
                if phrase.language == language
            ]
        )

    # Every model is told in three languages, and a word is met in texts of its own.
    groups = SynonymSet.objects.all()
    shares = {(group.code, language): count(group, language) / reader.size for group in groups for language in CODES}
    assert len(shares) == len(CODES) * len(SETS)
    assert {code for (code, _), share in shares.items() if share > 0.25} <= ASKED_FOR_FIRST
    assert sum(share > 0 for (_, language), share in shares.items() if language == "fi") > 100


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "finnish"),
    [
        ("sjukskötare", "sairaanhoitaja"),
        ("registered nurse", "sairaanhoitaja"),
        ("sockersjuka", "tyypin 2 diabetes"),
        ("tandläkare", "hammaslääkäri"),
        ("masennus", "depressio"),
        ("artificiell intelligens", "tekoäly"),
        ("kamratstöd", "vertaistuki"),
        ("teini", "nuori"),
        ("tonåringar", "nuori"),
        ("adolescents", "nuori"),
        ("pensionärer", "vanhus"),
        ("jobless", "työtön"),
        ("funktionsnedsättning", "vammainen"),
        ("caregivers", "omaishoitaja"),
        ("telemedicine", "etäpalvelu"),
        ("vårdköer", "hoitojono"),
    ],
)
def test_words_of_another_language_find_what_the_finnish_word_finds(query, finnish):
    wanted = [hit.page_id for hit in find(Criteria(words=finnish)).hits if not hit.partial]
    assert wanted
    assert [hit.page_id for hit in find(Criteria(words=query)).hits if not hit.partial] != []
    assert set(wanted) <= {hit.page_id for hit in find(Criteria(words=query)).hits}


@pytest.mark.django_db
class TestLoading:
    def test_makes_all_groups_in_a_few_queries(self, django_assert_max_num_queries):
        SynonymSet.objects.all().delete()
        with django_assert_max_num_queries(15):
            vocabulary.load_synonyms(SETS)
        assert SynonymSet.objects.count() == len(SETS)
        with django_assert_max_num_queries(3):
            vocabulary.load_synonyms(SETS)
        assert SynonymSet.objects.count() == len(SETS)

    def test_is_live_in_the_next_search(self):
        SynonymSet.objects.get(code="registered-nurse").delete()
        before = find(Criteria(words="sjukskötare")).full
        vocabulary.load_synonyms(SETS)
        assert find(Criteria(words="sjukskötare")).full > before

    def test_gives_a_group_from_before_codes_its_code_and_keeps_its_words(self):
        SynonymSet.objects.filter(code="homeless").update(code=None, reason="", finnish=["asunnoton", "koditon"])
        mine = SynonymSet.objects.create(finnish=["kompurointi", "horjahtelu"])
        vocabulary.load_synonyms(SETS)
        assert SynonymSet.objects.get(code="homeless").finnish == ["asunnoton", "koditon"]
        assert SynonymSet.objects.get(code="homeless").reason
        mine.refresh_from_db()
        assert mine.code is None
        assert SynonymSet.objects.count() == len(SETS) + 1

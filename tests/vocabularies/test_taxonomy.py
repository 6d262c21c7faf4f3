"""Vocabularies: what DOMAIN asks for is there, editors' changes stay, and nothing in use is deleted."""

import pytest
from django.core.management import call_command
from django.db.models import ProtectedError

from operating_models.models import (
    Keyword,
    OperatingModelPage,
    Programme,
    ProgrammeGoal,
    Project,
    Region,
    RegionKind,
    RegionPage,
    ServiceClass,
    Setting,
    TargetGroup,
    Theme,
    ThemePage,
)
from operating_models.models.regions import ORGANISER_KINDS
from operating_models.models.taxonomy import sort_terms
from operating_models.search import read_concepts
from search.models import SynonymSet
from tests import factories

pytestmark = pytest.mark.django_db

VOCABULARIES = {
    TargetGroup: "ikäihmiset; lapset ja lapsiperheet; nuoret; pitkäaikaissairaat; vammaiset; työikäiset; työttömät; "
    "mielenterveys- ja päihdeasiakkaat; omaishoitajat; maahan muuttaneet; paljon palveluja tarvitsevat; saamelaiset; "
    "sote-ammattilaiset",
    ServiceClass: "perusterveydenhuolto; neuvolapalvelut; suun terveydenhuolto; mielenterveys- ja päihdepalvelut; "
    "lääkinnällinen kuntoutus; kotihoito ja kotisairaanhoito; omaishoidon tuki; opiskeluhuolto; päivystys; "
    "erikoissairaanhoito; terveysneuvonta ja omahoito; seulonnat; laboratorio ja kuvantaminen; lapsiperheiden "
    "sosiaalipalvelut; lastensuojelu; työikäisten sosiaalipalvelut; iäkkäiden palvelut; vammaispalvelut; "
    "päihdehuolto; perheoikeudelliset palvelut; asumispalvelut; kotouttaminen; sosiaalineuvonta ja -ohjaus",
    Theme: "hoitoon ja palveluun pääsy; palvelujen integraatio ja palveluketjut; digitaaliset ja etäpalvelut; "
    "asiakas- ja palveluohjaus; moniammatillinen tiimityö; ehkäisevä työ ja hyte; elintapaohjaus; mielen hyvinvointi; "
    "osallisuus ja kokemusasiantuntijuus; tiedolla johtaminen ja kirjaaminen; henkilöstön osaaminen ja veto- ja "
    "pitovoima; johtaminen ja rakenteet; kulttuuri- ja luontolähtöinen hyvinvointi; työkyky ja työllistyminen",
    Setting: "koti; terveysasema; digisote-keskus; sairaala; neuvola tai perhekeskus; koulu tai oppilaitos; "
    "asumisyksikkö; liikkuva palvelu; kunta; järjestö",
    ProgrammeGoal: "saatavuus, oikea-aikaisuus ja jatkuvuus; ehkäisevä ja ennakoiva työ; laatu ja vaikuttavuus; "
    "monialaisuus ja yhteentoimivuus; kustannusten hillintä",
}


@pytest.mark.parametrize("vocabulary", VOCABULARIES, ids=lambda vocabulary: vocabulary.__name__)
def test_vocabulary_has_the_domains_terms_in_their_order_with_labels_in_three_languages(vocabulary):
    terms = list(vocabulary.objects.in_order())
    assert [term.name_fi.lower() for term in terms] == VOCABULARIES[vocabulary].split("; ")
    assert all(set(term.labels) == {"fi", "sv", "en"} for term in terms)


def test_programmes_have_the_four_investments():
    codes = list(Programme.objects.in_order().values_list("code", "parent__code"))
    investments = [(f"rrp-p4-i{number}", "rrp") for number in range(1, 5)]
    assert codes == [("tulsote", None), ("rrp", None), *investments, ("other", None), ("none", None)]


def test_regions_are_25_and_22_of_them_organise_services():
    assert Region.objects.count() == RegionPage.objects.count() == 25
    assert set(Region.objects.filter(kind__in=ORGANISER_KINDS).values_list("code", flat=True)) == {
        *(f"{number:02}" for number in range(1, 22)),
        "90",
    }
    assert Region.objects.of_the_country().count() == 24
    assert Region.objects.get(kind=RegionKind.NATIONAL).code == "fi"


def test_regions_have_the_collaborative_areas_and_aliases_of_the_domain():
    regions = {region.code: region for region in Region.objects.all()}
    assert {code for code, region in regions.items() if region.collaborative_area is None} == {"91", "fi"}
    assert regions["hus"].collaborative_area == 1
    assert {region.collaborative_area for region in regions.values()} == {None, 1, 2, 3, 4, 5}
    aliases = (
        "Pohde = 19, Varha = 05, Soite = 18, Siun sote = 14, Eksote = 11, Hyvaks = 15, Pirha = 08, Keusote = 02, "
        "Kymenhva = 10, Eloisa = 12, Vakehyva = 04, Luvn = 03, Oma Häme = 07, Sata = 06, Lapha = 21, Hyvaep = 16"
    )
    for alias, code in (pair.split(" = ") for pair in aliases.split(", ")):
        assert alias.casefold() in {name.casefold() for name in regions[code].further_names}, alias


SYNONYMS = (
    "vanhus = ikääntynyt = iäkäs = ikäihminen = seniori = äldre = older people",
    "nepsy = neuropsykiatrinen = adhd = autismi",
    "hyte = hyvinvoinnin ja terveyden edistäminen",
    "dementia = muistisairaus",
    "sote = sosiaali- ja terveyspalvelut",
    "etäpalvelu = etävastaanotto = digipalvelu",
    "asunnoton = koditon",
    "ips = sijoita ja valmenna = työhönvalmennus",
    "rai",
    "ipc = ipt-n = interpersoonallinen ohjanta",
    "laihdutus = painonhallinta",
    "tupakka = savuttomuus",
    "hammashoito = suun terveydenhuolto",
)


@pytest.mark.parametrize("line", SYNONYMS)
def test_equal_words_of_the_domain_are_one_concept(line):
    groups = [{*concept.labels.values(), *concept.synonyms} for concept in read_concepts()]
    groups += [{*row.finnish, *row.swedish, *row.english} for row in SynonymSet.objects.all()]
    assert any(set(line.split(" = ")) <= {word.casefold() for word in group} for group in groups)


def test_set_up_again_makes_nothing_twice_and_keeps_what_editors_changed():
    Theme.objects.filter(code="access").update(name_fi="Jonottomuus", synonyms="jono")
    SynonymSet.objects.filter(code="tobacco").update(finnish=["nikotiini"], in_use=False)
    RegionPage.objects.filter(region__code="15").update(intro="<p>Oma esittely.</p>")
    counts = [model.objects.count() for model in (*VOCABULARIES, Programme, Region, SynonymSet)]
    call_command("set_up_site", verbosity=0)
    assert [model.objects.count() for model in (*VOCABULARIES, Programme, Region, SynonymSet)] == counts
    theme = Theme.objects.get(code="access")
    assert (theme.name_fi, theme.synonyms) == ("Jonottomuus", "jono")
    tobacco = SynonymSet.objects.get(code="tobacco")
    assert (tobacco.finnish, tobacco.in_use) == (["nikotiini"], False)
    assert factories.region_page("15").intro == "<p>Oma esittely.</p>"


def test_set_up_makes_a_term_that_is_missing():
    ThemePage.objects.get(theme__code="culture-nature").delete()
    Theme.objects.get(code="culture-nature").delete()
    call_command("set_up_site", verbosity=0)
    assert Theme.objects.get(code="culture-nature").name_fi == "Kulttuuri- ja luontolähtöinen hyvinvointi"
    assert ThemePage.objects.get(theme__code="culture-nature").live


class TestTermInUse:
    @pytest.fixture(params=["published", "draft", "new draft of a published page"])
    def use(self, request):
        """Return a function that makes a page of some kind use a term."""

        def use(field, code):
            if request.param == "new draft of a published page":
                factories.make_draft(factories.make_model(), **{field: [code]})
            else:
                factories.make_model(live=request.param == "published", **{field: [code]})

        return use

    @pytest.mark.parametrize(
        ("field", "code"),
        [
            ("target_groups", "youth"),
            ("service_classes", "home-care"),
            ("themes", "leadership"),
            ("settings", "school"),
            ("programmes", "tulsote"),
            ("programme_goals", "quality"),
            ("further_regions", "08"),
        ],
    )
    def test_is_not_deleted(self, use, field, code):
        use(field, code)
        vocabulary = factories.TERMS[field]
        with pytest.raises(ProtectedError):
            vocabulary.objects.get(code=code).delete()
        with pytest.raises(ProtectedError):
            vocabulary.objects.filter(code=code).delete()
        assert vocabulary.objects.filter(code=code).exists()
        assert len(vocabulary.objects.get(code=code).using_pages()) == 1

    def test_project_is_not_deleted(self):
        project = Project.objects.create(code="hanke", name_fi="Hanke")
        factories.make_model(project="hanke")
        with pytest.raises(ProtectedError):
            project.delete()

    def test_tag_is_not_deleted(self):
        factories.make_model(tags=["palveluohjaus"])
        with pytest.raises(ProtectedError):
            Keyword.objects.get(name="palveluohjaus").delete()

    def test_tag_that_only_a_draft_has_is_not_deleted(self):
        page = factories.make_model()
        draft = page.get_latest_revision_as_object()
        draft.tags.add("luonnostagi")
        draft.save_revision(clean=False)
        with pytest.raises(ProtectedError):
            Keyword.objects.get(name="luonnostagi").delete()

    def test_term_that_nothing_uses_any_more_is_deleted(self):
        page = factories.make_model(themes=["leadership"])
        factories.make_draft(page, themes=["access"]).publish()
        # Its own page goes first.
        ThemePage.objects.get(theme__code="leadership").delete()
        Theme.objects.get(code="leadership").delete()
        assert not Theme.objects.filter(code="leadership").exists()
        assert OperatingModelPage.objects.get().pk == page.pk


def test_terms_of_a_draft_come_in_the_order_of_their_list():
    page = factories.make_model(live=False, themes=["work-ability", "access", "leadership"])
    draft = page.get_latest_revision_as_object()
    assert [term.code for term in sort_terms(draft.themes.all())] == ["access", "leadership", "work-ability"]


def test_every_region_has_a_form_that_says_where_and_sites_made_before_get_it():
    assert not Region.objects.filter(inside_fi="").exists()
    Region.objects.filter(code__in=["08", "13"]).update(inside_fi="")
    Region.objects.filter(code="21").update(inside_fi="Lapin maakunnassa")
    call_command("set_up_site", verbosity=0)
    told = dict(Region.objects.values_list("code", "inside_fi"))
    assert (told["08"], told["13"], told["21"]) == ("Pirkanmaalla", "Pohjois-Savossa", "Lapin maakunnassa")

"""Whatever is typed into a search of the admin finds something or nothing, and never fails."""

import pytest
from django.core.management import call_command
from django.urls import reverse
from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.models import Page

from operating_models.models import Theme
from tests import factories

pytestmark = pytest.mark.django_db

QUERIES = [
    '"',
    '""',
    'senior"',
    '"senior',
    "'",
    "*",
    "sen*",
    "(",
    ")",
    "\0",
    "senior\0",
    "%",
    "\\",
    "NEAR(",
    "- AND",
    ":",
]

SEARCHES = (
    "wagtailimages:index",
    "wagtaildocs:index",
    "wagtailadmin_pages:search",
    "wagtailadmin_choose_page_search",
    "wagtailimages_chooser:choose",
    "wagtailimages_chooser:choose_results",
    "wagtaildocs_chooser:choose",
    "wagtaildocs_chooser:choose_results",
    "wagtailsnippets_operating_models_theme:list",
    "wagtailsnippets_operating_models_keyword:list",
    "wagtailsnippetchoosers_operating_models_project:choose_results",
    "featured:index",
    "evidence:index",
    "review_dates:index",
    "adoption_reports:index",
)


@pytest.fixture
def found(superuser):
    """Make something to find of each kind."""
    return {
        "page": factories.make_model(title="Seniorineuvola"),
        "image": factories.make_image(title="Seniorineuvola"),
        "document": factories.make_document(title="Seniorineuvola"),
    }


@pytest.mark.sweep(4)
@pytest.mark.parametrize("name", SEARCHES)
def test_no_query_fails(superuser, found, name):
    for query in QUERIES:
        assert superuser.get(reverse(name), {"q": query, "p": "1"}).status_code == 200, query


def test_no_query_fails_in_the_explorer(superuser, found):
    url = reverse("wagtailadmin_explore", args=[found["page"].get_parent().pk])
    for query in QUERIES:
        assert superuser.get(url, {"q": query}).status_code == 200, query


@pytest.mark.parametrize("query", ["seniorineuvola", '"seniorineuvola"', 'seniorineuvola"', '"SENIORINEUVOLA'])
def test_a_word_is_found_with_and_without_quotation_marks(found, query):
    assert [page.pk for page in Page.objects.search(query)] == [found["page"].pk]
    assert [image.pk for image in Image.objects.search(query)] == [found["image"].pk]
    assert [document.pk for document in Document.objects.search(query)] == [found["document"].pk]


@pytest.mark.parametrize("query", ['"', "\0", ' " " ', "", '"\0"'])
def test_a_query_without_words_finds_nothing(found, query):
    assert list(Page.objects.search(query)) == []
    assert list(Image.objects.autocomplete(query)) == []


def test_beginnings_of_words_are_found_while_typing(superuser, found):
    response = superuser.get(reverse("wagtailimages_chooser:choose_results"), {"q": 'senior"'})

    assert "Seniorineuvola" in response.content.decode()


def test_terms_are_found_by_their_synonyms(curator):
    theme = Theme.objects.get(code="access")
    Theme.objects.filter(pk=theme.pk).update(synonyms="jononpurku")
    response = curator.get(reverse("wagtailsnippets_operating_models_theme:list"), {"q": "jononpur"})

    assert theme.name_fi in response.content.decode()


def test_the_index_is_rebuilt_with_the_backend(found):
    call_command("update_index", verbosity=0)

    assert [page.pk for page in Page.objects.search("seniorineuvola")] == [found["page"].pk]


def titles(client, name, query, **parameters):
    response = client.get(reverse(name), {"q": query, **parameters})
    return response.content.decode()


PAGE_SEARCHES = ("wagtailadmin_pages:search", "wagtailadmin_choose_page_search")


class TestPages:
    @pytest.fixture
    def pages(self, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks(execute=True):
            return {
                "live": factories.make_model(title="Nopsajalka", idea="<p>Hoitaja käy ikääntyneen kotona.</p>"),
                "draft": factories.make_model(title="Ikäihmisten kotihoidon iltavuoro", live=False),
                "other": factories.make_model(title="Perhekeskus", live=False),
            }

    @pytest.mark.sweep(5)
    @pytest.mark.parametrize("name", PAGE_SEARCHES)
    @pytest.mark.parametrize(
        ("query", "wanted"),
        [
            ("nopsajalan", "live"),
            ("NOPSAJALKA", "live"),
            ("nopsa", "live"),
            ("ikääntyneen hoitaja", "live"),
            ("kotihoito", "draft"),
            ("IKÄIHMISET", "draft"),
            ("iltavuorot kotihoidossa", "draft"),
        ],
    )
    def test_are_found_by_their_words_in_any_form(self, superuser, pages, name, query, wanted):
        told = titles(superuser, name, query)
        assert pages[wanted].title in told
        assert pages["other"].title not in told

    def test_are_found_by_a_new_title_of_the_draft_at_once_and_by_the_published_one(self, superuser, pages):
        assert [page.pk for page in Page.objects.search("perhekeskus")] == [pages["other"].pk]
        factories.make_draft(pages["other"], title="Perheasema")
        for query in ("perheasemat", "perhekeskukset"):
            assert [page.pk for page in Page.objects.search(query)] == [pages["other"].pk]

    def test_that_a_title_names_come_first(self, pages, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks(execute=True):
            second = factories.make_model(title="Aamuvuoro", idea="<p>Kuten nopsajalka.</p>")
        assert [page.pk for page in Page.objects.search("nopsajalka")] == [pages["live"].pk, second.pk]

    def test_are_found_only_within_what_the_list_shows(self, pages):
        assert list(Page.objects.filter(live=True).autocomplete("kotihoidon iltavuoro")) == []

    def test_drafts_are_never_found_by_readers(self, client, pages):
        told = client.get("/toimintamallit/", {"q": "iltavuoro"}).content.decode()
        assert pages["draft"].title not in told

    def test_take_as_many_queries_for_many_as_for_one(self, pages, django_assert_max_num_queries):
        list(Page.objects.search("kotihoito"))
        for number in range(20):
            factories.make_model(title=f"Kotihoito {number}", live=False)
        list(Page.objects.search("kotihoito"))
        with django_assert_max_num_queries(6):
            assert len(list(Page.objects.search("kotihoito"))) == 21


@pytest.mark.parametrize("query", ["IKÄIHMISET", "ikäihmis", "Ikäihmiset"])
def test_a_list_finds_terms_and_facts_whatever_the_letters(curator, query):
    theme = Theme.objects.create(code="older", name_fi="Ikäihmiset ja omaiset")
    page = factories.make_model(title="Ikäihmisten neuvola")
    factories.set_review_date(page, "2030-01-01")
    assert theme.name_fi in titles(curator, "wagtailsnippets_operating_models_theme:list", query)
    query = query[:8]
    assert page.title in titles(curator, "review_dates:index", query)

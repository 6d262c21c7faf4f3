"""Whatever a role meets in the admin is Finnish: no English string of Wagtail's or ours is left."""

import gettext
import json
import re
from functools import cache
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Comment
from django.apps import apps
from django.conf import settings
from django.core import mail
from django.urls import reverse
from wagtail.models import Collection

from operating_models.models import (
    AdoptionReport,
    Programme,
    ProgrammeGoal,
    Project,
    Region,
    ServiceClass,
    Setting,
    TargetGroup,
    Theme,
)
from search.models import SynonymSet
from tests import depth, factories
from tests.desk import editor

pytestmark = pytest.mark.django_db

READ_ALOUD = ("title", "aria-label", "aria-description", "placeholder", "alt")
ENGLISH = re.compile(
    r"\b(the|of|and|is|are|was|has|have|been|this|that|with|for|from|your|you|not|pages?|add|edit|delete|save|publish"
    r"|search|select|choose|show|view|created|updated|copy|move|close|toggle|options|comments?|users?|groups?)\b",
    re.IGNORECASE,
)
"""Words that hardly any English sentence of an interface does without, and that are no Finnish words."""

ADDRESS = re.compile(r"https?://\S+")

PACKAGES = ("wagtail", "taggit", "django_filters", "modelcluster", "laces")


def catalogues(folder, domain="django"):
    path = Path(folder) / "fi" / "LC_MESSAGES" / f"{domain}.mo"
    if path.exists():
        with path.open("rb") as file:
            yield gettext.GNUTranslations(file)


@cache
def english_strings():
    """Return the English sources of all that the catalogues say otherwise in Finnish."""
    folders = [*settings.LOCALE_PATHS]
    folders += [Path(app.path) / "locale" for app in apps.get_app_configs() if app.name.split(".")[0] in PACKAGES]
    found = {}
    for folder in folders:
        for catalogue in catalogues(folder):
            found |= {source: text for source, text in catalogue._catalog.items() if isinstance(source, str)}
    finnish = {text.casefold() for text in found.values()}
    return {
        source.casefold() for source, text in found.items() if source and source.casefold() != text.casefold()
    } - finnish


def strings_in(html):
    """Yield what a page says to eyes and ears: texts, labels, hints, the words on buttons."""
    soup = BeautifulSoup(html, "html.parser")
    for template in soup("template"):
        template.unwrap()
    for element in [*soup(["script", "style", "svg", "code", "pre"]), *soup.find_all(hidden="")]:
        element.decompose()
    for text in soup.find_all(string=True):
        if not isinstance(text, Comment) and text.strip():
            yield " ".join(text.split())
    for element in soup.find_all(True):
        yield from (" ".join(element[name].split()) for name in READ_ALOUD if element.get(name))
        if element.name == "input" and element.get("type") in ("submit", "button"):
            yield element.get("value", "")


def english_names():
    """Return what is English on purpose: codes of terms, and their names in the column of English names."""
    kinds = (Region, TargetGroup, Theme, ServiceClass, Setting, Programme, ProgrammeGoal, Project)
    return {text for kind in kinds for texts in kind.objects.values_list("code", "name_en") for text in texts}


def english_in(html, but=()):
    return sorted(
        {
            text
            for text in strings_in(html)
            if (ENGLISH.search(text) or text.casefold() in english_strings()) and text not in but
        }
    )


def html_of(response):
    if response.headers["Content-Type"].startswith("application/json"):
        return json.loads(response.content).get("html", "")
    return response.content.decode()


def english_met(client, urls):
    """Open pages of the admin, and return their English strings by address; refused pages are met too.

    A quick run opens some of them.
    """
    but = english_names()
    met = {}
    for url in depth.some(urls, 15):
        response = client.get(url, follow=True)
        assert response.status_code == 200, url
        if found := english_in(html_of(response), but):
            met[url] = found
    return met


@pytest.fixture
def desk(developer):
    """Fill the desk: a published model with facts, a draft with gaps, one in moderation, files."""
    page = factories.make_model(title="Seniorineuvola", tags=["neuvonta"], slug="seniorineuvola", user=developer.user)
    draft = factories.make_model(title="Keskeneräinen", live=False, gaps=("lead", "idea"), user=developer.user)
    waiting = factories.make_model(title="Tarkistettavana", live=False, user=developer.user)
    factories.report(page)
    factories.assess(page)
    factories.feature(page)
    factories.set_review_date(page, "2027-01-01")
    # The English words of synonym sets are content.
    SynonymSet.objects.update(english=[])
    document, image = factories.make_document(), factories.make_image()
    developer.post(editor.url("edit", waiting), editor.form_of_model(waiting) | {"action-submit": "1"})
    return {"page": page, "draft": draft, "waiting": waiting, "document": document, "image": image}


def pages_of_everybody(desk):
    page, draft, waiting = desk["page"], desk["draft"], desk["waiting"]
    bulk = {
        action: reverse("wagtail_bulk_action", args=["wagtailcore", "page", action])
        + f"?id={draft.pk}&id={page.pk}&next={reverse('wagtailadmin_home')}"
        for action in ("publish", "unpublish", "delete", "move")
    }
    return [
        reverse("wagtailadmin_home"),
        reverse("wagtailadmin_explore", args=[page.get_parent().pk]),
        editor.add_url(),
        *(editor.url("edit", found) for found in (page, draft, waiting)),
        *(editor.url(name, page) for name in ("history", "workflow_history", "copy", "move", "delete", "unpublish")),
        editor.url("usage", page),
        editor.url("delete", draft),
        editor.url("revisions_compare", page, "earliest", "latest"),
        editor.url("revisions_revert", page, page.latest_revision_id),
        *bulk.values(),
        reverse("wagtailadmin_account"),
        reverse("wagtailadmin_pages:search") + "?q=senior",
        reverse("wagtailadmin_pages:search") + "?q=olematon",
        *(reverse(f"wagtailimages:{name}") for name in ("index", "add")),
        *(reverse(f"wagtailimages:{name}", args=[desk["image"].pk]) for name in ("edit", "delete")),
        *(reverse(f"wagtaildocs:{name}") for name in ("index", "add")),
        *(reverse(f"wagtaildocs:{name}", args=[desk["document"].pk]) for name in ("edit", "delete")),
        reverse("wagtailadmin_choose_page"),
        reverse("wagtailadmin_choose_page_external_link"),
        reverse("wagtailadmin_choose_page_email_link"),
        reverse("wagtailimages_chooser:choose"),
        reverse("wagtaildocs_chooser:choose"),
    ]


def reports():
    names = ("locked_pages", "workflow", "workflow_tasks", "site_history", "aging_pages", "page_types_usage")
    return [reverse(f"wagtailadmin_reports:{name}") for name in names]


CURATION = ("featured", "promoted", "evidence", "review_dates", "adoption_reports")
VOCABULARIES = ("region", "theme", "programme", "project", "keyword")


def pages_of_curators():
    terms = [f"wagtailsnippets_operating_models_{name}" for name in VOCABULARIES]
    theme = Theme.objects.first()
    return [
        *(reverse(f"{name}:{view}") for name in CURATION for view in ("index", "add")),
        *(reverse(f"{name}:{view}") for name in terms for view in ("list", "add")),
        *(reverse(f"{terms[1]}:{view}", args=[theme.pk]) for view in ("edit", "history", "usage", "delete")),
        *(reverse(f"wagtailsnippets_search_synonymset:{view}") for view in ("list", "add")),
        reverse("wagtailsnippets_search_synonymset:edit", args=[SynonymSet.objects.first().pk]),
        *(reverse(f"search_words_{name}") for name in ("common", "without_hits", "without_openings")),
        reverse("adoption_reports:inspect", args=[AdoptionReport.objects.latest("pk").pk]),
        reverse("wagtailsettings:edit", args=["home", "sitesettings"]),
    ]


def pages_of_administrators(client):
    group = client.user.groups.get()
    return [
        *(reverse(f"wagtailusers_users:{name}") for name in ("index", "add")),
        reverse("wagtailusers_users:edit", args=[client.user.pk]),
        *(reverse(f"wagtailusers_groups:{name}") for name in ("index", "add")),
        reverse("wagtailusers_groups:edit", args=[group.pk]),
        *(reverse(f"wagtailadmin_collections:{name}") for name in ("index", "add")),
        reverse("wagtailadmin_collections:edit", args=[Collection.objects.get(name="Keski-Suomi").pk]),
        *(reverse(f"wagtailadmin_workflows:{name}") for name in ("index", "task_index")),
        *(reverse(f"wagtailredirects:{name}") for name in ("index", "add")),
    ]


def test_the_check_sees_english():
    html = '<p>Choose a parent</p><input type="submit" value="Search"><img alt="Published by Kaisa">'

    assert english_in(html) == ["Choose a parent", "Search"]
    assert english_in('<nav aria-label="Actions"></nav>') == ["Actions"]
    assert english_in("<p>Valitse yläsivu</p>") == []


def test_a_developer_meets_no_english(developer, desk):
    assert english_met(developer, [*pages_of_everybody(desk), *reports()]) == {}


def test_a_curator_meets_no_english(curator, desk):
    assert english_met(curator, [*pages_of_everybody(desk), *pages_of_curators(), *reports()]) == {}


def test_an_administrator_meets_no_english(administrator, desk):
    assert english_met(administrator, [*pages_of_curators(), *pages_of_administrators(administrator)]) == {}


def test_who_is_not_logged_in_meets_no_english(client):
    urls = [reverse("wagtailadmin_login"), reverse("wagtailadmin_password_reset")]

    assert english_met(client, [*urls, reverse("wagtailadmin_home")]) == {}


def test_messages_of_errors_are_finnish(curator, desk):
    page = desk["draft"]
    responses = [
        curator.post(editor.url("edit", page), editor.form_of_model(page) | {"action-publish": "1"}),
        curator.post(editor.url("edit", page), editor.form_of_model(page, title="", slug="seniorineuvola")),
        curator.post(editor.url("edit", page), editor.form_of_model(page, slug="Ei kelpaa!", contact_email="x")),
        curator.post(reverse("featured:add"), {"since": "eilen", "until": "", "order": "-1"}),
        curator.post(reverse("adoption_reports:add"), {"when": "eilen"}),
        curator.post(reverse("promoted:add"), {"words": "a" * 61}),
        curator.post(reverse("wagtailsnippets_search_synonymset:add"), {"finnish": "kotihoito"}),
        curator.post(
            reverse("wagtailsnippets_search_synonymset:add"), {"finnish": "kotihoito\nkainuu", "show-effect": "1"}
        ),
        curator.post(reverse("wagtailsnippets_operating_models_theme:add"), {"code": "access"}),
    ]

    assert [english_in(html_of(response)) for response in responses] == [[]] * len(responses)


def test_messages_of_autosave_are_finnish(curator, desk):
    page = desk["page"]
    data = editor.form_of_model(page, title="") | {"loaded_revision_id": page.latest_revision_id}
    stale = data | {"loaded_revision_id": "1", "loaded_revision_created_at": "2020-01-01T00:00:00"}
    answers = [
        curator.post(editor.url("edit", page), sent, headers={"accept": "application/json"}).json()
        for sent in (data, stale)
    ]

    assert [answer["success"] for answer in answers] == [False, False]
    assert [english_in(answer["error_message"]) for answer in answers] == [[], []]


def test_messages_of_success_and_mails_are_finnish(developer, curator, desk):
    page = desk["waiting"]
    state = page.current_workflow_task_state
    url = editor.url("workflow_action", page, "reject", state.pk)
    curator.post(url, {"comment": "Täydennä"})
    developer.post(editor.url("edit", page), editor.form_of_model(page) | {"action-submit": "1"})
    page.refresh_from_db()
    curator.post(editor.url("workflow_action", page, "approve", page.current_workflow_task_state.pk))
    told = [html_of(client.get(reverse("wagtailadmin_home"))) for client in (developer, curator)]

    assert len(mail.outbox) == 4
    texts = [ADDRESS.sub("", f"<p>{sent.subject}</p><p>{sent.body}</p>") for sent in mail.outbox]
    assert [english_in(text) for text in texts] == [[]] * 4
    assert [english_in(html) for html in told] == [[], []]


def test_strings_of_scripts_are_finnish(curator):
    script = curator.get(reverse("wagtailadmin_javascript_catalog")).content.decode()
    catalogue = json.loads(re.search(r"const newcatalog = (\{.*?\});", script, re.DOTALL).group(1))
    sources = next(catalogues(Path(settings.BASE_DIR) / "locale_admin", "djangojs"))._catalog

    assert catalogue["Changes have been autosaved."] == "Muutokset on tallennettu automaattisesti."
    ours = {source for source in sources if source}
    assert "Changes have been autosaved." in ours
    assert ours <= set(catalogue)


@pytest.mark.parametrize("folder", ["locale", "locale_admin"])
def test_no_translation_says_the_same_twice(folder):
    compiled = (Path(settings.BASE_DIR) / folder).glob("fi/LC_MESSAGES/*.mo")
    texts = [text for file in compiled for text in gettext.GNUTranslations(file.open("rb"))._catalog.values()]
    assert len(texts) > 20
    assert [text for text in texts if len(text) > 9 and re.fullmatch(r"(.+?)\s*\1", text, re.DOTALL)] == []

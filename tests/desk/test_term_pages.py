"""Who edits the pages of themes, target groups, programmes and projects, and what saving a term does to its page."""

import pytest
from django.urls import reverse
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text

from operating_models.models import (
    Programme,
    ProgrammeFigure,
    ProgrammePage,
    Project,
    ProjectPage,
    TargetGroup,
    TargetGroupPage,
    Theme,
    ThemeIndexPage,
    ThemePage,
)
from tests.desk import editor

pytestmark = pytest.mark.django_db

KINDS = [ThemePage, TargetGroupPage, ProgrammePage, ProjectPage]


def form_of(page, **changes):
    """Return what the editor's form sends for the page of a term."""
    fields = {"title": page.title, "slug": page.slug, page.term_field: str(page.term.pk), "intro": page.intro}
    fields |= {"seo_title": "", "search_description": "", "show_in_menus": "", "go_live_at": "", "expire_at": ""}
    fields |= changes
    fields["intro"] = rich_text(fields["intro"])
    return nested_form_data(
        fields | {"comments": inline_formset([]), "page_texts": inline_formset([]), "comment_notifications": "on"}
    )


def snippet_url(model, view, *args):
    return reverse(model.snippet_viewset.get_url_name(view), args=args)


def term_form(term=None, figures=None, **changes):
    """Return what a term's form sends, with some fields changed; ``figures`` are those of a programme or a project."""
    fields = {
        name: getattr(term, name) if term else "" for name in ("code", "name_fi", "name_sv", "name_en", "synonyms")
    }
    fields |= {"order": term.order if term else 0} | changes
    if figures is not None:
        rows = [{"kind": "result", "unit": "", "period": "", "source": ""} | row for row in figures]
        fields["figures"] = inline_formset(rows)
    return nested_form_data({name: "" if value is None else value for name, value in fields.items()})


def is_refused(response):
    return response.status_code == 302 and response["Location"] == reverse("wagtailadmin_home")


@pytest.mark.parametrize("kind", KINDS)
def test_a_curator_edits_and_publishes_the_introduction(curator, kind):
    page = kind.objects.first()
    data = form_of(page, intro="<p>Uusi johdanto.</p>") | {"action-publish": "1"}
    assert curator.post(editor.url("edit", page), data).status_code == 302
    page.refresh_from_db()
    assert "Uusi johdanto." in page.intro
    assert page.live
    assert "Uusi johdanto." in editor.text_of(curator.get(page.get_url()))


@pytest.mark.parametrize("kind", [*KINDS, ThemeIndexPage])
def test_a_developer_does_nothing_to_them(developer, kind):
    page = kind.objects.first()
    for name in ("edit", "delete", "copy", "unpublish", "move"):
        assert is_refused(developer.get(editor.url(name, page))), name


@pytest.mark.parametrize("kind", KINDS)
def test_nobody_copies_the_page_of_a_term(curator, superuser, kind):
    page = kind.objects.first()
    for client in (curator, superuser):
        assert is_refused(client.get(editor.url("copy", page)))


def test_a_term_has_one_page_only(curator):
    theme = Theme.objects.first()
    index = ThemeIndexPage.objects.get()
    url = reverse("wagtailadmin_pages:add", args=["operating_models", "themepage", index.pk])
    data = form_of(ThemePage(title="Toinen", slug="toinen", theme=theme, intro="")) | {"action-publish": "1"}
    assert curator.post(url, data).status_code == 200
    assert ThemePage.objects.filter(theme=theme).count() == 1


@pytest.mark.parametrize(("vocabulary", "kind"), [(Theme, ThemePage), (TargetGroup, TargetGroupPage)])
def test_a_term_that_a_curator_adds_gets_its_page_at_once(curator, vocabulary, kind):
    data = term_form(code="new-term", name_fi="Uusi termi")
    assert curator.post(snippet_url(vocabulary, "add"), data).status_code == 302
    page = kind.objects.get(**{f"{kind.term_field}__code": "new-term"})
    assert page.get_url() == "/teemat/uusi-termi/"
    assert "Uusi termi" in editor.text_of(curator.get(page.get_url()))


def test_a_programme_gets_its_page_and_an_investment_none(curator):
    data = term_form(code="new", name_fi="Uusi ohjelma", parent="", first_year=2026, figures=[])
    data |= {"last_year": "", "budget_eur": "", "project_count": ""}
    assert curator.post(snippet_url(Programme, "add"), data).status_code == 302
    programme = Programme.objects.get(code="new")
    assert ProgrammePage.objects.get(programme=programme).get_url() == "/ohjelmat/uusi-ohjelma/"
    data = data | {"code": "part", "name_fi": "Investointi", "parent": str(programme.pk)}
    assert curator.post(snippet_url(Programme, "add"), data).status_code == 302
    assert not ProgrammePage.objects.filter(programme__code="part").exists()


def test_a_project_gets_its_page_under_its_programme_and_follows_it_to_another(curator):
    tulsote, rrp = Programme.objects.get(code="tulsote"), Programme.objects.get(code="rrp-p4-i1")
    data = term_form(code="pilot", name_fi="Pilotti", programme=tulsote.pk, figures=[])
    data |= {"first_year": "", "last_year": "", "budget_eur": ""}
    assert curator.post(snippet_url(Project, "add"), data).status_code == 302
    project = Project.objects.get(code="pilot")
    assert project.page.get_url() == "/ohjelmat/tulevaisuuden-sote-keskus/pilotti/"
    data |= {"programme": str(rrp.pk)}
    assert curator.post(snippet_url(Project, "edit", project.pk), data).status_code == 302
    page = ProjectPage.objects.get(project=project)
    assert page.get_url() == "/ohjelmat/suomen-kestavan-kasvun-ohjelma/pilotti/"
    assert curator.get(page.get_url()).status_code == 200


def test_a_curator_writes_the_facts_and_figures_of_a_programme(curator):
    programme = Programme.objects.get(code="rrp")
    figures = [{"figure": "12", "unit": "mallia", "meaning": "Levinneitä malleja", "source": "Arviointi"}]
    data = term_form(programme, parent="", first_year=2022, last_year=2026, budget_eur=5, project_count="")
    data |= term_form(figures=figures) | {"code": "rrp", "name_fi": programme.name_fi, "order": programme.order}
    assert curator.post(snippet_url(Programme, "edit", programme.pk), data).status_code == 302
    programme.refresh_from_db()
    assert (programme.years, programme.budget_eur) == ("2022–2026", 5)
    assert ProgrammeFigure.objects.filter(programme=programme, figure="12").exists()


def test_years_in_the_wrong_order_are_refused_with_a_message(curator):
    programme = Programme.objects.get(code="tulsote")
    data = term_form(
        programme, figures=[], parent="", first_year=2023, last_year=2020, budget_eur="", project_count=""
    )
    response = curator.post(snippet_url(Programme, "edit", programme.pk), data)
    assert "Viimeinen vuosi on ennen ensimmäistä." in editor.text_of(response)
    programme.refresh_from_db()
    assert programme.years == "2020–2023"


def test_a_term_with_a_page_is_not_deleted_and_the_admin_says_so(curator):
    theme = Theme.objects.get(code="culture-nature")
    response = curator.get(snippet_url(Theme, "delete", theme.pk))
    assert "Ei poistettu" in editor.text_of(response)
    assert "sivu, käyttöönottoilmoitus tai toinen termi" in editor.text_of(response)
    curator.post(snippet_url(Theme, "delete", theme.pk))
    assert Theme.objects.filter(pk=theme.pk).exists()

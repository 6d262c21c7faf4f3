"""The pages of vocabulary terms: one for each theme, target group, programme and project.

Pages are made where they are missing and belong to editors from then on. A project's page stands under the page of its
programme; an investment has no page of its own, so its projects stand under the programme that it is a part of.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache

from django.db.models import Model
from django.utils.text import slugify
from wagtail.models import Page

from operating_models.markdown import to_rich_text
from operating_models.models import (
    Programme,
    ProgrammeIndexPage,
    ProgrammePage,
    Project,
    ProjectPage,
    TargetGroup,
    TargetGroupPage,
    Term,
    TermPage,
    Theme,
    ThemeIndexPage,
    ThemePage,
)
from operating_models.models.pages import ListPage
from operating_models.seed.page_texts import Texts, add_texts
from operating_models.seed.vocabulary import DATA
from operating_models.site_languages import ORIGINAL, PREFIXED

KINDS: tuple[type[TermPage], ...] = (ThemePage, TargetGroupPage, ProgrammePage, ProjectPage)
"""Page types by the order in which they are made: a programme's page before those of its projects."""

LISTS: tuple[tuple[type[ListPage], str], ...] = ((ThemeIndexPage, "themes"), (ProgrammeIndexPage, "programmes"))
"""The lists of terms with pages, with their names in the file of the first texts of pages."""


def set_up(home: Page) -> None:
    """Make the lists of themes and programmes under the front page, and the pages of all terms, where missing."""
    for kind, name in LISTS:
        told = first_texts()[name]
        if not kind.objects.exists():
            title = told[ORIGINAL]["title"]
            home.add_child(instance=kind(title=title, slug=_free_slug(home, title), lead=told[ORIGINAL]["lead"]))
        add_texts((page, translations(told)) for page in kind.objects.all())
    for kind in KINDS:
        for term in kind.term_type().objects.filter(page=None).in_order():
            set_up_page(term)
        pages = kind.objects.select_related(kind.term_field)
        add_texts((page, _introductions_of(page.term)) for page in pages)


def _introductions_of(term: Term) -> Texts:
    """Return what the page of a term says in other languages: it is called as the term, and introduces it."""
    found = {language: introductions(language).get(term.key, "") for language in PREFIXED}
    return {
        language: {"title": term.labels[language], "intro": to_rich_text(text)}
        for language, text in found.items()
        if text and language in term.labels
    }


def translations(told: Mapping[str, Mapping[str, str]]) -> Texts:
    """Return of the first texts of a page those in other languages than the original one."""
    return {language: fields for language, fields in told.items() if language != ORIGINAL}


def set_up_page(term: Model) -> None:
    """Give a term its page, published, where it is to have one; move a project's page under its programme's.

    Nothing is made where the page above is missing, and for rows that are no terms.
    """
    kind = next((kind for kind in KINDS if isinstance(term, kind.term_type())), None)
    if kind is None or (above := _page_above(term)) is None:
        return
    page = kind.objects.filter(**{kind.term_field: term}).first()
    if page is None:
        intro, title = to_rich_text(introductions(ORIGINAL).get(term.key, "")), term.labels[ORIGINAL]
        fields = {kind.term_field: term, "title": title, "slug": _free_slug(above, title), "intro": intro}
        above.add_child(instance=kind(**fields))
    elif not page.is_child_of(above):
        Page.objects.filter(pk=page.pk).update(slug=_free_slug(above, page.slug))
        page.refresh_from_db()
        page.move(above, pos="last-child")


def _page_above(term: Term) -> Page | None:
    """Return the page under which a term's page stands; None where it has none."""
    match term:
        case Theme() | TargetGroup():
            return ThemeIndexPage.objects.first()
        case Programme():
            return ProgrammeIndexPage.objects.first() if term.has_page else None
        case Project(programme=Programme() as programme):
            return ProgrammePage.objects.filter(programme=programme.parent or programme).first()
        case _:
            return None


@cache
def introductions(language: str) -> dict[str, str]:
    """Return the first introductions of pages in a language, in Markdown, by the keys of their terms."""
    return tomllib.loads((DATA / f"introductions.{language}.toml").read_text(encoding="utf-8"))


@cache
def first_texts() -> dict[str, dict[str, dict[str, str]]]:
    """Return what the pages that every site has say at first: their fields by page and language."""
    return tomllib.loads((DATA / "pages.toml").read_text(encoding="utf-8"))


def _free_slug(above: Page, name: str) -> str:
    """Return an address for a name that no page under this one has."""
    wanted = slugify(name)
    taken = set(above.get_children().values_list("slug", flat=True))
    numbered = (f"{wanted}-{number}" for number in range(2, len(taken) + 3))
    return wanted if wanted not in taken else next(slug for slug in numbered if slug not in taken)

"""The pages of vocabulary terms: one for each theme, target group, programme and project.

Pages are made where they are missing and belong to editors from then on. A project's page stands under the page of its
programme; an investment has no page of its own, so its projects stand under the programme that it is a part of.
"""

from __future__ import annotations

import tomllib
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
from operating_models.seed.vocabulary import DATA

KINDS: tuple[type[TermPage], ...] = (ThemePage, TargetGroupPage, ProgrammePage, ProjectPage)
"""Page types by the order in which they are made: a programme's page before those of its projects."""

LISTS: tuple[tuple[type[ListPage], str, str], ...] = (
    (ThemeIndexPage, "Teemat", "Selaa toimintamalleja aiheen mukaan tai sen mukaan, kenelle ne on tehty."),
    (
        ProgrammeIndexPage,
        "Ohjelmat",
        "Kansalliset ohjelmat, joissa toimintamalleja on kehitetty, ja mitä niistä on nyt käytössä.",
    ),
)
"""The lists of terms with pages, with their first titles and leads."""


def set_up(home: Page) -> None:
    """Make the lists of themes and programmes under the front page, and the pages of all terms, where missing."""
    for kind, title, lead in LISTS:
        if not kind.objects.exists():
            home.add_child(instance=kind(title=title, slug=_free_slug(home, title), lead=lead))
    for kind in KINDS:
        for term in kind.term_type().objects.filter(page=None).in_order():
            set_up_page(term)


def set_up_page(term: Model) -> None:
    """Give a term its page, published, where it is to have one; move a project's page under its programme's.

    Nothing is made where the page above is missing, and for rows that are no terms.
    """
    kind = next((kind for kind in KINDS if isinstance(term, kind.term_type())), None)
    if kind is None or (above := _page_above(term)) is None:
        return
    page = kind.objects.filter(**{kind.term_field: term}).first()
    if page is None:
        intro = to_rich_text(introductions().get(term.key, ""))
        fields = {kind.term_field: term, "title": str(term), "slug": _free_slug(above, str(term)), "intro": intro}
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
def introductions() -> dict[str, str]:
    """Return the first introductions of pages, in Markdown, by the keys of their terms."""
    return tomllib.loads((DATA / "introductions.toml").read_text(encoding="utf-8"))


def _free_slug(above: Page, name: str) -> str:
    """Return an address for a name that no page under this one has."""
    wanted = slugify(name)
    taken = set(above.get_children().values_list("slug", flat=True))
    numbered = (f"{wanted}-{number}" for number in range(2, len(taken) + 3))
    return wanted if wanted not in taken else next(slug for slug in numbered if slug not in taken)

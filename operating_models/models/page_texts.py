"""Texts of pages in the other languages of the site: in the same draft, revision and workflow as the page.

A model has more of them, in more languages (``rows.Text``).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import InlinePanel, ObjectList, Panel, TabbedInterface
from wagtail.fields import StreamField
from wagtail.models import Orderable, Page

from operating_models.body_blocks import StandardBodyBlock
from operating_models.models.texts import LEAD_LENGTH, Tab, introduction
from operating_models.models.typed import TypedRow
from operating_models.site_languages import ORIGINAL, PREFIXED

MOST_OF_A_LINE = 80


class SiteLanguage(models.TextChoices):
    """The languages of the site beside the one in which its pages are made."""

    SWEDISH = "sv", _("Swedish")
    ENGLISH = "en", _("English")


class PageText(TypedRow, Orderable):
    """What a page says in another language of the site. A page type's editor shows the fields that the type has."""

    page = ParentalKey(Page, related_name="page_texts", on_delete=models.CASCADE)
    language = models.CharField(_("language"), max_length=2, choices=SiteLanguage, default=SiteLanguage.SWEDISH)
    title = models.CharField(_("title"), max_length=255)
    lead = models.CharField(_("lead"), max_length=LEAD_LENGTH, blank=True)
    example_query = models.CharField(_("example of a search"), max_length=MOST_OF_A_LINE, blank=True)
    intro = introduction("")
    body = StreamField(StandardBodyBlock(), verbose_name=_("content"), blank=True)

    class Meta(Orderable.Meta):
        verbose_name = _("text of a page in another language")
        verbose_name_plural = _("texts of pages in other languages")

    def __str__(self) -> str:
        return f"{self.get_language_display()}: {self.title}"


def page_editor(content: Sequence[Panel | str], *names: str) -> TabbedInterface:
    """Return the editor of a page type: its content, and its title and the named fields in other languages."""
    texts = InlinePanel(
        "page_texts",
        heading=Tab.LANGUAGES,
        label=_("Text in another language"),
        panels=["language", "title", *names],
        max_num=len(PREFIXED),
    )
    return TabbedInterface(
        [
            ObjectList(content, heading=Tab.CONTENT),
            ObjectList([texts], heading=Tab.LANGUAGES),
            ObjectList([*Page.promote_panels, *Page.settings_panels], heading=Tab.PUBLISHING),
        ]
    )


@dataclass(frozen=True, slots=True)
class Told:
    """A text of a page as a reader gets it: ``language`` is the reader's, or the page's own where it has no other."""

    text: object
    language: str

    def __bool__(self) -> bool:
        return bool(self.text)


def tell(page: Page, name: str, own: PageText | None) -> Told:
    """Return a text of a page by the name of its field: in the reader's language, or else the page's own."""
    text = getattr(own, name) if own else None
    return Told(text, own.language) if own and text else Told(getattr(page, name), ORIGINAL)


def tell_row(row: models.Model, name: str) -> Told:
    """Return a text that a row holds in a field for each language: the reader's, or else the original one."""
    language = get_language()
    own = getattr(row, f"{name}_{language}") if language in PREFIXED else ""
    return Told(own, language) if own else Told(getattr(row, name), ORIGINAL)


def own_text(page: Page) -> PageText | None:
    """Return what a page says in the reader's language, None for the page itself; a draft's where it is a draft."""
    language = get_language()
    if language == ORIGINAL:
        return None
    return next((text for text in page.page_texts.all() if text.language == language), None)


def titles_of(pages: Iterable[Page]) -> dict[int, Told]:
    """Return the titles of pages by their keys in the reader's language; one query, none in the original one."""
    titles = {page.pk: Told(page.title, ORIGINAL) for page in pages}
    language = get_language()
    if language != ORIGINAL and titles:
        found = PageText.objects.filter(page_id__in=titles, language=language).values_list("page_id", "title")
        titles |= {page_id: Told(title, language) for page_id, title in found if title}
    return titles

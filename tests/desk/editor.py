"""Writes in the admin as a person does: opens a page of it, changes fields and sends the form back."""

from __future__ import annotations

from django.urls import reverse
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

from operating_models.models import CORE_TEXTS
from tests import factories

TERMS = tuple(factories.TERMS)
PLAIN = (
    "lead",
    "place",
    "funders",
    "contact_organisation",
    "contact_unit",
    "contact_email",
    "contact_phone",
    "contact_url",
    "image_alt",
    "video_url",
    "adaptation_kept",
    "adaptation_changed",
    "adaptation_dropped",
    "adaptation_reason",
    "seo_title",
    "search_description",
)
EMPTY_ROWS = {
    "outcomes": {
        "concerns": "client",
        **dict.fromkeys(("measure", "unit", "period", "before", "after", "note", "source_url"), ""),
    },
    "resources": {"kind": "people", "need": "core", "description": "", "cost": ""},
    "risks": {"risk": "", "handling": ""},
    "links": {"title": "", "url": ""},
    "texts": {"language": "sv", "title": "", "lead": "", **dict.fromkeys(CORE_TEXTS, "null")},
}
"""What a form sends for a row that somebody has added and not filled in."""


def form_of_model(page=None, **changes):
    """Return what the editor's form sends for a page (or a new one), with some fields changed.

    Texts are HTML, terms lists of codes, ``attachments`` a list of documents. Of the page's rows only those are sent
    that ``changes`` names, as lists of fields; the fields of a row that are not named are sent empty.
    """
    draft = page.get_latest_revision_as_object() if page else None
    fields = {name: getattr(draft, name) if draft else "" for name in (*PLAIN, *CORE_TEXTS)}
    fields |= {"title": draft.title if draft else "Uusi malli", "slug": draft.slug if draft else ""}
    fields |= {"original_language": "fi", "tags": "", "project": "", "image": "", "adapted_from": ""}
    fields |= {"go_live_at": "", "expire_at": "", "comment_notifications": "on"}
    fields |= {name: [term.code for term in getattr(draft, name).all()] if draft else [] for name in TERMS}
    attachments = [{"document": str(found.pk), "title": ""} for found in changes.pop("attachments", [])]
    rows = {name: [EMPTY_ROWS[name] | row for row in changes.pop(name, [])] for name in EMPTY_ROWS}
    development = changes.pop("development", [])
    fields |= changes
    for name in CORE_TEXTS:
        fields[name] = rich_text(str(fields[name]))
    # A list would become a row of fields below, and a select has several values of one name.
    terms = {name: _keys(factories.TERMS[name], fields.pop(name)) for name in TERMS}
    data = nested_form_data(
        fields
        | {"development": streamfield(development)}
        | {name: inline_formset(found) for name, found in (rows | {"attachments": attachments}).items()}
        | {"comments": inline_formset([])}
    )
    return data | terms


def _keys(vocabulary, codes):
    return [str(key) for key in vocabulary.objects.filter(code__in=codes).values_list("pk", flat=True)]


def complete_form(**changes):
    """Return the form of a new model with all that publishing asks for."""
    return form_of_model(**(factories.COMPLETE | {"title": "Uusi malli", "slug": "uusi-malli"} | changes))


def add_url(region="15"):
    page = factories.region_page(region)
    return reverse("wagtailadmin_pages:add", args=["operating_models", "operatingmodelpage", page.pk])


def url(name, page, *args):
    return reverse(f"wagtailadmin_pages:{name}", args=[page.pk, *args])


def messages_of(response):
    """Return the messages that the next page shows, as texts."""
    return [str(message) for message in response.wsgi_request._messages] if response.wsgi_request else []


def text_of(response):
    return response.content.decode()

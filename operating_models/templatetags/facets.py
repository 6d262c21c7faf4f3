"""Facets of the search page."""

from __future__ import annotations

from collections.abc import Iterable

from django import template
from django.utils.formats import localize
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe

from operating_models.presentation.cards import FacetValue

register = template.Library()

VALUE = (
    '<li><label class="checkbox{}"><input type="checkbox" name="{}" value="{}"{}>'
    "<span>{}</span> <small>{}</small></label></li>"
)
EMPTY = " checkbox--empty"
CHECKED = mark_safe(" checked")


@register.simple_tag
def facet_values(name: str, values: Iterable[FacetValue]) -> SafeString:
    """Return the checkboxes of a facet with their counts.

    A search page has some 150 of them; a template that goes round them takes several milliseconds longer.
    """
    return format_html_join(
        "\n",
        VALUE,
        (
            (
                "" if value.count else EMPTY,
                name,
                value.code,
                CHECKED if value.selected else "",
                value.label,
                localize(value.count),
            )
            for value in values
        ),
    )

"""Facets of the search page."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from django import template
from django.utils.formats import localize
from django.utils.safestring import SafeString, mark_safe

from operating_models.components.cards import LinkedValue

register = template.Library()

VALUE = (
    '<li><label class="checkbox{}"><input type="checkbox" name="{}" value="{}"{}>'
    "<span>{}</span> <small>{}</small></label></li>"
)
EMPTY = " checkbox--empty"
CHECKED = " checked"
WRITTEN_PLAINLY = 1_000
"""Numbers below it are written alike in every language."""


@register.simple_tag
def facet_values(name: str, values: Iterable[LinkedValue]) -> SafeString:
    """Return the checkboxes of a facet with their counts.

    A search page has some 150 of them: a template that goes round them, or a format that escapes each piece by itself,
    takes several milliseconds longer.
    """
    safe_name = escape(name)
    return mark_safe(
        "\n".join(
            VALUE.format(
                "" if value.count else EMPTY,
                safe_name,
                escape(value.code),
                CHECKED if value.selected else "",
                escape(value.label),
                value.count if value.count < WRITTEN_PLAINLY else escape(localize(value.count)),
            )
            for value in values
        )
    )

"""How two versions of a page are set side by side: paragraphs apart, numbers and days as written, tags by name.

Overrides of Wagtail: docs/decisions/0020-wagtail-overrides.md.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from django.db import models
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from taggit.managers import TaggableManager
from taggit.models import TagBase
from wagtail.admin import compare
from wagtail.admin.compare import FieldComparison, RichTextBlockComparison, TagsFieldComparison, TextDiff
from wagtail.fields import RichTextField

from operating_models.components.adoption import day_label
from operating_models.components.outcomes import number_label
from operating_models.rich_text import plain_text

END_OF_BLOCK = re.compile(r"</(?:p|li|h\d|blockquote)>|<(?:br|hr)\b[^>]*>")


class ParagraphsComparison(FieldComparison):
    def htmldiff(self) -> SafeString:
        return _lines_of_diff(self.val_a, self.val_b)


class ValueComparison(FieldComparison):
    """Of numbers, days and yes or no; nothing is said of what is empty."""

    def htmldiff(self) -> SafeString:
        before, after = _written(self.val_a), _written(self.val_b)
        if not self.has_changed():
            return escape(before)
        told = [(kind, value) for kind, value in (("deletion", before), ("addition", after)) if value]
        return TextDiff(told, separator=" ").to_html()


class TagNamesComparison(TagsFieldComparison):
    def get_item_display(self, tag: TagBase) -> str:
        return tag.name


def assign() -> None:
    """Put the overrides in their place."""
    compare.register_comparison_class(RichTextField, comparison_class=ParagraphsComparison)
    compare.register_comparison_class(TaggableManager, comparison_class=TagNamesComparison)
    for field in (
        *(models.BooleanField, models.DateField, models.DecimalField),
        *(models.FloatField, models.IntegerField),
    ):
        compare.register_comparison_class(field, comparison_class=ValueComparison)
    RichTextBlockComparison.htmlvalue = _block_value
    RichTextBlockComparison.htmldiff = _block_diff


def _block_value(comparison: RichTextBlockComparison, value: object) -> SafeString:
    return _break_lines(escape(_paragraphs(str(comparison.block.render_basic(value)))))


def _block_diff(comparison: RichTextBlockComparison) -> SafeString:
    before, after = (comparison.block.render_basic(value) for value in (comparison.val_a, comparison.val_b))
    return _lines_of_diff(str(before), str(after))


def _lines_of_diff(before: str, after: str) -> SafeString:
    return _break_lines(compare.diff_text(_paragraphs(before), _paragraphs(after)).to_html())


def _paragraphs(html: str) -> str:
    """Return the text of HTML with a line for each paragraph, heading and item of a list."""
    return "\n".join(filter(None, map(plain_text, END_OF_BLOCK.split(html))))


def _break_lines(html: str) -> SafeString:
    return SafeString(html.replace("\n", "<br>"))


def _written(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return gettext("yes") if value else gettext("no")
        case int() | float():
            return number_label(Decimal(str(value)))
        case Decimal():
            return number_label(value)
        case date():
            return day_label(value)
        case _:
            return str(value)

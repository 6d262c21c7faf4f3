"""The one place where what people typed gets its spelling: before a row is validated, whoever asks for it."""

from __future__ import annotations

from django.db import models
from wagtail.fields import RichTextField

from operating_models import rich_text
from operating_models.typed_text import tidy_line, tidy_lines


class TypedRow(models.Model):
    """A row with texts of people. Forms, pages and the ledger's commands validate rows before they save them."""

    class Meta:
        abstract = True

    def full_clean(self, *args: object, **kwargs: object) -> None:
        """Tidy the texts and validate the row: a required text of which nothing can be seen is missing."""
        self.tidy_texts()
        super().full_clean(*args, **kwargs)

    def tidy_texts(self) -> None:
        for field in self._meta.concrete_fields:
            value = self.__dict__.get(field.attname)
            if field.editable and isinstance(value, str) and not field.choices:
                setattr(self, field.attname, _tidy(field, value))


def _tidy(field: models.Field, text: str) -> str:
    if isinstance(field, RichTextField):
        return rich_text.tidy(text)
    if isinstance(field, models.TextField):
        return tidy_lines(text)
    return tidy_line(text) if isinstance(field, models.CharField) else text

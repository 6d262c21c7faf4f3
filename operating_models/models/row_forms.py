"""The rows of a page in its form: what publishing asks of them, and what is wrong in them, by row and field."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.forms import ModelForm
from django.forms.formsets import DELETION_FIELD_NAME, ORDERING_FIELD_NAME
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.blocks import Block
from wagtail.blocks.stream_block import StreamBlockValidationError
from wagtail.blocks.struct_block import StructBlockValidationError

from operating_models.models.publishing import WrittenRow
from operating_models.models.texts import ROWS


@dataclass(frozen=True, slots=True)
class RowOfForm:
    """A row as somebody has filled it in; ``number`` is its place among the rows of its kind, from 1."""

    form: ModelForm
    number: int

    @property
    def row(self) -> WrittenRow:
        return self.form.instance

    def ask_for_what_is_missing(self) -> None:
        """Add an error for each required field that is empty, unless something else in the row is wrong."""
        errors = self.form.errors.get_json_data()
        if all(error["code"] == "required" for found in errors.values() for error in found):
            for name in self.row.missing():
                if name not in errors:
                    self.form.add_error(name, self.row.explain_missing(name))

    def problems(self) -> Iterator[str]:
        for name, messages in self.form.errors.items():
            place = self.row.numbered(self.number)
            if name != NON_FIELD_ERRORS:
                place = f"{place}, {self.row.label_of(name)}"
            yield from (f"{place}: {message}" for message in messages)


def written_rows(form: WagtailAdminModelForm) -> Iterator[RowOfForm]:
    """Yield the rows of a form that are kept, as they stand on the screen."""
    for kind in ROWS:
        formset = form.formsets.get(kind.relation)
        # A preview that is asked for before anything was typed has no forms of rows at all.
        if formset is None or not formset.management_form.is_valid():
            continue
        # Asking whether they are valid cleans them.
        formset.is_valid()
        kept = [one for one in formset.forms if not one.cleaned_data.get(DELETION_FIELD_NAME)]
        kept = [one for one in kept if not one.empty_permitted or one.has_changed()]
        kept.sort(key=lambda one: one.cleaned_data.get(ORDERING_FIELD_NAME) or 0)
        for number, row_form in enumerate(kept, start=1):
            yield RowOfForm(row_form, number)


def problems_of_rows(form: WagtailAdminModelForm) -> Iterator[str]:
    """Yield what is wrong in the rows of a form and in the blocks of its streams, by row and field."""
    for row in written_rows(form):
        yield from row.problems()
    for name, errors in form.errors.as_data().items():
        for error in errors:
            if isinstance(error, StreamBlockValidationError):
                yield from _problems_of_stream(form, name, error)


def _problems_of_stream(form: WagtailAdminModelForm, name: str, error: StreamBlockValidationError) -> Iterator[str]:
    field = form.fields[name]
    stream = field.widget.value_from_datadict(form.data, form.files, form.add_prefix(name))
    for place, found in error.block_errors.items():
        block = stream[place].block
        yield f"{field.label} {place + 1} ({block.label}): {' '.join(_messages(block, found))}"


def _messages(block: Block, error: ValidationError) -> Iterator[str]:
    """Yield the messages of a block's error, each with the label of the part in which it is."""
    if isinstance(error, StructBlockValidationError):
        for name, found in error.block_errors.items():
            child = block.child_blocks[name]
            yield from (f"{child.label}: {message}" for message in _messages(child, found))
    else:
        yield from error.messages

"""Forms of the ledger: a region's report, taking one back, the owner's answer; read into frozen values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.forms import BoundField
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from operating_models.models import (
    AdoptionReport,
    AdoptionStatus,
    EndReason,
    OwnerAnswer,
    PartialDate,
    Verdict,
)
from operating_models.report_texts import BESIDE_REASONS, FURTHER, REPORT_TEXTS, names_of
from operating_models.reporting.commands import Basis, Statement

WRITTEN_DATE = re.compile(r"(?:(?:(?P<day>\d{1,2})\s*\.\s*)?(?P<month>\d{1,2})\s*[./]\s*)?(?P<year>\d{4})")

ASKED = ("status", "when", "when_unknown", "reasons", *names_of(BESIDE_REASONS), *names_of(FURTHER))
"""What every form of a report asks, in order."""

CHANGED, CORRECTS = "changed", "corrects"
"""What a further report of a region means: the state of things has changed, or the earlier one was wrong."""

LONGEST_TEXT = 4000
"""Characters of a text whose column has no limit."""


def read_date(text: str) -> PartialDate:
    """Read a date as it is written in Finnish: "15.3.2024", "3/2024" or "2024". Raises ValueError for other texts."""
    found = WRITTEN_DATE.fullmatch(text.strip())
    if not found:
        raise ValueError(f"not a date: {text}")
    parts = (found["year"], found["month"], found["day"])
    return PartialDate.parse("-".join(part for part in parts if part), recorded=timezone.localdate())


class StatusForm(forms.Form):
    """What every form of a report asks in one way: since when, as exactly as it is known, and why it ended.

    ``valid_from`` is set when the form is cleaned; None when the fields tell no date.
    """

    when = forms.CharField(
        label=_("Valid from"),
        required=False,
        max_length=20,
        help_text=_("As exactly as it is known: a day 15.3.2024, a month 3/2024 or a year 2024."),
    )
    when_unknown = forms.BooleanField(label=_("The time is not known"), required=False)
    reasons = forms.MultipleChoiceField(
        label=_("Reasons for ending"),
        choices=EndReason.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Only when the adoption has ended."),
    )

    valid_from: PartialDate | None = None

    def clean(self) -> dict[str, object]:
        cleaned = super().clean() or self.cleaned_data
        if "when" not in self.errors:
            self.valid_from = self._read_when(cleaned)
        if cleaned.get("reasons") and cleaned.get("status", AdoptionStatus.ENDED) != AdoptionStatus.ENDED:
            self.add_error("reasons", gettext("Give reasons only for an adoption that has ended."))
        return cleaned

    def statement(self) -> Statement:
        given = self.cleaned_data
        return Statement(
            status=AdoptionStatus(given["status"]),
            when=self.valid_from,
            reasons=given["reasons"],
            **{name: given[name] for name in names_of()},
        )

    def _read_when(self, cleaned: dict[str, object]) -> PartialDate | None:
        """Return the date of the report; add an error and return None when the fields tell none."""
        text, unknown = str(cleaned.get("when") or ""), bool(cleaned.get("when_unknown"))
        if bool(text) == unknown:
            self.add_error("when", gettext("Give the time, or say that it is not known; one of the two."))
            return None
        try:
            when = read_date(text) if text else PartialDate.parse("", recorded=timezone.localdate())
        except ValueError:
            self.add_error("when", gettext("Write a day 15.3.2024, a month 3/2024 or a year 2024."))
            return None
        if when.day > timezone.localdate():
            self.add_error("when", gettext("The date is in the future. Report what is true today."))
            return None
        return when


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """An error as the summary above a form tells it; ``anchor`` is the field's place on the page, "" for the whole."""

    label: str
    anchor: str
    message: str


class PublicForm(forms.Form):
    """A form of the public pages: its errors are told above it too, with links to the fields.

    The browser's own check is left out: it tells one error at a time, in the browser's language.
    """

    use_required_attribute = False

    token = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)

    answered_by: Mapping[str, str] = {}
    """Fields of the form by the names under which the ledger complains of them, where they differ."""

    def add_refusal(self, error: ValidationError) -> None:
        """Add what the ledger refused to the errors of the fields where it can be mended."""
        for name, found in error.update_error_dict({}).items():
            field = self.answered_by.get(name, name)
            self.add_error(field if field in self.fields else None, found)

    def problems(self) -> tuple[FieldProblem, ...]:
        """Return the errors in the order of the fields."""
        found = [FieldProblem("", "", str(message)) for message in self.non_field_errors()]
        for field in self:
            anchor = f"{field.auto_id}_0" if field.use_fieldset else field.auto_id
            label, anchor = ("", "") if field.is_hidden else (str(field.label), anchor)
            found += [FieldProblem(label, anchor, str(message)) for message in field.errors]
        return tuple(found)


def _text(name: str, *, long: bool = False, model: type[Model] = AdoptionReport) -> forms.CharField:
    """Make the field of a free text with the label, help and length that stand with the ledger's column."""
    column = model._meta.get_field(name)
    return forms.CharField(
        label=capfirst(column.verbose_name),
        help_text=column.help_text,
        required=False,
        max_length=column.max_length or LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 3}) if long else forms.TextInput,
    )


ReportTextsForm = type(
    "ReportTextsForm", (forms.Form,), {text.name: _text(text.name, long=text.is_long) for text in REPORT_TEXTS}
)
"""The free texts of a report: a field for each one that is declared."""


class ReportForm(ReportTextsForm, StatusForm, PublicForm):
    """Where a region stands with a model.

    ``current`` is the report that holds today and ``latest`` the one recorded last; ``seen`` is the latest that the
    sender had before the eyes. What a new report means beside the current one is asked of who has seen it.
    """

    status = forms.ChoiceField(
        label=_("Where does your region stand with the model?"),
        choices=[(status.value, capfirst(status.label)) for status in AdoptionStatus],
        widget=forms.RadioSelect,
    )
    meaning = forms.ChoiceField(
        label=_("Your region has reported before. What do you report now?"),
        choices=((CHANGED, _("The situation has changed")), (CORRECTS, _("I correct the earlier report"))),
        widget=forms.RadioSelect,
        required=False,
    )
    region = forms.CharField(widget=forms.HiddenInput)
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    field_order = ("meaning", *ASKED)
    answered_by = {"valid_date": "when", "precision": "when", "supersedes": "meaning"}

    def __init__(
        self, *args: object, current: AdoptionReport | None, latest: AdoptionReport | None, **kwargs: object
    ) -> None:
        super().__init__(*args, **kwargs)
        self.current, self.latest = current, latest
        if current is None:
            del self.fields["meaning"]

    def with_latest(self, *, current: AdoptionReport | None, latest: AdoptionReport) -> ReportForm:
        """Return the form as it was filled in, for who has now seen what somebody else has just saved."""
        filled = self.cleaned_data | {"seen": latest.pk, "meaning": ""}
        return ReportForm(initial=filled, current=current, latest=latest)

    def clean(self) -> dict[str, object]:
        cleaned = super().clean()
        has_seen = self.latest is not None and cleaned.get("seen") == self.latest.pk
        if "meaning" in self.fields and has_seen and not cleaned.get("meaning"):
            self.add_error(
                "meaning", gettext("Say whether the situation has changed or the earlier report was wrong.")
            )
        return cleaned

    def beside_reasons(self) -> list[BoundField]:
        """Return the fields that are asked with the reasons for ending."""
        return [self[name] for name in names_of(BESIDE_REASONS)]

    def further(self) -> list[BoundField]:
        """Return the fields that are asked under "more information"."""
        return [self[name] for name in names_of(FURTHER)]

    def basis(self) -> Basis:
        """Return what the sender of a valid form had before the eyes."""
        corrects = self.current is not None and self.cleaned_data.get("meaning") == CORRECTS
        return Basis(
            latest=self.cleaned_data["seen"],
            token=self.cleaned_data["token"],
            supersedes=self.current.pk if corrects else None,
        )


class RetractForm(PublicForm):
    note = forms.CharField(
        label=_("Why, in a few words"),
        help_text=_("You may leave this empty. Example: Reported for the wrong model."),
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def basis(self) -> Basis:
        return Basis(latest=self.cleaned_data["seen"], token=self.cleaned_data["token"])


class AnswerForm(PublicForm):
    """What the owner of a model says of a report."""

    verdict = forms.ChoiceField(
        label=_("Your answer"),
        choices=(
            (Verdict.CONFIRMED.value, _("We confirm: we know of this use")),
            (Verdict.COMMENTED.value, _("We comment: we want to add something")),
            (Verdict.DISPUTED.value, _("We dispute: in our view the report is not right")),
        ),
        widget=forms.RadioSelect,
    )
    text = _text("text", long=True, model=OwnerAnswer)

    field_order = ("verdict", "text")

"""The number field of the whole product, in the admin and on public pages: it reads numbers as people write them."""

from __future__ import annotations

import re
from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

SIGN = r"(?P<sign>[-+\u2010-\u2013\u2212\uFE63\uFF0D]?)\s*"
"""Hyphens and dashes that people and their programs write for a minus, and the minus itself."""

WRITTEN = (
    # 1234 and 1234,5, also with a space of any width between thousands: a full stop and a comma begin the decimals.
    re.compile(SIGN + r"(?P<whole>[0-9]{1,3}(?:\s[0-9]{3})+|[0-9]+)(?:[.,](?P<decimals>[0-9]*))?"),
    re.compile(SIGN + r"(?P<whole>)[.,](?P<decimals>[0-9]+)"),
    # 1.234,5 and 1,234.5: of two different separators the last one begins the decimals.
    re.compile(SIGN + r"(?P<whole>[0-9]{1,3}(?:\.[0-9]{3})+),(?P<decimals>[0-9]+)"),
    re.compile(SIGN + r"(?P<whole>[0-9]{1,3}(?:,[0-9]{3})+)\.(?P<decimals>[0-9]+)"),
    # 1.234.567: a separator that is repeated stands between thousands.
    re.compile(SIGN + r"(?P<whole>[0-9]{1,3}(?P<between>[.,])[0-9]{3}(?:(?P=between)[0-9]{3})+)"),
)
TWO_WAYS = re.compile(SIGN + r"(?P<thousands>[1-9][0-9]{0,2})[.,](?P<rest>[0-9]{3})")
"""1,234 is a thousand and some to one and one and some to another. A number that begins with 0 has no thousands."""

LONGEST = 40
"""Characters of a number; what is longer is none."""


class AmbiguousNumberError(ValueError):
    """A text that is one number to some people and another one to others: ``readings`` tells how to write each."""

    def __init__(self, thousands: str, rest: str) -> None:
        super().__init__(f"two ways to read {thousands},{rest}")
        self.readings = (f"{thousands}{rest}", f"{thousands},{rest}0")


def read_number(text: str) -> Decimal:
    """Read a number as people write it, in the same way in every language.

    A comma and a full stop begin decimals; spaces of any width part thousands. Raises AmbiguousNumberError for one
    separator before exactly three digits, and ValueError for what is no number.
    """
    text = text.strip()
    if found := TWO_WAYS.fullmatch(text):
        sign = "" if found["sign"] in ("", "+") else "-"
        raise AmbiguousNumberError(sign + found["thousands"], found["rest"])
    for written in WRITTEN:
        if len(text) <= LONGEST and (found := written.fullmatch(text)):
            parts = found.groupdict(default="")
            whole, decimals = re.sub(r"[^0-9]", "", parts["whole"]), parts.get("decimals", "").rstrip("0")
            number = Decimal(f"{whole or 0}.{decimals or 0}") if decimals else Decimal(whole or 0)
            return number.copy_negate() if number and parts["sign"] not in ("", "+") else number
    raise ValueError(f"not a number: {text}")


def write_number(number: Decimal | int | float) -> str:
    """Return a number as a form shows it: with a decimal comma, and so that read_number() reads it."""
    text = f"{Decimal(str(number)):f}"
    text = (text.rstrip("0").rstrip(".") if "." in text else text).replace(".", ",")
    return f"{text}0" if TWO_WAYS.fullmatch(text) else text


class NumberField(forms.DecimalField):
    """A number in a line of text: browsers read a field of their own for numbers each in its own language.

    What cannot be read is said, and stays in the field as it was typed. With ``decimal_places=0`` the value is an int.
    """

    widget = forms.TextInput
    default_error_messages = {
        "invalid": _("This is not a number. Write only the number. Example: 12,5"),
        "whole": _("Write a whole number."),
    }

    def to_python(self, value: object) -> Decimal | int | None:
        if value in self.empty_values or (isinstance(value, str) and not value.strip()):
            return None
        number = self._read(value) if isinstance(value, str) else Decimal(str(value))
        if self.decimal_places != 0:
            return number
        if number != int(number):
            raise ValidationError(self.error_messages["whole"], code="whole")
        return int(number)

    def _read(self, text: str) -> Decimal:
        try:
            return read_number(text)
        except AmbiguousNumberError as error:
            whole, decimal = error.readings
            raise ValidationError(
                gettext("This can be read in two ways. Write %(whole)s or %(decimal)s.")
                % {"whole": whole, "decimal": decimal},
                code="ambiguous",
            ) from error
        except ValueError as error:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from error

    def validate(self, value: Decimal | int | None) -> None:
        # The parent's check asks a Decimal whether it is finite; what was read here always is.
        forms.Field.validate(self, value)

    def run_validators(self, value: Decimal | int | None) -> None:
        super().run_validators(Decimal(value) if isinstance(value, int) else value)

    def prepare_value(self, value: object) -> object:
        return write_number(value) if isinstance(value, Decimal | int | float) else value

    def widget_attrs(self, widget: forms.Widget) -> dict[str, object]:
        return super().widget_attrs(widget) | {"inputmode": "decimal"}

"""Tells what keeps a draft from being saved, by row and field.

Wagtail 8.0.1 tells a script only that something is wrong: autosave stops, and its writer does not learn where.
"""

from __future__ import annotations

from django.http import JsonResponse
from wagtail.admin.views.generic.mixins import JsonPostResponseMixin

VALIDATION_ERROR = "validation_error"
_answer = JsonPostResponseMixin.json_error_response


def tell_what_is_wrong(view: JsonPostResponseMixin, error_code: str, error_message: str) -> JsonResponse:
    """Answer as Wagtail does, with the errors of the form in place of "there are validation errors"."""
    if error_code != VALIDATION_ERROR:
        return _answer(view, error_code, error_message)
    form = view.form
    found = form.errors.items()
    told = [
        f"{form.fields[name].label}: {message}" if name in form.fields else message
        for name, messages in found
        for message in messages
    ]
    return _answer(view, error_code, " ".join(filter(None, told)) or error_message)


def assign() -> None:
    """Put the answer in Wagtail's place."""
    JsonPostResponseMixin.json_error_response = tell_what_is_wrong

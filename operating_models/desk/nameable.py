"""What a form of the admin may name: the pages, images and documents that its user may see or choose.

Wagtail 8.0.1 narrows what its choosers list, and takes any key that a form sends: a forged form showed the title of
another region's draft, and let its sender read the document that it named. Overrides of Wagtail:
docs/decisions/0020-wagtail-overrides.md.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from functools import cached_property

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import Model
from django.forms import BaseForm, ModelChoiceField
from django.forms.models import ModelChoiceIterator
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.forms.pages import CopyForm
from wagtail.admin.widgets import BaseChooser
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Page
from wagtail.permissions import policy_registry

from operating_models.desk.visible_pages import visible_to
from operating_models.models.files import Reference, reference_to, references_of, saved_pages_using
from operating_models.models.presented import is_public_now

KINDS: Mapping[str, Callable[[], type[Model]]] = {
    "LINK": lambda: Page,
    "DOCUMENT": get_document_model,
    "IMAGE": get_image_model,
}
"""What rich text names by a key, by the name that the editor has for it."""
LONGEST_KEY = 19
"""Figures that no key of a row has."""
NO_LINK = {"type": "LINK", "mutability": "MUTABLE", "data": {}}


class Nameable:
    """What somebody may name in a form: what ``row`` names already, and what the choosers would have offered."""

    def __init__(self, user: AbstractBaseUser, row: Model | None) -> None:
        self.user = user
        self.row = row

    @cached_property
    def _named(self) -> frozenset[Reference]:
        return references_of(self.row) if self.row is not None and self.row.pk else frozenset()

    def includes(self, kind: type[Model], key: object) -> bool:
        row = kind._default_manager.filter(pk=key).first() if _is_key(key) else None
        if row is None or reference_to(row) in self._named:
            return row is not None
        if isinstance(row, Page):
            return visible_to(self.user, Page.objects.filter(pk=row.pk)).exists()
        allowed = policy_registry.get(row).instances_user_has_any_permission_for(self.user, ["choose"])
        return allowed.filter(pk=row.pk).exists() or any(map(_is_open, saved_pages_using(row)))

    def without_others(self, data: Mapping[str, object]) -> Mapping[str, object]:
        """Return what a form has sent; in its rich texts, words that linked to something else are plain words."""
        mended = {name: text for name, value in data.items() if (text := self._mend(value)) != value}
        if not mended:
            return data
        copied = data.copy()
        for name, text in mended.items():
            copied[name] = text
        return copied

    def _mend(self, value: object) -> object:
        content = _read_rich_text(value)
        links = content.get("entityMap")
        if not isinstance(links, dict):
            return value
        others = {key for key, link in links.items() if not self._may_link(link)}
        if not others:
            return value
        content["entityMap"] = links | dict.fromkeys(others, NO_LINK)
        match content:
            case {"blocks": [*blocks]}:
                content["blocks"] = [_without_links(block, others) for block in blocks]
        return json.dumps(content)

    def _may_link(self, link: object) -> bool:
        match link:
            case {"type": "LINK" | "DOCUMENT" | "IMAGE" as kind, "data": {"id": key}}:
                return key is None or self.includes(KINDS[kind](), key)
            case {"type": str()}:
                return True
            case _:
                return False

    def empty_others(self, form: BaseForm) -> None:
        """Let the choosers of a form hold, and show, nothing else."""
        kinds = (Page, get_image_model(), get_document_model())
        for name, field in form.fields.items():
            if not isinstance(field, ModelChoiceField) or not isinstance(field.widget, BaseChooser):
                continue
            kind, key = field.queryset.model, form[name].value()
            if key and issubclass(kind, kinds) and not self.includes(kind, key):
                field.queryset = field.queryset.none()


def _is_key(value: object) -> bool:
    """Tell whether the database can be asked for a row of this key."""
    return str(value).isdecimal() and len(str(value)) < LONGEST_KEY


def _read_rich_text(value: object) -> dict[str, object]:
    """Return what the editor has sent of a rich text, {} for all else that fields hold."""
    if not isinstance(value, str) or not value.lstrip().startswith("{"):
        return {}
    try:
        content = json.loads(value)
    except (ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}


def _without_links(block: object, others: Collection[str]) -> object:
    match block:
        case {"entityRanges": [*ranges]}:
            kept = [one for one in ranges if isinstance(one, dict) and str(one.get("key")) not in others]
            return {**block, "entityRanges": kept}
        case _:
            return block


def _is_open(page: Page) -> bool:
    return is_public_now(page) and not page.get_view_restrictions().exists()


def shown_by(widget: BaseChooser, value: object) -> Model | None:
    """Return what a chooser shows: only what its field may hold."""
    if value is None or isinstance(value, widget.model_class):
        return value
    choices = vars(widget).get("choices")
    rows = choices.queryset if isinstance(choices, ModelChoiceIterator) else widget.model_class._default_manager
    return rows.filter(pk=value).first() if _is_key(value) else None


def assign() -> None:
    """Put the overrides in their place: every form of the admin that is made for a user, and its rows."""
    begin, begin_copy = WagtailAdminModelForm.__init__, CopyForm.__init__

    def begin_without_others(
        form: WagtailAdminModelForm, data: object = None, *args: object, **kwargs: object
    ) -> None:
        user = kwargs.get("for_user")
        # Forms of rows get what their page's form has looked through.
        if user is None or kwargs.get("prefix"):
            begin(form, data, *args, **kwargs)
            return
        nameable = Nameable(user, kwargs.get("instance"))
        begin(form, data and nameable.without_others(data), *args, **kwargs)
        nameable.empty_others(form)
        for formset in form.formsets.values() if form.is_bound else ():
            if formset.management_form.is_valid():
                for row in formset.forms:
                    nameable.empty_others(row)

    def begin_copy_without_others(form: CopyForm, *args: object, **kwargs: object) -> None:
        begin_copy(form, *args, **kwargs)
        Nameable(form.user, None).empty_others(form)

    WagtailAdminModelForm.__init__ = begin_without_others
    CopyForm.__init__ = begin_copy_without_others
    BaseChooser.get_instance = shown_by

"""What uses a term, a page or a user, as the database knows it: Wagtail counts what its reference index knows.

The index knows no lists of terms, no rows made in bulk and none of the ledger. Overrides of Wagtail:
docs/decisions/0020-wagtail-overrides.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.contrib.contenttypes.models import ContentType
from django.db.models import Field, Model
from modelcluster.fields import ParentalKey
from wagtail.models import Page, ReferenceIndex
from wagtail.models.reference_index import ReferenceGroups

from operating_models.models import LoadedFile, TitleWords
from operating_models.models.taxonomy import Used

OURS = ("operating_models", "home")
"""Applications whose rows are looked through."""

BESIDE = (LoadedFile, TitleWords)
"""Where a page was loaded from and how it is found; no uses of it."""


def assign() -> None:
    """Put the overrides in their place: pages, users and terms ask the reference index in these two ways."""
    to_one, to_many = ReferenceIndex.get_references_to, ReferenceIndex.get_grouped_references_to_in_bulk

    def references_to(row: Model) -> object:
        indexed = to_one(row)
        indexed.group_by_source_object = lambda: _with_ours(row, indexed)
        return indexed

    def grouped_in_bulk(rows: Iterable[Model]) -> dict[Model, ReferenceGroups]:
        return {row: _with_ours(row, groups.qs) for row, groups in to_many(rows).items()}

    ReferenceIndex.get_references_to = staticmethod(references_to)
    ReferenceIndex.get_grouped_references_to_in_bulk = staticmethod(grouped_in_bulk)


def _with_ours(row: Model, indexed: Iterable[ReferenceIndex]) -> ReferenceGroups:
    """Return the references that the index knows and those that it does not, by what they come from."""
    found = {_identity(reference): reference for reference in (*_references(row), *indexed)}
    return ReferenceGroups(list(found.values()))


def _identity(reference: ReferenceIndex) -> tuple[int, str, str]:
    return reference.base_content_type_id, reference.object_id, reference.model_path


def _references(row: Model) -> Iterator[ReferenceIndex]:
    """Yield a reference from each of our rows that points to a row, and from drafts that use a term."""
    row = row.specific if isinstance(row, Page) else row
    drafts = row.using_pages() if isinstance(row, Used) else []
    for field in _fields_to(type(row)):
        for key in field.model._base_manager.filter(**{field.name: row.pk}).values_list("pk", flat=True):
            yield _reference(field, key)
        for page in drafts:
            if field.model is type(page):
                yield _reference(field, page.pk)


def _fields_to(kind: type[Model]) -> Iterator[Field]:
    """Yield the fields of our models that lead to a kind of row or to what it is a kind of.

    The rows that are parts of a page, and the tables of lists, are no uses.
    """
    for relation in kind._meta.get_fields(include_hidden=True):
        if not (relation.is_relation and relation.auto_created and not relation.concrete):
            continue
        field, model = relation.remote_field, relation.related_model
        is_part = relation.parent_link or any(isinstance(other, ParentalKey) for other in model._meta.fields)
        if model._meta.app_label in OURS and not (is_part or model._meta.auto_created or model in BESIDE):
            yield field


def _reference(field: Field, key: int) -> ReferenceIndex:
    parents = field.model._meta.get_parent_list()
    return ReferenceIndex(
        content_type=ContentType.objects.get_for_model(field.model),
        base_content_type=ContentType.objects.get_for_model(parents[-1] if parents else field.model),
        object_id=str(key),
        model_path=field.name,
        content_path=field.name,
    )

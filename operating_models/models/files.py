"""Images and documents that pages use are not deleted: the file would vanish from a public page without a revision."""

from __future__ import annotations

import json

from django.db.models import Model, ProtectedError, Q
from wagtail.models import Page, ReferenceIndex, Revision, get_default_page_content_type

Reference = tuple[int, str]
"""What a row names, as Wagtail's index of references has it: the key of its content type and its own key."""


def reference_to(row: Model) -> Reference:
    return ReferenceIndex._get_base_content_type(row).pk, str(row.pk)


def references_of(row: Model) -> frozenset[Reference]:
    """Return what a row as it stands, saved or a draft, names: pages, images, documents and all else, in texts too."""
    return frozenset(reference[:2] for reference in ReferenceIndex._extract_references_from_object(row))


def uses(page: Page, file: Model) -> bool:
    """Tell whether a page as it stands, saved or a draft, uses an image or a document."""
    return reference_to(file) in references_of(page)


def saved_pages_using(file: Model) -> list[Page]:
    """Return the pages whose saved row uses a file: what is public of a live page, or a draft never published.

    Wagtail's index of references keeps what has been taken out of a page's rows, so each page is looked at.
    """
    kind = get_default_page_content_type()
    keys = ReferenceIndex.get_references_to(file).filter(base_content_type=kind).values_list("object_id", flat=True)
    pages = Page.objects.filter(pk__in={int(key) for key in keys}).specific()
    return [page for page in pages if uses(page, file)]


def pages_using(file: Model) -> list[Page]:
    """Return the pages that use a file, by title: as saved, in the latest draft or in a scheduled one."""
    keys = {page.pk for page in saved_pages_using(file)}
    drafts = Page.objects.filter(has_unpublished_changes=True, latest_revision__isnull=False)
    pending = Q(pk__in=drafts.values("latest_revision")) | Q(approved_go_live_at__isnull=False)
    revisions = Revision.objects.filter(pending, base_content_type=get_default_page_content_type())
    for revision in revisions.exclude(object_id__in=[str(key) for key in keys]):
        # Reading a draft takes a while; most do not even hold the number.
        if str(file.pk) in json.dumps(revision.content) and uses(revision.as_object(), file):
            keys.add(int(revision.object_id))
    return list(Page.objects.filter(pk__in=keys).order_by("title", "pk"))


def refuse_deletion_in_use(instance: Model, **kwargs: object) -> None:
    """Raise ProtectedError for an image or a document that a page uses; a receiver of ``pre_delete``."""
    if pages := pages_using(instance):
        raise ProtectedError(f"{instance} is used by {len(pages)} pages", set(pages))

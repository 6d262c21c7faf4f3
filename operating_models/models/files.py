"""Images and documents that pages use are not deleted: the file would vanish from a public page without a revision."""

from __future__ import annotations

import json

from django.db.models import Model, ProtectedError, Q
from wagtail.models import Page, ReferenceIndex, Revision, get_default_page_content_type


def pages_using(file: Model) -> list[Page]:
    """Return the pages that use an image or a document, by title: as saved, in a draft or in a scheduled one."""
    to_type, to_key = ReferenceIndex._get_base_content_type(file), str(file.pk)
    kind = get_default_page_content_type()
    saved = ReferenceIndex.objects.filter(to_content_type=to_type, to_object_id=to_key, base_content_type=kind)
    keys = {int(key) for key in saved.values_list("object_id", flat=True)}
    drafts = Page.objects.filter(has_unpublished_changes=True, latest_revision__isnull=False)
    pending = Q(pk__in=drafts.values("latest_revision")) | Q(approved_go_live_at__isnull=False)
    for revision in Revision.objects.filter(pending, base_content_type=kind).exclude(object_id__in=map(str, keys)):
        # Reading a draft takes a while; most do not even hold the number.
        if to_key in json.dumps(revision.content):
            found = ReferenceIndex._extract_references_from_object(revision.as_object())
            if any((type_id, key) == (to_type.pk, to_key) for type_id, key, *_paths in found):
                keys.add(int(revision.object_id))
    return list(Page.objects.filter(pk__in=keys).order_by("title", "pk"))


def refuse_deletion_in_use(instance: Model, **kwargs: object) -> None:
    """Raise ProtectedError for an image or a document that a page uses; a receiver of ``pre_delete``."""
    if pages := pages_using(instance):
        raise ProtectedError(f"{instance} is used by {len(pages)} pages", set(pages))

"""Who gets a document: everybody, when a public page uses it; otherwise those who may edit what uses it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.contrib.auth.base_user import AbstractBaseUser
from django.http import Http404, HttpRequest
from wagtail.documents.models import AbstractDocument
from wagtail.models import Page
from wagtail.permissions import policy_registry

from operating_models.models import OperatingModelPage
from operating_models.models.files import saved_pages_using
from operating_models.models.presented import is_public_now

LINK = re.compile(r"<a\b[^>]*>")


def refuse_unpublished(document: AbstractDocument, request: HttpRequest) -> None:
    """Raise Http404 for a document that no public page uses, unless the user writes with it.

    A page is public when it is live and no view restriction on it or above keeps this visitor out. The answer is the
    same as for a document that does not exist, so that nobody learns what regions are working on.
    """
    pages = saved_pages_using(document)
    if any(_is_open_to(request, page) for page in pages):
        return
    user = request.user
    if user.is_authenticated and (
        policy_registry.get(document).user_has_permission_for_instance(user, "change", document)
        or any(page.permissions_for_user(user).can_edit() for page in pages)
        or any(page.permissions_for_user(user).can_edit() for page in _drafts_using(document, user))
    ):
        return
    raise Http404("No public page uses this document.")


def _is_open_to(request: HttpRequest, page: Page) -> bool:
    return is_public_now(page) and all(
        restriction.accept_request(request) for restriction in page.get_view_restrictions()
    )


def _drafts_using(document: AbstractDocument, user: AbstractBaseUser) -> Iterator[Page]:
    """Yield the models that the user may write and whose pending draft uses the document."""
    writable = policy_registry.get_by_type(OperatingModelPage).instances_user_has_permission_for(user, "change")
    pages = OperatingModelPage.objects.filter(pk__in=writable.values("pk"), has_unpublished_changes=True)
    for page in pages.select_related("latest_revision"):
        if page.latest_revision and _uses(page.latest_revision.content, document.pk):
            yield page


def _uses(content: dict[str, object], document_id: int) -> bool:
    """Say whether the content of a revision has the document among its attachments or links."""
    attached = any(row["document"] == document_id for row in content.get("attachments", ()))
    links = (link for value in content.values() if isinstance(value, str) for link in LINK.findall(value))
    return attached or any('linktype="document"' in link and f'id="{document_id}"' in link for link in links)

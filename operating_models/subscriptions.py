"""Who is told of comments on a page: its writer, also when the page was made outside the editor's form."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.base_user import AbstractBaseUser
from wagtail.models import Page, PageSubscription


def subscribe(user: AbstractBaseUser, pages: Iterable[Page]) -> None:
    """Have a user told of comments on new pages, as Wagtail's form of a new page does; what is chosen stays."""
    PageSubscription.objects.bulk_create(
        [PageSubscription(page_id=page.pk, user=user, comment_notifications=True) for page in pages],
        ignore_conflicts=True,
    )

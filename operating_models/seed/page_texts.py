"""What pages say in the other languages of the site when they are made; it belongs to editors from then on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from wagtail.models import Page

from operating_models.models import PageText

Texts = Mapping[str, Mapping[str, object]]
"""The fields of a page's texts by language."""


def add_texts(wanted: Iterable[tuple[Page, Texts]]) -> None:
    """Give pages their texts in other languages, but for pages that somebody has edited or that have some.

    A site whose pages were made before they had such texts gets them; two queries.
    """
    by_key = {page.pk: (page, texts) for page, texts in wanted if page.latest_revision_id is None}
    having = set(PageText.objects.filter(page_id__in=by_key).values_list("page_id", flat=True))
    PageText.objects.bulk_create(
        PageText(page_id=key, language=language, sort_order=order, **fields)
        for key, (_page, texts) in by_key.items()
        if key not in having
        for order, (language, fields) in enumerate(texts.items())
    )

"""The words of pages' titles for the admin's own search. The public search never reads them: drafts are among them."""

from __future__ import annotations

from django.db import models
from wagtail.models import Page


class TitleWords(models.Model):
    """The words of a page's published and draft title, as they are written and in their base forms.

    ``titles`` are those that the words were made from, one on each line; ``words`` stand between spaces.
    """

    page = models.OneToOneField(Page, primary_key=True, on_delete=models.CASCADE, related_name="+")
    titles = models.TextField()
    analyser = models.CharField(max_length=200)
    words = models.TextField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.titles

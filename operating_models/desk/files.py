"""Deleting images and documents in the admin: one that a page uses stays, and its page says where it is used."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Model, ProtectedError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, path, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext
from wagtail.admin.views.bulk_action import BulkAction
from wagtail.documents.models import Document
from wagtail.documents.views.documents import DeleteView as DeleteDocumentView
from wagtail.documents.views.multiple import DeleteView as DeleteUploadedDocumentView
from wagtail.images.models import Image
from wagtail.images.views.images import DeleteView as DeleteImageView
from wagtail.images.views.multiple import DeleteView as DeleteUploadedImageView

from operating_models.desk.deletion import LISTED, LinkedPage, ProtectedFile, explain
from operating_models.models.files import pages_using

EDITORS = {Image: "wagtailimages:edit", Document: "wagtaildocs:edit"}


def explain_used_files(request: HttpRequest, files: Sequence[Model]) -> HttpResponse | None:
    """Say which pages use the files that somebody wants to delete; None when none is used."""
    protected = [found for file in files if (found := _protected_file(request, file))]
    back = reverse(EDITORS[type(files[0])], args=[files[0].pk])
    return explain(request, back, files=protected) if protected else None


def _protected_file(request: HttpRequest, file: Model) -> ProtectedFile | None:
    """Name the pages that are public or that the user may edit; the titles of others' drafts are not told."""
    pages = [page.specific for page in pages_using(file)]
    if not pages:
        return None
    named = [page for page in pages if page.live or page.permissions_for_user(request.user).can_edit()]
    return ProtectedFile(
        title=str(file),
        kind=capfirst(file._meta.verbose_name),
        pages=len(pages),
        named=tuple(
            LinkedPage(page.get_admin_display_title(), reverse("wagtailadmin_pages:edit", args=[page.pk]))
            for page in named[:LISTED]
        ),
        edit_url=reverse(EDITORS[type(file)], args=[file.pk]),
    )


class _UnusedOnly:
    """Mixin of Wagtail's view of deletion."""

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        return explain_used_files(request, [self.object]) or super().dispatch(request, *args, **kwargs)


class DeleteUnusedImage(_UnusedOnly, DeleteImageView):
    """Deletes an image that no page uses."""


class DeleteUnusedDocument(_UnusedOnly, DeleteDocumentView):
    """Deletes a document that no page uses."""


class _UnusedUploadOnly:
    """Mixin of Wagtail's view that deletes what was just uploaded; js/tell_refusal.js shows what it says."""

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        try:
            with transaction.atomic():
                return super().post(request, *args, **kwargs)
        except ProtectedError:
            return JsonResponse({"success": False, "message": _refusal(_protected_file(request, self.object))})


def _refusal(file: ProtectedFile) -> str:
    told = {"title": file.title, "number": file.pages, "pages": ", ".join(page.title for page in file.named)}
    if told["pages"]:
        text = gettext("“%(title)s” was not deleted, because pages use it: %(pages)s (%(number)d in all).")
    else:
        text = gettext("“%(title)s” was not deleted, because %(number)d pages use it.")
    return text % told


class DeleteUnusedUploadedImage(_UnusedUploadOnly, DeleteUploadedImageView):
    """Deletes an image that was just uploaded, unless a page uses it already."""


class DeleteUnusedUploadedDocument(_UnusedUploadOnly, DeleteUploadedDocumentView):
    """Deletes a document that was just uploaded, unless a page uses it already."""


def refuse_bulk_deletion(
    request: HttpRequest, action_type: str, objects: Sequence[Model], action: BulkAction
) -> HttpResponse | None:
    files = [one for one in objects if isinstance(one, Image | Document)]
    return explain_used_files(request, files) if action_type == "delete" and files else None


def urls() -> list[URLPattern]:
    """Return the addresses of Wagtail's views of deletion, which these come before."""
    return [
        path("images/<int:image_id>/delete/", DeleteUnusedImage.as_view()),
        path("documents/delete/<int:document_id>/", DeleteUnusedDocument.as_view()),
        path("images/multiple/<int:image_id>/delete/", DeleteUnusedUploadedImage.as_view()),
        path("documents/multiple/<int:doc_id>/delete/", DeleteUnusedUploadedDocument.as_view()),
    ]

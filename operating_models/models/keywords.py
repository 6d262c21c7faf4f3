"""Free tags of operating models: one tag for all spellings of a word, and merging two that mean the same."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from taggit.models import ItemBase, TagBase
from wagtail.models import Page, Revision, TaskState

from operating_models.models.taxonomy import Used, UsedQuerySet
from operating_models.typed_text import fold, is_visible, tidy_line

REVISIONS_AT_ONCE = 200

UNSEEN_TAG = _("A tag needs a letter, a digit or another sign that can be seen.")


def by_numbers(tag: str) -> str:
    """Return a tag without letters and digits as it stands in addresses, such as "1f475"."""
    return "-".join(f"{ord(character):x}" for character in tag)[:80]


class KeywordQuerySet(UsedQuerySet):
    def get_or_create(
        self, defaults: Mapping[str, object] | None = None, **wanted: object
    ) -> tuple[models.Model, bool]:
        """Return the tag of a name, however it is spelt. Raises ValidationError for a name that nobody can see."""
        if "name" not in wanted:
            return super().get_or_create(defaults, **wanted)
        name = tidy_line(str(wanted.pop("name")))
        if not is_visible(name):
            raise ValidationError(UNSEEN_TAG)
        if (merged := MergedTag.objects.filter(folded=fold(name)).select_related("kept").first()) is not None:
            return merged.kept, False
        return super().get_or_create({**(defaults or {}), "name": name}, folded=fold(name), **wanted)

    def unused(self) -> KeywordQuerySet:
        """Tags that no model has, published, scheduled or draft."""
        return self.filter(~Exists(DraftedTag.objects.pending().filter(tag=OuterRef("pk"))), tagged_models=None)

    def offered(self) -> KeywordQuerySet:
        """Tags without those that stood in a form for a moment: autosave made them, and no draft names them any more.

        One that a curator has added and nobody uses yet is offered.
        """
        drafted = Exists(DraftedTag.objects.filter(tag=OuterRef("pk")))
        return self.exclude(pk__in=Keyword.objects.unused().filter(drafted).values("pk"))

    def delete_unused(self) -> int:
        """Delete the tags that no model has, and return how many; whether one is used is asked once, of all."""
        return super(UsedQuerySet, self.unused()).delete()[1].get(Keyword._meta.label, 0)


class Keyword(Used, TagBase):
    """A free tag of operating models (asiasana). Its folded name is what makes it another one than the others."""

    free_tagging = True
    page_relation = "tagged_items"
    page_lookup = "tagged_items__tag"

    folded = models.CharField(max_length=300, unique=True, editable=False)

    objects = KeywordQuerySet.as_manager()

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        ordering = ["name", "pk"]

    def is_in(self, content: Mapping[str, object]) -> bool:
        return any(item["tag"] == self.pk for item in content.get(self.page_relation, ()))

    def clean(self) -> None:
        super().clean()
        other = Keyword.objects.filter(folded=fold(self.name)).exclude(pk=self.pk).first()
        if other is not None:
            text = gettext("There is a tag “%(tag)s” already. Choose both in the list of tags and merge them.")
            raise ValidationError({"name": text % {"tag": other}})
        if not is_visible(self.name):
            raise ValidationError({"name": UNSEEN_TAG})

    @transaction.atomic
    def save(self, *args: object, **kwargs: object) -> None:
        self.name = tidy_line(self.name)
        self.folded = fold(self.name)
        former = Keyword.objects.filter(pk=self.pk).values_list("slug", flat=True).first()
        super().save(*args, **kwargs)
        # A tag that is there comes before one that was.
        MergedTag.objects.filter(Q(slug=self.slug) | Q(folded=self.folded)).delete()
        if former is not None and former != self.slug:
            MergedTag.objects.create(slug=former, kept=self)

    def slugify(self, tag: str, i: int | None = None) -> str:
        """Return the tag for addresses: the numbers of its characters where it has no letter or digit.

        No new tag gets the address of one that was merged.
        """
        base = super().slugify(tag) or by_numbers(tag)
        taken = set(MergedTag.objects.filter(slug__startswith=base).values_list("slug", flat=True))
        number = i or 0
        while (slug := f"{base}_{number}" if number else base) in taken:
            number += 1
        return slug

    @transaction.atomic
    def take_over(self, others: Collection[Keyword]) -> None:
        """Merge other tags into this one: pages that have them, and every saved version of a page, have this one."""
        merged = {other.pk for other in others} - {self.pk}
        for item in TaggedModel.objects.filter(tag__in=merged).order_by("pk"):
            if TaggedModel.objects.filter(tag=self, content_object=item.content_object_id).exists():
                item.delete()
            else:
                item.tag = self
                item.save()
        of_models = Revision.objects.filter(content_type__model="operatingmodelpage")
        rewrite_revisions(of_models, dict.fromkeys(merged, self.pk))
        MergedTag.objects.filter(kept__in=merged).update(kept=self)
        for other in Keyword.objects.filter(pk__in=merged):
            other.delete()
            MergedTag.objects.create(slug=other.slug, folded=other.folded, kept=self)
        # Its pages are indexed anew (signals.py).
        self.save()


class MergedTag(models.Model):
    """What a tag was called before: its address leads to the kept one, and who types its name gets that.

    ``folded`` is "" for a former address alone.
    """

    slug = models.SlugField(max_length=100, unique=True, allow_unicode=True, editable=False)
    folded = models.CharField(max_length=300, blank=True, db_index=True, editable=False)
    kept = models.ForeignKey(Keyword, related_name="merged", on_delete=models.CASCADE)

    wagtail_reference_index_ignore = True

    def __str__(self) -> str:
        return self.slug


def current_slugs(slugs: Collection[str]) -> dict[str, str]:
    """Return the addresses of kept tags by those of tags that were merged, of the given ones; one query."""
    return dict(MergedTag.objects.filter(slug__in=slugs).values_list("slug", "kept__slug"))


class TaggedModel(ItemBase):
    tag = models.ForeignKey(Keyword, related_name="tagged_models", on_delete=models.CASCADE)
    content_object = ParentalKey(
        "operating_models.OperatingModelPage", related_name="tagged_items", on_delete=models.CASCADE
    )


class DraftedTagQuerySet(models.QuerySet["DraftedTag"]):
    def pending(self) -> DraftedTagQuerySet:
        """Those that a latest draft, a scheduled version or one that waits for approval names."""
        drafts = Page.objects.filter(has_unpublished_changes=True, latest_revision__isnull=False)
        submitted = TaskState.objects.filter(status=TaskState.STATUS_IN_PROGRESS)
        waiting = Q(revision__in=drafts.values("latest_revision")) | Q(revision__in=submitted.values("revision"))
        return self.filter(waiting | Q(revision__approved_go_live_at__isnull=False), stands=True)


class DraftedTag(models.Model):
    """A tag that a saved version of a model names. It no longer stands when autosave has written the version anew.

    A projection of the versions, so that no draft has to be read to know whether a tag is in use.
    """

    revision = models.ForeignKey(Revision, related_name="+", on_delete=models.CASCADE)
    tag = models.ForeignKey(Keyword, related_name="drafted", on_delete=models.CASCADE)
    stands = models.BooleanField(default=True)

    wagtail_reference_index_ignore = True

    objects = DraftedTagQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["revision", "tag"], name="drafted_tag_once")]

    def __str__(self) -> str:
        return f"{self.tag_id} in {self.revision_id}"


def note_drafted_tags(
    instance: Revision, raw: bool = False, update_fields: Collection[str] | None = None, **kwargs: object
) -> None:
    """Keep the rows of a saved version's tags; a receiver of ``post_save``.

    Only what is written counts: a version that is put on a schedule may hold an older text than the database. Rows
    that are loaded from a file (``raw``) come with their own.
    """
    if raw or (update_fields is not None and "content" not in update_fields):
        return
    tagged = TaggedModel._meta.get_field("content_object").related_model
    if instance.content_type_id != ContentType.objects.get_for_model(tagged).pk:
        return
    named = {item["tag"] for item in instance.content.get(Keyword.page_relation) or ()}
    rows = DraftedTag.objects.filter(revision=instance)
    known = dict(rows.values_list("tag", "stands"))
    for stands in (True, False):
        changed = [tag for tag, stood in known.items() if stood != stands and (tag in named) == stands]
        if changed:
            rows.filter(tag__in=changed).update(stands=stands)
    if new := named - known.keys():
        there = Keyword.objects.filter(pk__in=new).values_list("pk", flat=True)
        DraftedTag.objects.bulk_create(
            [DraftedTag(revision=instance, tag_id=tag) for tag in there], ignore_conflicts=True
        )


def rewrite_revisions(revisions: models.QuerySet[Revision], kept: Mapping[int, int | None]) -> None:
    """Let saved versions of pages name kept tags in place of merged ones: drafts, scheduled ones, ones in workflow.

    They name tags by their keys, and would lose a tag that is gone without a word. ``kept`` has the tag that each
    merged one has become, None for one that is taken out. ``revisions`` are rows of Wagtail's table, in a migration
    too.
    """
    keys = list(revisions.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(keys), REVISIONS_AT_ONCE):
        for revision in revisions.filter(pk__in=keys[start : start + REVISIONS_AT_ONCE]):
            items = revision.content.get("tagged_items") or []
            if any(item["tag"] in kept for item in items):
                by_tag = {kept.get(item["tag"], item["tag"]): item for item in reversed(items)}
                revision.content["tagged_items"] = [
                    item | {"tag": tag} for tag, item in reversed(by_tag.items()) if tag is not None
                ]
                revision.save(update_fields=["content"])

"""Merges tags that are spellings of one name, and takes those out that nobody can see."""

from collections import defaultdict

from django.db import migrations, models
from django.db.models import Count

from operating_models.models.keywords import by_numbers, rewrite_revisions
from operating_models.typed_text import fold, is_visible, tidy_line


def merge_spellings(apps, schema_editor):
    using = schema_editor.connection.alias
    tags = apps.get_model("operating_models", "Keyword").objects.using(using)
    tagged = apps.get_model("operating_models", "TaggedModel").objects.using(using)
    revisions = apps.get_model("wagtailcore", "Revision").objects.using(using)
    of_models = revisions.filter(content_type__app_label="operating_models", content_type__model="operatingmodelpage")
    documents = apps.get_model("search", "Document").objects.using(using)
    spellings = defaultdict(list)
    for tag in tags.annotate(uses=Count("tagged_models")).order_by("-uses", "pk"):
        spellings[fold(tag.name) if is_visible(tag.name) else ""].append(tag)
    become = {tag.pk: kept.pk for folded, (kept, *others) in spellings.items() if folded for tag in others}
    become |= {tag.pk: None for tag in spellings.get("", ())}
    if become:
        rewrite_revisions(of_models, become)
    for folded, (kept, *others) in spellings.items():
        merged = {tag.pk for tag in (others if folded else [kept, *others])}
        pages = set(tagged.filter(tag__in={kept.pk, *merged}).values_list("content_object_id", flat=True))
        if merged:
            have_kept = set(tagged.filter(tag=kept.pk).values_list("content_object_id", flat=True))
            for item in tagged.filter(tag__in=merged).order_by("pk"):
                if folded and item.content_object_id not in have_kept:
                    have_kept.add(item.content_object_id)
                    tagged.filter(pk=item.pk).update(tag=kept.pk)
                else:
                    tagged.filter(pk=item.pk).delete()
            tags.filter(pk__in=merged).delete()
        if folded:
            name = tidy_line(kept.name)
            changed = bool(merged) or name != kept.name or not kept.slug
            tags.filter(pk=kept.pk).update(name=name, folded=folded, slug=kept.slug or by_numbers(name))
        if not folded or changed:
            # The next sweep writes the rows of these pages anew.
            documents.filter(page_id__in=pages).update(recipe="")


class Migration(migrations.Migration):
    dependencies = [
        ("operating_models", "0007_order_of_the_ledger"),
        ("search", "0008_uncompressed"),
        ("wagtailcore", "0097_baselogentry_uuid_action_timestamp_indexes"),
    ]

    operations = [
        migrations.AddField("keyword", "folded", models.CharField(default="", editable=False, max_length=300)),
        migrations.RunPython(merge_spellings, migrations.RunPython.noop),
    ]

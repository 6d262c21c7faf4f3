from django.db import migrations

AT_ONCE = 200


def note_drafted_tags(apps, schema_editor):
    """Make the rows of the versions that are there: without them a tag of a draft alone would count as unused."""
    revisions = apps.get_model("wagtailcore", "Revision").objects
    drafted = apps.get_model("operating_models", "DraftedTag")
    tags = set(apps.get_model("operating_models", "Keyword").objects.values_list("pk", flat=True))
    of_models = revisions.filter(content_type__app_label="operating_models", content_type__model="operatingmodelpage")
    keys = list(of_models.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(keys), AT_ONCE):
        rows = revisions.filter(pk__in=keys[start : start + AT_ONCE]).values_list("pk", "content")
        drafted.objects.bulk_create(
            drafted(revision_id=key, tag_id=tag)
            for key, content in rows
            for tag in {item["tag"] for item in content.get("tagged_items") or ()} & tags
        )


class Migration(migrations.Migration):
    dependencies = [("operating_models", "0016_drafted_tags")]

    operations = [migrations.RunPython(note_drafted_tags, migrations.RunPython.noop)]

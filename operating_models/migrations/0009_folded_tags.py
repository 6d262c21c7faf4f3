"""From here on the database has one tag for all spellings of a name."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("operating_models", "0008_one_tag_a_name")]

    operations = [
        migrations.AlterField("keyword", "folded", models.CharField(editable=False, max_length=300, unique=True)),
    ]

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("search", "0008_uncompressed")]

    operations = [
        migrations.AddField(
            model_name="synonymset",
            name="broader",
            field=models.JSONField(blank=True, null=True, verbose_name="broader concepts"),
        ),
        migrations.AddField(
            model_name="synonymset",
            name="related",
            field=models.JSONField(blank=True, null=True, verbose_name="related concepts"),
        ),
    ]

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("search", "0010_imported_vocabularies"), ("wagtailcore", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="NearVector",
            fields=[
                (
                    "page",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="wagtailcore.page",
                    ),
                ),
                ("model", models.CharField(max_length=200)),
                ("stamp", models.BigIntegerField()),
                ("digest", models.CharField(max_length=32)),
                ("vector", models.BinaryField()),
            ],
        ),
    ]

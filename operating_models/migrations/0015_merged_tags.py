import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("operating_models", "0014_region_inside")]

    operations = [
        migrations.CreateModel(
            name="MergedTag",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slug", models.SlugField(allow_unicode=True, editable=False, max_length=100, unique=True)),
                ("folded", models.CharField(blank=True, db_index=True, editable=False, max_length=300)),
                (
                    "kept",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="merged",
                        to="operating_models.keyword",
                    ),
                ),
            ],
        ),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("operating_models", "0013_title_words"),
    ]

    operations = [
        migrations.AddField(
            model_name="region",
            name="inside_fi",
            field=models.CharField(
                blank=True,
                help_text="Example: Kainuussa, Pirkanmaalla",
                max_length=80,
                verbose_name="“in the region” in Finnish",
            ),
        ),
    ]

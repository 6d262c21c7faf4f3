from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("operating_models", "0006_topic_and_programme_pages"),
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
        migrations.AddField(
            model_name="evidenceassessment",
            name="is_demonstration",
            field=models.BooleanField(default=False, editable=False, verbose_name="made up for demonstration"),
        ),
    ]

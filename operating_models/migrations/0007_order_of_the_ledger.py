from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("operating_models", "0006_topic_and_programme_pages")]

    operations = [
        migrations.AlterModelOptions(
            name="adoptionreport",
            options={
                "ordering": ["-valid_date", "-pk"],
                "verbose_name": "adoption report",
                "verbose_name_plural": "adoption reports",
            },
        ),
    ]

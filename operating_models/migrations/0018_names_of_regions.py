from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("operating_models", "0017_drafted_tags_of_versions")]

    operations = [
        migrations.RenameField(
            model_name="region", old_name="collaborative_area_name", new_name="collaborative_area_name_fi"
        ),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("home", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="SpentBucket",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=64, unique=True)),
                ("full_at", models.DateTimeField(db_index=True)),
            ],
        ),
    ]

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('operating_models', '0003_the_ledger_in_full'),
    ]

    operations = [
        migrations.AddField(
            model_name='operatingmodelpage',
            name='adapted_revision',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='wagtailcore.revision', verbose_name='version of the source'),
        ),
    ]

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('operating_models', '0015_merged_tags'),
        ('wagtailcore', '0098_apitoken'),
    ]

    operations = [
        migrations.CreateModel(
            name='DraftedTag',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('stands', models.BooleanField(default=True)),
                ('revision', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='wagtailcore.revision')),
                ('tag', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='drafted', to='operating_models.keyword')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('revision', 'tag'), name='drafted_tag_once')],
            },
        ),
    ]

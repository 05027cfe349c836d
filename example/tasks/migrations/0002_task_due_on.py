from django.db import migrations, models
from django.db.models import F, OrderBy


class Migration(migrations.Migration):
    dependencies = [('tasks', '0001_initial')]

    operations = [
        migrations.AddField(
            model_name='task',
            name='due_on',
            field=models.DateField(blank=True, null=True, verbose_name='due'),
        ),
        migrations.AlterModelOptions(
            name='task',
            options={'ordering': ['done', OrderBy(F('due_on'), nulls_last=True), '-created_at', '-id']},
        ),
    ]

from datetime import timedelta
from io import StringIO

from django.core.management import call_command
from django.test import TestCase
from django.utils import timezone

from tasks.models import Task


class TaskOrder(TestCase):
    def test_open_first_then_by_due_date_then_undated(self):
        today = timezone.localdate()
        Task.objects.create(title='done', done=True, due_on=today - timedelta(days=9))
        Task.objects.create(title='undated')
        Task.objects.create(title='later', due_on=today + timedelta(days=7))
        Task.objects.create(title='soon', due_on=today)

        self.assertEqual([task.title for task in Task.objects.all()], ['soon', 'later', 'undated', 'done'])


class Overdue(TestCase):
    def test_only_an_open_task_whose_day_has_passed(self):
        today = timezone.localdate()
        yesterday = today - timedelta(days=1)

        self.assertTrue(Task(title='late', due_on=yesterday).overdue)
        self.assertFalse(Task(title='today', due_on=today).overdue)
        self.assertFalse(Task(title='undated').overdue)
        self.assertFalse(Task(title='finished', due_on=yesterday, done=True).overdue)


class Migrations(TestCase):
    def test_the_models_have_no_change_without_a_migration(self):
        said = StringIO()
        try:
            call_command('makemigrations', check=True, dry_run=True, stdout=said)
        except SystemExit:
            self.fail(f'A migration is missing:\n{said.getvalue()}')
        self.assertIn('No changes detected', said.getvalue())

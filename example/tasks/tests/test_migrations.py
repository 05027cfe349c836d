from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.test import TransactionTestCase


class AddDueDate(TransactionTestCase):
    def tearDown(self):
        migrate('0002_task_due_on')

    def test_tasks_of_the_first_release_are_kept_without_a_due_date(self):
        old = migrate('0001_initial')
        old.get_model('tasks', 'Task').objects.create(title='from the first release', done=True)

        new = migrate('0002_task_due_on')

        task = new.get_model('tasks', 'Task').objects.get()
        self.assertEqual((task.title, task.done, task.due_on), ('from the first release', True, None))

    def test_the_way_back_keeps_the_tasks(self):
        new = migrate('0002_task_due_on')
        new.get_model('tasks', 'Task').objects.create(title='dated', due_on='2030-01-31')

        old = migrate('0001_initial')

        self.assertEqual(old.get_model('tasks', 'Task').objects.get().title, 'dated')


def migrate(name):
    """Brings the database to a migration of `tasks`, forward or back, and returns the models as they were then."""
    executor = MigrationExecutor(connection)
    executor.migrate([('tasks', name)])
    return MigrationExecutor(connection).loader.project_state(('tasks', name)).apps

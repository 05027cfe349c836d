from unittest import mock

from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import TestCase


class Health(TestCase):
    def test_is_healthy_with_a_database_that_is_up_to_date(self):
        response = self.client.get('/health/')

        self.assertEqual((response.status_code, response.json()), (200, {'status': 'ok'}))
        self.assertIn('no-store', response['Cache-Control'])

    def test_names_the_migrations_that_are_missing(self):
        MigrationRecorder(connection).record_unapplied('tasks', '0002_task_due_on')

        response = self.client.get('/health/')

        self.assertEqual(response.status_code, 503)
        self.assertEqual(response.json()['reason'], 'Migrations are not applied: tasks.0002_task_due_on')

    def test_a_database_of_a_newer_release_is_fine(self):
        MigrationRecorder(connection).record_applied('tasks', '0003_of_a_newer_release')

        self.assertEqual(self.client.get('/health/').status_code, 200)

    def test_says_why_the_database_does_not_answer(self):
        with mock.patch.object(connection, 'cursor', side_effect=OperationalError('disk I/O error')):
            response = self.client.get('/health/')

        self.assertEqual(response.status_code, 503)
        self.assertEqual(response.json()['reason'], 'The database does not answer: disk I/O error')

from datetime import date

from django.test import TestCase
from django.urls import reverse

from tasks.models import Task


class Collection(TestCase):
    def test_lists_all_tasks(self):
        Task.objects.create(title='Buy milk', due_on=date(2030, 1, 31))

        tasks = self.client.get('/api/tasks/').json()['tasks']

        self.assertEqual(
            [(task['title'], task['done'], task['due_on']) for task in tasks], [('Buy milk', False, '2030-01-31')]
        )

    def test_creates_a_task_that_can_be_read_where_the_answer_says(self):
        response = self.client.post(
            '/api/tasks/', {'title': ' Buy milk ', 'due_on': '2030-01-31'}, content_type='application/json'
        )

        self.assertEqual(response.status_code, 201)
        self.assertEqual(self.client.get(response['Location']).json(), response.json())
        self.assertEqual(Task.objects.get().title, 'Buy milk')

    def test_says_what_is_wrong_with_each_field_and_saves_nothing(self):
        for body, field in [
            ({}, 'title'),
            ({'title': '  '}, 'title'),
            ({'title': 'x' * 201}, 'title'),
            ({'title': 7}, 'title'),
            ({'title': 'x', 'due_on': '31.1.2030'}, 'due_on'),
            ({'title': 'x', 'done': 'yes'}, 'done'),
            ({'title': 'x', 'colour': 'red'}, 'colour'),
            ([], 'body'),
        ]:
            with self.subTest(body):
                response = self.client.post('/api/tasks/', body, content_type='application/json')
                self.assertEqual(response.status_code, 400)
                self.assertEqual(list(response.json()['errors']), [field])
        self.assertFalse(Task.objects.exists())

    def test_refuses_what_is_not_json(self):
        broken = self.client.post('/api/tasks/', '{"title":', content_type='application/json')
        self.assertEqual(broken.status_code, 400)

        # What a form of another site could send: there is no CSRF token, so the content type is the guard.
        form = self.client.post('/api/tasks/', '{"title": "x"}', content_type='text/plain')
        self.assertEqual(form.status_code, 415)
        self.assertFalse(Task.objects.exists())


class Item(TestCase):
    def setUp(self):
        self.task = Task.objects.create(title='Buy milk', due_on=date(2030, 1, 31))
        self.url = reverse('api-task', args=[self.task.pk])

    def test_changes_only_the_fields_that_are_sent(self):
        response = self.client.patch(self.url, {'done': True}, content_type='application/json')

        self.assertEqual(response.status_code, 200)
        self.task.refresh_from_db()
        self.assertEqual((self.task.title, self.task.done, self.task.due_on), ('Buy milk', True, date(2030, 1, 31)))

    def test_takes_a_due_date_away(self):
        self.client.patch(self.url, {'due_on': None}, content_type='application/json')

        self.task.refresh_from_db()
        self.assertIsNone(self.task.due_on)

    def test_deletes_a_task_and_answers_not_found_in_json_from_then_on(self):
        self.assertEqual(self.client.delete(self.url).status_code, 204)

        response = self.client.get(self.url)
        self.assertEqual(response.status_code, 404)
        self.assertIn('errors', response.json())
        self.assertFalse(Task.objects.exists())

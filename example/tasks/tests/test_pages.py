from datetime import date

from django.test import Client, TestCase
from django.urls import reverse

from tasks.models import Task


class TaskList(TestCase):
    def test_shows_the_tasks_and_how_many_are_open(self):
        Task.objects.create(title='Buy milk', due_on=date(2000, 1, 31))
        Task.objects.create(title='Call Ada', done=True)

        response = self.client.get(reverse('task-list'))

        self.assertContains(response, 'Buy milk')
        self.assertContains(response, 'Overdue since 31 January 2000')
        self.assertContains(response, 'Call Ada')
        self.assertContains(response, '1 open')

    def test_filters_by_state_and_ignores_an_unknown_filter(self):
        Task.objects.create(title='Buy milk')
        Task.objects.create(title='Call Ada', done=True)

        self.assertNotContains(self.client.get('/?show=open'), 'Call Ada')
        self.assertNotContains(self.client.get('/?show=done'), 'Buy milk')
        self.assertContains(self.client.get('/?show=nonsense'), 'Buy milk')

    def test_a_title_cannot_inject_markup(self):
        Task.objects.create(title='<script>alert(1)</script>')

        response = self.client.get(reverse('task-list'))

        self.assertNotContains(response, '<script>')
        self.assertContains(response, '&lt;script&gt;')

    def test_brings_its_own_style_sheet(self):
        self.assertContains(self.client.get('/'), '/static/tasks/app.css')

        sheet = self.client.get('/static/tasks/app.css')

        self.assertIn('.tasks', b''.join(sheet).decode())
        self.assertEqual((sheet.status_code, sheet['Content-Type']), (200, 'text/css; charset="utf-8"'))


class AddTask(TestCase):
    def test_adds_a_task_and_returns_to_the_list_as_it_was_filtered(self):
        response = self.client.post(
            reverse('task-add'), {'title': '  Buy milk ', 'due_on': '2030-01-31', 'next': '/?show=open'}
        )

        self.assertRedirects(response, '/?show=open')
        task = Task.objects.get()
        self.assertEqual((task.title, task.due_on, task.done), ('Buy milk', date(2030, 1, 31), False))

    def test_an_empty_title_and_a_wrong_date_are_explained_and_nothing_is_saved(self):
        response = self.client.post(reverse('task-add'), {'title': '   ', 'due_on': 'tomorrow'})

        self.assertContains(response, 'Task: This field is required', status_code=422)
        self.assertContains(response, 'Due: Enter a valid date', status_code=422)
        self.assertFalse(Task.objects.exists())

    def test_never_redirects_to_another_site(self):
        response = self.client.post(reverse('task-add'), {'title': 'Buy milk', 'next': 'https://elsewhere.example/'})

        self.assertRedirects(response, '/')

    def test_a_form_of_another_site_is_refused(self):
        response = Client(enforce_csrf_checks=True).post(reverse('task-add'), {'title': 'Buy milk'})

        self.assertEqual(response.status_code, 403)
        self.assertFalse(Task.objects.exists())


class ToggleTask(TestCase):
    def test_sets_the_state_that_was_asked_for_even_when_sent_twice(self):
        task = Task.objects.create(title='Buy milk')

        for _ in range(2):
            self.client.post(reverse('task-toggle', args=[task.pk]), {'done': '1'})
        task.refresh_from_db()
        self.assertTrue(task.done)

        self.client.post(reverse('task-toggle', args=[task.pk]), {'done': '0'})
        task.refresh_from_db()
        self.assertFalse(task.done)


class DeleteTask(TestCase):
    def test_deletes_only_that_task_and_only_by_post(self):
        task = Task.objects.create(title='Buy milk')
        Task.objects.create(title='Call Ada')
        url = reverse('task-delete', args=[task.pk])

        self.assertEqual(self.client.get(url).status_code, 405)
        self.assertRedirects(self.client.post(url), '/')
        self.assertEqual([task.title for task in Task.objects.all()], ['Call Ada'])
        self.assertEqual(self.client.post(url).status_code, 404)

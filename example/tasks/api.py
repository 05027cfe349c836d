"""
The JSON API.

    GET    /api/tasks/       {"tasks": [task, ...]}
    POST   /api/tasks/       title, optional done and due_on  -> 201, task, Location
    GET    /api/tasks/<id>/  task
    PATCH  /api/tasks/<id>/  any of title, done, due_on       -> task
    DELETE /api/tasks/<id>/                                   -> 204

Errors are {"errors": {field: [message, ...]}}, those that concern no single field under "body".
"""

import json
from http import HTTPStatus

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from tasks.models import Task

FIELD_TYPES = {'title': str, 'done': bool, 'due_on': str | None}


class BadRequest(Exception):
    def __init__(self, errors: dict[str, list[str]], status: HTTPStatus = HTTPStatus.BAD_REQUEST):
        super().__init__(errors)
        self.errors = errors
        self.status = status


# No CSRF token: the API knows no session, and a foreign site cannot send application/json without asking first (CORS).
@csrf_exempt
@require_http_methods(['GET', 'POST'])
def collection(request: HttpRequest) -> HttpResponse:
    if request.method == 'GET':
        return JsonResponse({'tasks': [_as_json(task) for task in Task.objects.all()]})
    try:
        task = _save(Task(), _fields(request))
    except BadRequest as problem:
        return _errors(problem)
    location = reverse('api-task', args=[task.pk])
    return JsonResponse(_as_json(task), status=HTTPStatus.CREATED, headers={'Location': location})


@csrf_exempt
@require_http_methods(['GET', 'PATCH', 'DELETE'])
def item(request: HttpRequest, pk: int) -> HttpResponse:
    task = Task.objects.filter(pk=pk).first()
    if task is None:
        return _errors(BadRequest({'body': [f'There is no task {pk}.']}, HTTPStatus.NOT_FOUND))
    if request.method == 'DELETE':
        task.delete()
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    if request.method == 'PATCH':
        try:
            _save(task, _fields(request))
        except BadRequest as problem:
            return _errors(problem)
    return JsonResponse(_as_json(task))


def _as_json(task: Task) -> dict:
    return {
        'id': task.pk,
        'title': task.title,
        'done': task.done,
        'due_on': task.due_on.isoformat() if task.due_on else None,
        'created_at': task.created_at.isoformat(),
    }


def _fields(request: HttpRequest) -> dict:
    """The body's fields, each of the right JSON type. Raises BadRequest."""
    if request.content_type != 'application/json':
        raise BadRequest({'body': ['Send application/json.']}, HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    try:
        fields = json.loads(request.body)
    except ValueError:
        raise BadRequest({'body': ['This is not valid JSON.']}) from None
    if not isinstance(fields, dict):
        raise BadRequest({'body': ['Send a JSON object.']})

    errors = {}
    for name, value in fields.items():
        if name not in FIELD_TYPES:
            errors[name] = ['There is no such field.']
        elif not isinstance(value, FIELD_TYPES[name]):
            errors[name] = ['This has the wrong type.']
    if errors:
        raise BadRequest(errors)
    return fields


def _save(task: Task, fields: dict) -> Task:
    """Sets the fields and saves a task that is valid. Raises BadRequest."""
    if 'title' in fields:
        task.title = fields['title'].strip()
    if 'done' in fields:
        task.done = fields['done']
    if 'due_on' in fields:
        task.due_on = fields['due_on'] or None
    try:
        task.full_clean()
    except ValidationError as problem:
        raise BadRequest(problem.message_dict) from None
    task.save()
    return task


def _errors(problem: BadRequest) -> HttpResponse:
    return JsonResponse({'errors': problem.errors}, status=problem.status)

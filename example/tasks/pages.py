"""The pages. Each change is a POST followed by a redirect, so that reloading a page repeats nothing."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from tasks.forms import TaskForm
from tasks.models import Task

FILTERS = {'all': {}, 'open': {'done': False}, 'done': {'done': True}}


@require_safe
def task_list(request: HttpRequest) -> HttpResponse:
    return _page(request, TaskForm())


@require_POST
def add_task(request: HttpRequest) -> HttpResponse:
    form = TaskForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    form.save()
    return _back(request)


@require_POST
def toggle_task(request: HttpRequest, pk: int) -> HttpResponse:
    task = get_object_or_404(Task, pk=pk)
    # The form says which state it asks for: a double click, or two people at once, then mean the same thing.
    task.done = request.POST.get('done') == '1'
    task.save(update_fields=['done'])
    return _back(request)


@require_POST
def delete_task(request: HttpRequest, pk: int) -> HttpResponse:
    get_object_or_404(Task, pk=pk).delete()
    return _back(request)


def _page(request: HttpRequest, form: TaskForm, status: int = 200) -> HttpResponse:
    show = request.GET.get('show')
    if show not in FILTERS:
        show = 'all'
    context = {
        'form': form,
        'show': show,
        'filters': list(FILTERS),
        'tasks': Task.objects.filter(**FILTERS[show]),
        'open_count': Task.objects.filter(done=False).count(),
    }
    return render(request, 'tasks/list.html', context, status=status)


def _back(request: HttpRequest) -> HttpResponse:
    """Redirects to the list as it was filtered. The address comes from the form, so it must be one of this site."""
    target = request.POST.get('next', '')
    if url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        return redirect(target)
    return redirect('task-list')

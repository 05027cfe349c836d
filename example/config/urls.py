from django.urls import path

from tasks import api, health, pages

urlpatterns = [
    path('', pages.task_list, name='task-list'),
    path('tasks/add/', pages.add_task, name='task-add'),
    path('tasks/<int:pk>/toggle/', pages.toggle_task, name='task-toggle'),
    path('tasks/<int:pk>/delete/', pages.delete_task, name='task-delete'),
    path('api/tasks/', api.collection, name='api-tasks'),
    path('api/tasks/<int:pk>/', api.item, name='api-task'),
    path('health/', health.health, name='health'),
]

from django import forms

from tasks.models import Task


class TaskForm(forms.ModelForm):
    class Meta:
        model = Task
        fields = ['title', 'due_on']
        labels = {'title': 'Task', 'due_on': 'Due'}
        widgets = {
            'title': forms.TextInput(attrs={'placeholder': 'What needs doing?', 'autocomplete': 'off'}),
            'due_on': forms.DateInput(attrs={'type': 'date'}, format='%Y-%m-%d'),
        }

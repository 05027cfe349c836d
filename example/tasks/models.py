from django.db import models
from django.db.models import F
from django.utils import timezone


class Task(models.Model):
    title = models.CharField(max_length=200)
    done = models.BooleanField(default=False)
    due_on = models.DateField('due', null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        # Open before done, what is due first on top, undated last, then the newest.
        ordering = ['done', F('due_on').asc(nulls_last=True), '-created_at', '-id']

    def __str__(self):
        return self.title

    @property
    def overdue(self) -> bool:
        """Whether the task is open though its day has passed; a task that is due today is not overdue yet."""
        return not self.done and self.due_on is not None and self.due_on < timezone.localdate()

"""What the probes and the release test ask: can this process serve, with this database, as it is now?"""

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe


@never_cache
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    reason = problem()
    if reason:
        return JsonResponse({'status': 'unhealthy', 'reason': reason}, status=503)
    return JsonResponse({'status': 'ok'})


def problem() -> str | None:
    """Why the application cannot serve, None if it can."""
    try:
        with connection.cursor() as cursor:
            cursor.execute('SELECT 1')
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as error:
        return f'The database does not answer: {error}'
    if plan:
        # Migrations of a newer release than this one are no obstacle: only what this code needs counts.
        missing = ', '.join(f'{migration.app_label}.{migration.name}' for migration, _ in plan)
        return f'Migrations are not applied: {missing}'
    return None

"""Serves what runserver serves: the application named in WSGI_APPLICATION, or else Django's default."""

from django.core.servers.basehttp import get_internal_wsgi_application

application = get_internal_wsgi_application()

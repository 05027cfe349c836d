"""Exits 1 when the database lacks a migration that this image carries."""
import sys

from django.core.management import call_command

try:
    call_command("migrate", check_unapplied=True, verbosity=0)
except SystemExit:
    call_command("showmigrations", format="plan")
    sys.exit("FAILED: the database lacks a migration of this image")
print("every migration is applied")

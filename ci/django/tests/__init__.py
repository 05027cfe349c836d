"""`python3 -m unittest` in ci/django. Needs no package; what concerns Django or gunicorn itself is skipped where they are missing."""

import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(FOLDER), str(FOLDER / 'install')]

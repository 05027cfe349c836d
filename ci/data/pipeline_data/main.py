"""The command line. The last line is `data: ` and JSON; exit code 3 tells a problem that was foreseen."""

from __future__ import annotations

import argparse
import json
import time
from typing import Any, Callable, Dict, List

from pipeline_data.compare import differences
from pipeline_data.locate import locate
from pipeline_data.problems import Problem, foreseen
from pipeline_data.restore import restore
from pipeline_data.snapshots import drill, listed, prune, take

FORESEEN = 3

COMMANDS: Dict[str, Callable[[Any], Dict[str, Any]]] = {
    'backup': lambda a: take(a.database, a.into, a.id, a.timeout, a.live, a.extra_json),
    'compare': lambda a: differences(getattr(a, 'from'), a.to, a.timeout),
    'restore': lambda a: restore(a.database, getattr(a, 'from'), a.keep, a.timeout, a.baseline, a.max_lost_writes),
    'list': lambda a: listed(a.dir),
    'prune': lambda a: prune(a.dir, a.keep, a.max_bytes, a.never),
    'drill': lambda a: drill(a.dir, a.id, a.temporary),
    'locate': lambda a: locate(),
}


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog='data', allow_abbrev=False)
    commands = top.add_subparsers(dest='command', required=True)
    for name in COMMANDS:
        one = commands.add_parser(name, allow_abbrev=False)

        def option(*names: str, **settings: Any) -> None:
            one.add_argument(*names, **{'required': True, **settings})

        if name in ('backup', 'restore'):
            option('--database')
        if name in ('backup', 'restore', 'compare'):
            option('--timeout', type=float, default=30, required=False, help='seconds to wait for a lock')
        if name == 'backup':
            option('--into')
            option('--id')
            option('--extra-json', type=json.loads, required=False)
            option('--live', action='store_true', required=False)
        if name in ('compare', 'restore'):
            option('--from')
        if name == 'compare':
            option('--to')
        if name == 'restore':
            option('--keep')
            option('--baseline', required=False)
            option('--max-lost-writes', type=int, default=0, required=False)
        if name in ('list', 'prune', 'drill'):
            option('--dir')
        if name == 'prune':
            option('--keep', type=int)
            option('--max-bytes', type=int, required=False)
            option('--never', nargs='*', default=[], required=False)
        if name == 'drill':
            option('--id', required=False)
            option('--temporary', required=False)
    return top


def main(arguments: List[str]) -> int:
    asked = parser().parse_args(arguments)
    began = time.monotonic()
    code = 0
    try:
        with foreseen(asked.command):
            result = COMMANDS[asked.command](asked)
    except Problem as problem:
        print(problem, flush=True)
        result, code = {'problem': str(problem), 'kind': problem.kind, **problem.facts}, FORESEEN
    print(f'{asked.command} took {time.monotonic() - began:.2f} s')
    print('data: ' + json.dumps(result), flush=True)
    return code

import type { Files } from '../../../app/files.ts';
import { PipelineError } from '../../../core/errors.ts';

/** A source made of texts by path, for detection. */
export function sources(texts: Record<string, string>): Files {
  return {
    paths: Object.keys(texts),
    read(path) {
      const text = texts[path];
      if (text === undefined) throw new Error(`${path} was read and is not there`);
      return text;
    },
  };
}

/** What `django-admin startproject` writes into manage.py, as far as it matters. */
export function manage(settings = 'shop.settings'): string {
  return [
    '#!/usr/bin/env python',
    '"""Django\'s command-line utility for administrative tasks."""',
    'import os',
    'def main():',
    `    os.environ.setdefault('DJANGO_SETTINGS_MODULE', '${settings}')`,
  ].join('\n');
}

/** The PipelineError that a call ends with. */
export function thrownBy(call: () => unknown): PipelineError {
  try {
    call();
  } catch (error) {
    if (error instanceof PipelineError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

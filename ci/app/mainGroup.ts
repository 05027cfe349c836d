import { type Table, table } from './toml.ts';

/** As in ci/django/install/project.py. */
const names = ['main', 'default', 'base', 'prod', 'production', 'runtime'];

/**
 * The group of dependencies that an app runs with, where its pyproject.toml describes no project and has groups alone.
 * @returns its entries: requirements, and tables that include other groups
 */
export function mainGroup(pyproject: Table | null): readonly unknown[] | null {
  const groups = table(pyproject, 'project') ? null : table(pyproject, 'dependency-groups');
  return names.map((name) => groups?.[name]).find(Array.isArray) ?? null;
}

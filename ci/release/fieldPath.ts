/** A step from a value to a part of it: a field, or an item of a list, with what the step is called. */
export type Step = { field: string } | { item: unknown; label: string };

export type Path = readonly Step[];

/** Such as `spec.template.spec.containers[web].image`. */
export function pathText(path: Path): string {
  return path
    .map((step) => {
      if ('item' in step) return `[${step.label}]`;
      return /^[\w-]+$/.test(step.field) ? `.${step.field}` : `[${step.field}]`;
    })
    .join('')
    .replace(/^\./, '');
}

/** A copy of plain JSON as an object, and nothing of anything else. */
export function fieldsOf(value: unknown): Record<string, unknown> {
  return isObject(value) ? value : {};
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

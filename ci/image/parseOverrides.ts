/**
 * Reads what `python -m pipeline_django` prints.
 * @param json `[{"setting": "DEBUG", "why": "was on"}]`
 * @returns `DEBUG: was on`, an entry each
 */
export function parseOverrides(json: string): string[] {
  const found: unknown = JSON.parse(json);
  if (!Array.isArray(found)) return [];
  return found.map(({ setting, why }: Record<string, unknown>) => `${String(setting)}: ${String(why)}`);
}

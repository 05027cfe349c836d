const unit = { s: 1, m: 60, h: 3600 } as const;

/**
 * Reads a length of time such as 90, 90s, 5m, 1h or 1h30m.
 * @returns whole seconds, or undefined when the text is no duration or is zero
 */
export function duration(text: string): number | undefined {
  const found = /^(?:(\d{1,6})|(?:(\d{1,4})h)?(?:(\d{1,5})m)?(?:(\d{1,6})s)?)$/.exec(text.trim());
  if (!found) return undefined;
  const [, plain, hours, minutes, seconds] = found.map((part) => Number(part ?? 0));
  const total = (plain ?? 0) + (hours ?? 0) * unit.h + (minutes ?? 0) * unit.m + (seconds ?? 0) * unit.s;
  return total > 0 ? total : undefined;
}

/** What Kubernetes calls a DNS-1123 label; Helm's release names follow it too. */
const label = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;

/** @returns what is wrong with the name, or undefined when it is good */
export function nameProblem(name: string, longest: number): string | undefined {
  if (name.length > longest) return `has ${name.length} characters, and at most ${longest} are allowed`;
  if (!label.test(name)) return 'must be lower-case letters, digits and hyphens, with a letter or digit at both ends';
  return undefined;
}

/**
 * A name for the application from the last part of its source: `https://host/acme/My_Shop.git` → `my-shop`.
 * It starts with a letter, because the Service is named after it and a Service's name must.
 */
export function nameFrom(source: string): string {
  const last =
    source
      .replace(/[/\\]+$/, '')
      .split(/[/\\:]/)
      .at(-1) ?? '';
  const slug = last
    .replace(/\.git$/, '')
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  const named = /^[a-z]/.test(slug) ? slug : `app-${slug}`;
  return named.slice(0, longestName).replace(/-+$/, '');
}

/** Room for what the chart appends to the name: Kubernetes ends names at 63. */
export const longestName = 40;

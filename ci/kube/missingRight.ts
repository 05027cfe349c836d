/** Kubernetes' words for "you may not", the same in every client; inside JSON the quotes are escaped. */
const refusal =
  /User \\*"([^"\\]+)\\*" cannot (\S+) resource \\*"([^"\\]+)\\*" in API group \\*"([^"\\]*)\\*" (?:in the namespace \\*"([^"\\]+)\\*"|at the cluster scope)/;

/**
 * Finds the right that somebody lacks in what the API server says, or Helm after it. A pod that PodSecurity or a quota refuses is
 * forbidden, too, and no matter of rights.
 * @returns who may not do what and where; null when the text is about something else
 */
export function missingRight(text: string): string | null {
  const found = refusal.exec(text);
  if (!found) return null;
  const [, user, verb, resource, group, namespace] = found;
  const where = namespace ? `in namespace ${namespace}` : 'in the cluster as a whole';
  return `${user} may not ${verb} ${resource}${group && `.${group}`} ${where}`;
}

/** One way to break a template. */
export interface Mutant {
  /** Line number, from 1. */
  line: number;
  /** The line as it is, and as it becomes; empty when it is left out. */
  from: string;
  to: string;
}

/** What is replaced, one occurrence at a time. */
const replacements: readonly [RegExp, (found: string, ...groups: string[]) => string][] = [
  // Conditions the other way round.
  [/(\{\{-? (?:else )?if )(.+?)( -?\}\})/g, (_, before, condition, after) => `${before}not (${condition})${after}`],
  // What is done with each or with something is never done.
  [/(\{\{-? with )(.+?)( -?\}\})/g, (_, before, value, after) => `${before}(and false (${value}))${after}`],
  [
    /(\{\{-? range )((?:\$\w+(?:, \$\w+)? := )?)(.+?)( -?\}\})/g,
    (_, before, variables, _value, after) => `${before}${variables}list${after}`,
  ],
  [/(?<=[({] ?-? ?|\bif |:= |\()and (?=[.($])/g, () => 'or '],
  [/(?<=[({] ?-? ?|\bif |:= |\()or (?=[.($])/g, () => 'and '],
  [/\beq (?=[.("$])/g, () => 'ne '],
  [/\bne (?=[.("$])/g, () => 'eq '],
  [/\bgt (?=[.("$])/g, () => 'lt '],
  // A step of a pipeline is left out.
  [
    / \| (?!nindent|indent|toYaml|fromYaml)[a-zA-Z]+(?: (?:"[^"]*"|\((?:[^()]|\([^()]*\))*\)|[^\s|(){}"]+))*(?=[ )]|$)/g,
    () => '',
  ],
];

/**
 * All ways to break a template in one place: each condition, loop and step of a pipeline, and each line of output.
 * Comments stay as they are.
 */
export function mutants(template: string): Mutant[] {
  const code = template.replace(/\{\{-? ?\/\*[\s\S]*?\*\/ ?-?\}\}/g, (comment) => comment.replace(/[^\n]/g, '\0'));
  return code.split('\n').flatMap((line, index) => {
    if (line.includes('\0') || line.trim() === '') return [];
    const changed = replacements.flatMap(([pattern, replace]) =>
      [...line.matchAll(pattern)].map((found) => {
        const to = replace(...(found as unknown as [string, ...string[]]));
        return `${line.slice(0, found.index)}${to}${line.slice(found.index + found[0].length)}`;
      }),
    );
    // A line that opens or closes a block cannot be missing.
    const block = /\{\{-? (?:if|else|with|range|define|end)\b/.test(line);
    return [...changed, ...(block ? [] : [''])].map((to) => ({ line: index + 1, from: line, to }));
  });
}

/**
 * Whether what helm-unittest printed says that a break left no template at all, such as one that uses a variable which no
 * line declares any more. That any suite would notice, so it says nothing of the suites.
 */
export function isNoTemplate(output: string): boolean {
  return /\bparse error at \(/.test(output);
}

/** The template with one line changed. */
export function mutated(template: string, { line, to }: Mutant): string {
  return template
    .split('\n')
    .map((each, index) => (index + 1 === line ? to : each))
    .join('\n');
}

import { kebab, type OptionName, optionNames, options, variable } from '../../config/options.ts';
import { cell, table } from './tables.ts';

/** Every setting as Markdown: a table for each group of the help. */
export function optionsTable(): string {
  const groups = [...new Set(optionNames.map((name) => options[name].group))];
  return groups
    .map((group) => {
      const names = optionNames.filter((name) => options[name].group === group);
      return `### ${group}\n\n${table(['Flag', 'Variable', 'What'], names.map(row))}`;
    })
    .join('\n\n');
}

function row(name: OptionName): string[] {
  const { describe, value } = options[name];
  return [`\`--${kebab(name)}\` ${cell(value)}`, `\`${variable(name)}\``, cell(describe)];
}

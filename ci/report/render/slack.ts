import type { IncomingWebhookSendArguments } from '@slack/webhook';
import type { Report } from '../../core/report.ts';
import { evidence, keyFacts } from './message.ts';
import { verdict } from './verdict.ts';

type Blocks = NonNullable<IncomingWebhookSendArguments['blocks']>;

/** Slack refuses a whole message when one part is longer than this (characters, and elements of a list). */
export const limits = { header: 150, section: 3000, fields: 10, field: 2000, context: 10, url: 3000 } as const;

/** The one message about a run, for a Slack webhook. `text` is what phones show in a notification. */
export function slackBlocks(report: Report): { text: string; blocks: Blocks } {
  const { mark, sentence } = verdict(report);
  const title = `${mark} ${sentence}`;
  const blocks: Blocks = [
    { type: 'header', text: { type: 'plain_text', text: clampText(title, limits.header), emoji: false } },
    ...facts(keyFacts(report)),
  ];
  if (report.failure) {
    const cause = clampMarkup(`${report.failure.message}`, 700);
    const fix = clampMarkup(report.failure.fix, 700);
    blocks.push(section(`*Cause*\n${cause}`));
    const lines = evidence(report).join('\n').replaceAll('```', "'''");
    if (lines) blocks.push(section(`\`\`\`${clampMarkup(lines, limits.section - 6)}\`\`\``));
    blocks.push(section(`*To do*\n${fix}`));
  }
  if (report.notes.length > 0) {
    const shown = report.notes.slice(0, limits.context);
    blocks.push({ type: 'context', elements: shown.map((note) => ({ type: 'mrkdwn', text: clampMarkup(note, 300) })) });
  }
  const url = report.buildUrl ?? '';
  if (/^https?:\/\//.test(url) && url.length <= limits.url)
    blocks.push({
      type: 'actions',
      elements: [{ type: 'button', text: { type: 'plain_text', text: 'Build log' }, url }],
    });
  return { text: clampMarkup(title, limits.section), blocks };
}

/** In as many sections as are needed: one holds only so many fields. */
function facts(pairs: readonly [label: string, value: string][]): Blocks {
  const fields = pairs.map(([label, value]) => ({
    type: 'mrkdwn' as const,
    text: `*${label}*\n${clampMarkup(value, limits.field - label.length - 3)}`,
  }));
  const sections = Array.from(
    { length: Math.ceil(fields.length / limits.fields) },
    (_, index) => index * limits.fields,
  );
  return sections.map((start) => ({ type: 'section', fields: fields.slice(start, start + limits.fields) }));
}

function section(text: string): Blocks[number] {
  return { type: 'section', text: { type: 'mrkdwn', text } };
}

/** Cuts plain text to a number of characters, never in the middle of one. */
export function clampText(text: string, longest: number): string {
  return cut(text, longest, (character) => character);
}

/** Escapes text for Slack's markup and cuts it so that the escaped text fits: `<!channel>` in a commit's subject calls nobody. */
export function clampMarkup(text: string, longest: number): string {
  return cut(text, longest, (character) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[character] ?? character);
}

function cut(text: string, longest: number, write: (character: string) => string): string {
  const written = Array.from(text, write);
  if (written.join('').length <= longest) return written.join('');
  let kept = '';
  for (const part of written) {
    if (kept.length + part.length > longest - 1) break;
    kept += part;
  }
  return `${kept}…`;
}

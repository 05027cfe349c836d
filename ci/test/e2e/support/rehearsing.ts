import * as assert from 'uvu/assert';
import type { Context } from '../../../core/context.ts';
import type { Rehearsal } from '../../../core/report.ts';
import type { PreparedSource } from '../../../source/prepareSource.ts';
import { build } from '../../../stages/build.ts';
import { publish } from '../../../stages/publish.ts';
import { rehearse } from '../../../stages/rehearse.ts';
import { source } from '../../../stages/source.ts';
import type { Delivered } from './deliver.ts';

export type Work = (ctx: Context, prepared: PreparedSource) => Promise<void>;

/** What comes before is no matter of these tests, nor what comes after. */
export async function onlyRehearsed(ctx: Context, prepared: PreparedSource): Promise<void> {
  const from = await source(ctx, prepared);
  await rehearse(ctx, from, await publish(ctx, from, await build(ctx, from)), () => {});
}

/** What a rehearsal found, which passed. */
export function found({ report, exitCode }: Delivered): Omit<Rehearsal, 'ms'> | undefined {
  assert.is(exitCode, 0, [report.failure?.message, ...(report.failure?.details ?? [])].join('\n'));
  const { ms: _, ...rest } = report.rehearsal as Rehearsal;
  return rest;
}

import { createWriteStream, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Context } from '../../../core/context.ts';
import { root } from '../../../core/program.ts';
import { withSession } from '../../../dagger/session.ts';
import { engine } from '../../../targets/engine.ts';
import { log } from './shared.ts';

const folder = join(root, 'reports/e2e');

/** A session without a cluster, for what needs none: the embedded cluster is lent to one session at a time. */
export async function engineSession<T>(
  work: (ctx: Pick<Context, 'dag' | 'images' | 'ensureImage'>) => Promise<T>,
): Promise<T> {
  const found = await engine(process.env, log, new AbortController().signal);
  const { images, ensureImage } = found;
  mkdirSync(folder, { recursive: true });
  const output = createWriteStream(join(folder, 'engine-alone.log'), { flags: 'a' });
  return withSession(found, output, (dag) => work({ dag, images, ensureImage }));
}

import { realFacts } from '../../../config/facts.ts';
import { readConfig } from '../../../config/readConfig.ts';
import type { Context } from '../../../core/context.ts';
import { loadSource, type Source } from '../../../source/loadSource.ts';
import { prepareSource } from '../../../source/prepareSource.ts';
import { log } from './shared.ts';

/** An app as the stages after the first have it. */
export async function loadApp({ dag }: Pick<Context, 'dag'>, folder: string): Promise<Source> {
  const config = readConfig(['--source', folder], {}, undefined, realFacts({}));
  const prepared = await prepareSource({ config, log, signal: new AbortController().signal });
  return loadSource(dag, prepared);
}

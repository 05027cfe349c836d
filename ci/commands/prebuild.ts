import type { Context } from '../core/context.ts';
import { loadChart } from '../helm/chart.ts';
import { missingDependencies } from '../helm/dependencies.ts';
import { appContainers, runtimeImage } from '../image/appContainers.ts';
import { lintDockerfile } from '../lint/lintDockerfile.ts';
import { testChart } from '../lint/testChart.ts';
import { loadSource } from '../source/loadSource.ts';
import type { PreparedSource } from '../source/prepareSource.ts';

/**
 * Has the engine do, while an embedded cluster starts, what the first stages are going to ask it for and what needs no cluster: they
 * find it done. Nothing of it is told; what fails is asked for, and fails, once more in its stage.
 * @returns never rejects
 */
export async function prebuild(
  { dag, config, images }: Pick<Context, 'dag' | 'config' | 'images'>,
  prepared: PreparedSource,
): Promise<void> {
  const app = async () => {
    const source = await loadSource(dag, prepared);
    const containers = appContainers({ dag, images }, source);
    const build = async () => {
      await containers.test.sync();
      await (await runtimeImage(containers)).sync();
    };
    await Promise.allSettled([build(), lintDockerfile({ dag, images }, source)]);
  };
  const chart = async () => {
    // Fetched once in a run, and then by its stage.
    if (missingDependencies(config.chart).length > 0) return;
    await testChart({ dag, config, images }, await loadChart({ dag, config, images }));
  };
  await Promise.allSettled([app(), chart()]);
}

import * as assert from 'uvu/assert';
import { parseCommand } from '../../../cli/parseCommand.ts';
import { catalogue, type ErrorCode, PipelineError } from '../../../core/errors.ts';
import { asInvoked, packed } from '../../../core/program.ts';
import { describe } from '../../harness.ts';

describe('packed', (test) => {
  test('knows a checkout by its TypeScript', () => {
    assert.is(packed(), false);
    assert.is(packed('file:///app/node_modules/django-delivery-pipeline/ci/packed.js'), true);
  });
});

describe('asInvoked', (test) => {
  test('leaves the commands of a checkout as they are', () => {
    for (const code of Object.keys(catalogue) as ErrorCode[])
      assert.is(new PipelineError(code, 'x').fix, catalogue[code].fix);
  });

  test('names those of the package to whoever has installed it', () => {
    const text = 'Run `npm run ci -- history`, then `npm run toolchain -- up`.\nnpm run ci     x\nnpm run ci -- up y';
    assert.is(
      asInvoked(text, true),
      [
        'Run `npx django-delivery-pipeline history`, then `npx django-delivery-pipeline toolchain up`.',
        'npx django-delivery-pipeline  x',
        'npx django-delivery-pipeline up y',
      ].join('\n'),
    );
  });

  test('leaves nothing of a checkout in the help of the package', async () => {
    const help = async (isPacked: boolean) => {
      const parsed = await parseCommand(['--help'], 'v', 120, isPacked);
      return 'output' in parsed ? parsed.output : '';
    };
    assert.match(await help(false), 'npm run ci -- lint');
    assert.not.match(await help(true), /npm run|example app/);
    assert.match(await help(true), 'Usage: npx django-delivery-pipeline [command] [flags]');
  });
});

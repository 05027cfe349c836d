import * as assert from 'uvu/assert';
import { parseCommand } from '../../../cli/parseCommand.ts';
import { fromFlags } from '../../../config/from/flags.ts';
import { kebab, optionNames } from '../../../config/options.ts';
import { commands } from '../../../core/config.ts';
import { describe } from '../../harness.ts';

describe('parseCommand', (test) => {
  test('finds the command, whatever stands around it', async () => {
    for (const argv of [[], ['run'], ['--source', 'up'], ['--nonsense'], ['rnu'], ['--set', 'a=b', '--values', 'up']])
      assert.equal(await parseCommand(argv, 'v'), { command: 'run' }, argv.join(' '));
    for (const argv of [['up'], ['--name', 'shop', 'up'], ['up', '--set', 'a=b']])
      assert.equal(await parseCommand(argv, 'v'), { command: 'up' }, argv.join(' '));
    for (const argv of [['explain'], ['explain', 'a'], ['explain', 'a', 'b'], ['explain', 'a', 'b', 'c']])
      assert.equal(await parseCommand(argv, 'v'), { command: 'explain' }, argv.join(' '));
    assert.equal(await parseCommand(['health', '--name', 'shop'], 'v'), { command: 'health' });
    assert.equal(await parseCommand(['lint', '--name', 'shop'], 'v'), { command: 'lint' });
  });

  test('finds the command behind a list, as the settings do', async () => {
    for (const command of commands)
      for (const flag of ['--set', '--values', '--images', '--name', '--nonsense', '-n']) {
        const argv = [flag, 'a=b', command];
        assert.equal(await parseCommand(argv, 'v'), { command }, argv.join(' '));
        assert.not.match(JSON.stringify(fromFlags(argv).problems), 'belong');
      }
  });

  test('describes every setting, in lines that fit the terminal', async () => {
    const parsed = await parseCommand(['-h'], 'v', 130);
    assert.ok('output' in parsed);
    for (const name of optionNames) assert.match(parsed.output, `--${kebab(name)} `);
    for (const line of parsed.output.split('\n')) assert.ok(line.length <= 130, line);
  });

  test('prints the version as it is', async () => {
    assert.equal(await parseCommand(['--version'], 'one\ntwo'), { output: 'one\ntwo\n' });
  });
});

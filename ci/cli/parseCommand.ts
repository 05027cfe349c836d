import yargs from 'yargs';
import { fromFlags } from '../config/from/flags.ts';
import { kebab, optionNames, options } from '../config/options.ts';
import type { Command } from '../core/config.ts';
import { asInvoked, packed } from '../core/program.ts';

/** What the command line asks for: to do something, or to print something. */
export type Parsed = { command: Command } | { output: string };

const examples = (app: string) => `Delivers a Django application to Kubernetes: test, build, push, deploy, verify.
When a release fails, the last good one is put back.

Examples:
  npm run ci                                                    ${app}, on an embedded registry and cluster
  npm run ci -- up                                              the same, and then a URL to look at it until Ctrl-C
  npm run ci -- health                                          is what is live still what passed its tests?
  npm run ci -- lint                                            only check chart, values and Dockerfile
  npm run ci -- explain reports ../other/reports                what differs between two runs
  npm run ci -- --source ../shop                                your app from a folder
  npm run ci -- --source https://github.com/acme/shop --ref v2  your app from a git URL
  npm run ci -- --kubeconfig ~/.kube/config --registry ghcr.io/acme \\
    --registry-username deployer --registry-password env://TOKEN
`;

const epilogue = `
Every flag is also a variable (--deploy-timeout is PIPELINE_DEPLOY_TIMEOUT) and a key of pipeline.yaml in the working
directory (deployTimeout). Flags win over variables, variables over the file. A list in a variable has one item a line.

Exit codes:
    0  live and tested                            14  failed; the first release, and removed again
   10  failed, the release was not changed        20  another deployment holds the release
   11  failed, previous release restored, tested  30  refused
   12  restored, but not proven to work           64  wrong input
   13  not restored, or not well: a person is     69  engine, registry or cluster out of reach
       needed                                     70  a bug of the pipeline
  130, 143  interrupted
`;

/**
 * Finds the command, `--help` and `--version`. Values are not looked at: readConfig checks them, all at once.
 * @param argv the arguments behind the program's name
 * @param version what `--version` prints
 * @param columns width of the terminal
 * @param isPacked whether to name the commands as whoever has installed the package starts them
 */
export async function parseCommand(
  argv: readonly string[],
  version: string,
  columns = 120,
  isPacked: boolean = packed(),
): Promise<Parsed> {
  const started = asInvoked('npm run ci --', isPacked);
  const parser = yargs()
    .scriptName(started)
    .usage(`Usage: ${started} [command] [flags]`)
    .command(['run', '$0'], 'deliver once (default)')
    .command('up', 'deliver, then keep the embedded cluster and print a URL until Ctrl-C')
    .command('health', 'deliver nothing: check that what is live is what passed its tests, and test it again')
    .command('lint', 'only check chart, values and Dockerfile')
    .command('history', 'what was released, and what came of it')
    .command('rollback', 'go back to the last release that passed its tests, or to one of the history')
    .command('explain [A] [B]', 'what differs between two runs, by their report.json files or folders')
    .version(version)
    .help()
    .alias('help', 'h')
    .describe('help', 'Show this')
    .describe('version', 'Show the versions of the pipeline, the Dagger SDK and Node')
    .locale('en')
    .wrap(Math.min(140, columns))
    .strict(false)
    .exitProcess(false);
  for (const name of optionNames) {
    const { group, describe, kind, value } = options[name];
    // The kind of value stands in the place where yargs would say [string].
    parser.option(kebab(name), {
      group: `${group}:`,
      describe: `${describe} [${value}]`,
      type: kind === 'list' ? 'array' : 'string',
    });
  }
  parser.group(['help', 'version'], 'Run:');
  let output = '';
  await parser.parseAsync([...argv], {}, (error, _, printed) => {
    // What yargs dislikes, readConfig dislikes too, and says so together with the rest.
    if (!error) output = printed;
  });
  // By the reader of the settings: two parsers that differ would find another command in the same words.
  if (output === '') return { command: fromFlags(argv).command };
  if (output === version) return { output: `${version}\n` };
  // Around the text of yargs rather than in it: it would wrap the examples and lose their indentation.
  const first = asInvoked(examples(isPacked ? 'the app in this folder' : 'the example app'), isPacked);
  return { output: `${first}\n${output.replace(/ +\[(string|array|boolean)\](?=\n|$)/g, '')}\n${epilogue}` };
}

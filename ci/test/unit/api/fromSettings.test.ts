import * as assert from 'uvu/assert';
import { fromSettings } from '../../../api/fromSettings.ts';
import type { Settings } from '../../../api/settings.ts';
import { type OptionName, optionNames } from '../../../config/options.ts';
import { describe } from '../../harness.ts';

/** One of each: does not compile when a setting is missing in Settings, or here. */
const every = {
  source: 'https://host/shop.git',
  ref: 'main',
  name: 'shop',
  testCommand: 'pytest',
  testTimeout: 90,
  dockerfile: 'Dockerfile',
  settingsModule: 'shop.settings',
  registry: 'host/team',
  registryUsername: 'ann',
  registryPassword: 'env://PASSWORD',
  images: { python: 'p:1', tools: 't:2' },
  kubeconfig: 'kubeconfig',
  context: 'there',
  namespace: 'shop',
  release: 'shop',
  chart: 'chart',
  values: ['a.yaml', 'b,c.yaml'],
  set: 'a=b,c',
  deployTimeout: '5m',
  lockTimeout: 60,
  retry: 'why',
  rehearsal: 'off',
  lint: 'report',
  reports: 'out',
  buildNumber: 7,
  trigger: 'push',
  slackWebhook: 'file://hook',
} as const satisfies Settings & Record<Exclude<OptionName, 'to'>, unknown>;

const problems = (settings: object) => fromSettings(settings).problems.map(({ text }) => text);

describe('fromSettings', (test) => {
  test('reads each setting that a delivery knows, letter by letter', () => {
    const { settings, problems } = fromSettings(every);
    assert.equal(problems, []);
    assert.equal(Object.keys(settings).sort(), optionNames.filter((name) => name !== 'to').sort());
    assert.equal(settings.values, { texts: ['a.yaml', 'b,c.yaml'], label: 'values' });
    assert.equal(settings.set?.texts, ['a=b,c']);
    assert.equal(settings.images?.texts, ['python=p:1', 'tools=t:2']);
    assert.equal([settings.testTimeout?.texts, settings.buildNumber?.texts], [['90'], ['7']]);
  });

  test('takes undefined and empty lists for absent', () => {
    assert.equal(fromSettings({ ref: undefined, values: [], images: {} }), { settings: {}, problems: [] });
  });

  test('refuses an empty text: a variable that is not set must not lead to another cluster', () => {
    assert.equal(problems({ kubeconfig: '', set: ['a=b', ''] }), [
      'kubeconfig: must not be empty; leave it out instead',
      'set: must not be empty; leave it out instead',
    ]);
  });

  test('refuses what only JavaScript can hand over, and says what is wanted', () => {
    assert.equal(
      problems({ deployTimout: 5, to: '3', source: null, values: [{}], images: ['python=p'], name: ['a'] }),
      [
        'deployTimout: unknown setting; did you mean deployTimeout?',
        'to: unknown setting',
        'source: must be a text or a number',
        'values: must be a list of texts',
        "images: must be an object such as { python: 'python:3.13-slim' }",
        'name: must be a text or a number',
      ],
    );
  });

  test('never shows a value: it may be the password of a mistyped registryPassword', () => {
    assert.not.match(problems({ registryPasword: 'hunter2' }).join(), 'hunter2');
  });
});

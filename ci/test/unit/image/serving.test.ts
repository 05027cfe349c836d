import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { parse } from 'yaml';
import { root } from '../../../core/program.ts';
import { describe } from '../../harness.ts';

const read = (file: string) => readFileSync(join(root, file), 'utf8');

describe('how the image serves', (test) => {
  test('requests under way at SIGTERM have less time than Kubernetes gives the pod, with some left to end', () => {
    const graceful = Number(/^graceful_timeout = (\d+)$/m.exec(read('ci/django/gunicorn.conf.py'))?.[1]);
    const { terminationGracePeriodSeconds } = parse(read('helm-chart/values.yaml'));
    assert.ok(graceful > 0 && graceful + 5 <= terminationGracePeriodSeconds, `${graceful}`);
  });

  test('the port is one in gunicorn, health check, Dockerfile and chart', () => {
    const { containerPort } = parse(read('helm-chart/values.yaml'));
    const said = [
      /^bind = .*\('PORT'\) or '(\d+)'/m.exec(read('ci/django/gunicorn.conf.py'))?.[1],
      /\('PORT'\) or (\d+)\)/.exec(read('ci/django/pipeline_django/healthcheck.py'))?.[1],
      /^EXPOSE (\d+)$/m.exec(read('Dockerfile'))?.[1],
    ];
    assert.equal(said.map(Number), [containerPort, containerPort, containerPort]);
  });
});

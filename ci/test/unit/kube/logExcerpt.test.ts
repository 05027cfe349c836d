import * as assert from 'uvu/assert';
import { logExcerpt } from '../../../kube/podDiagnosis.ts';
import { describe } from '../../harness.ts';

const lines = (count: number, from = 1) => Array.from({ length: count }, (_, index) => `line ${from + index}`);

describe('logExcerpt', (test) => {
  test('shows a short log whole, and of a long one the end', () => {
    assert.equal(logExcerpt('one\ntwo\n'), ['one', 'two']);
    assert.equal(logExcerpt(lines(40).join('\n')), lines(15, 26));
  });

  test('shows the exceptions that the end does not hold, each once, the last three of them', () => {
    const raised = [
      'RuntimeError: no room',
      '  File "/app/wsgi.py", line 3, in raise_Error',
      'django.db.utils.OperationalError: no such table: tasks',
      'RuntimeError: no room',
      '[ERROR] Exception in worker process',
      'ModuleNotFoundError: no module named shop',
      'SystemExit: 3',
    ];
    assert.equal(logExcerpt([...raised, ...lines(15)].join('\n')), [
      ...lines(15),
      'raised before that:',
      '  django.db.utils.OperationalError: no such table: tasks',
      '  ModuleNotFoundError: no module named shop',
      '  SystemExit: 3',
    ]);
  });
});

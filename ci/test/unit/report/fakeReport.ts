import type { Config } from '../../../core/config.ts';
import type { Log } from '../../../core/context.ts';
import type { Report } from '../../../core/report.ts';
import { createMask } from '../../../log/mask.ts';

/** The report of a good run, changed as a test needs it. */
export function fakeReport(changes: Partial<Report> = {}): Report {
  return {
    version: 1,
    runId: 'run-1',
    versions: { 'Dagger SDK': '1.2.3' },
    startedAt: '2026-01-02T03:04:05.000Z',
    name: 'shop',
    release: 'shop',
    namespace: 'shop',
    buildUrl: 'https://jenkins.example/job/shop/41/',
    buildNumber: '41',
    trigger: { kind: 'push' },
    source: {
      commit: '1a2b3c4d5e6f7a8b',
      author: 'Author <author@example.com>',
      subject: 'Add a form',
      ref: 'main',
      dirty: false,
    },
    stages: [
      { name: 'source', outcome: 'passed', ms: 800, summary: '1a2b3c4 Add a form' },
      { name: 'test', outcome: 'passed', ms: 12_400, summary: '34 passed' },
    ],
    notes: [],
    tests: { command: 'pytest', cases: [{ suite: 'tests.test_x', name: 'test_y', ms: 5, outcome: 'passed' }] },
    image: { reference: 'ghcr.io/acme/shop:41', digest: `sha256:${'0'.repeat(64)}` },
    revision: { before: 6, after: 7 },
    live: 'revision 7 of shop, tested just now',
    exitCode: 0,
    ms: 134_000,
    ...changes,
  };
}

/** The report of a run that goes on. */
export function openReport(): Report {
  const { exitCode: _, ms: __, ...open } = fakeReport({ stages: [] });
  return open;
}

/** The report of a run whose unit tests failed. */
export function failedReport(changes: Partial<Report> = {}): Report {
  const cases = Array.from({ length: 12 }, (_, index) => ({
    suite: 'tests.test_x',
    name: `test_${index}`,
    ms: 5,
    outcome: 'failed' as const,
    message: `AssertionError: ${index} != 1\nTraceback …`,
  }));
  return fakeReport({
    tests: { command: 'pytest', cases },
    revision: { before: 6, after: null },
    live: 'revision 6 of shop',
    failure: {
      stage: 'test',
      message: '12 of 12 unit tests failed',
      fix: 'Run the same command.',
      details: ['some output'],
    },
    exitCode: 10,
    ...changes,
  });
}

/** Only what the modules under test read. */
export function fakeConfig(changes: Partial<Config> = {}): Config {
  return {
    source: '/app',
    name: 'shop',
    release: 'shop',
    namespace: 'shop',
    reports: '/nowhere',
    buildNumber: '41',
    trigger: { kind: 'push' },
    ...changes,
  } as Config;
}

/** Of a run without secrets. */
export const noMask = createMask([]);

/** A log that keeps what it is told. */
export function listeningLog(): Log & { lines: string[] } {
  const lines: string[] = [];
  return {
    lines,
    info: (text) => void lines.push(text),
    warn: (text) => void lines.push(`warning: ${text}`),
    step: (name, work, summary) => {
      lines.push(`step ${name}`);
      return work((text) => void lines.push(text)).then((result) => {
        lines.push(`done: ${summary?.() ?? ''}`);
        return result;
      });
    },
    abandon: (cause) => void lines.push(`abandoned: ${cause}`),
  };
}

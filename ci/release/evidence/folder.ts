import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Bytes. */
const mostOfFile = 256 * 1024;
const mostOfAll = 4 * 1024 * 1024;

/** A folder that is filled with texts up to a limit, and with an index of what is there and what is not. */
export class EvidenceFolder {
  readonly path: string;
  readonly #root: string;
  readonly #title: string;
  readonly #mask: (text: string) => string;
  readonly #lines: string[] = [];
  #left = mostOfAll;

  /**
   * Begins a folder for a revision. What an earlier run left beside it is removed; what this run left stays.
   * @param mask takes secrets out of whatever is written
   * @throws when the folder cannot be written
   */
  constructor(root: string, runId: string, revision: number, mask: (text: string) => string) {
    this.#root = root;
    this.#title = `# Evidence of run ${runId}\n`;
    this.#mask = mask;
    this.path = join(root, `revision-${revision}`);
    if (!this.#index().startsWith(this.#title)) rmSync(root, { recursive: true, force: true });
    rmSync(this.path, { recursive: true, force: true });
    mkdirSync(this.path, { recursive: true });
  }

  /**
   * Writes a file, cut to its limit.
   * @param what it is, for the index
   * @param keep the part that matters: the end of a log, the beginning of anything else
   */
  write(name: string, what: string, text: string, keep: 'start' | 'end' = 'start'): void {
    // Masked before it is cut: half a secret would not be recognized.
    const whole = Buffer.from(this.#mask(text));
    const limit = Math.min(mostOfFile, this.#left);
    if (limit === 0) {
      this.note(`${name} is left out: there are ${mostOfAll / 1024} KiB already`);
      return;
    }
    const kept = whole.length <= limit ? whole : cut(whole, limit, keep);
    this.#left -= kept.length;
    const path = join(this.path, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, kept);
    const missing = whole.length - kept.length;
    const cutOff = missing > 0 ? `, without the ${keep === 'end' ? 'first' : 'last'} ${missing} bytes` : '';
    this.#lines.push(`- [${name}](revision-${this.#revision()}/${name}): ${this.#mask(what)}${cutOff}`);
  }

  /** Adds a line to the index: something that is not there, and why. */
  note(line: string): void {
    this.#lines.push(`- ${this.#mask(line)}`);
  }

  /** Writes the index, behind what it has of other revisions. */
  close(): void {
    const before = this.#index() || this.#title;
    const section = [`\n## Revision ${this.#revision()}\n`, ...this.#lines, ''].join('\n');
    writeFileSync(join(this.#root, 'index.md'), before + section);
  }

  #revision(): string {
    return this.path.slice(this.path.lastIndexOf('-') + 1);
  }

  #index(): string {
    try {
      return readFileSync(join(this.#root, 'index.md'), 'utf8');
    } catch {
      return '';
    }
  }
}

/** At the end of a line, where there is one. */
function cut(whole: Buffer, limit: number, keep: 'start' | 'end'): Buffer {
  if (keep === 'end') {
    const tail = whole.subarray(whole.length - limit);
    return tail.subarray(tail.indexOf('\n') + 1);
  }
  const head = whole.subarray(0, limit);
  const end = head.lastIndexOf('\n') + 1;
  return end > 0 ? head.subarray(0, end) : head;
}

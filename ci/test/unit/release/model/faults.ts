import { PipelineError } from '../../../../core/errors.ts';

/**
 * What goes wrong at a point of a run: it is killed; the API server does not answer for some points; another run takes the release over;
 * pods of the tests are taken from their node; somebody deletes the ledger.
 */
export interface Fault {
  /** Counted from the start of the run. */
  at: number;
  kind: 'kill' | 'away' | 'stolen' | 'evicted' | 'forget';
  /** For how many points. */
  length: number;
}

/** Where the run ended whatever it had still in mind. */
export type Ended = 'killed' | 'stolen';

/** The points of one run at which something can go wrong: before and after each call. */
export class Points {
  #count = 0;
  #end!: (how: Ended) => void;
  readonly #faults: readonly Fault[];
  readonly #steal: () => Promise<void>;
  readonly #forget: () => void;
  /** Whether any fault has struck. */
  struck = false;
  /** Settles when the run is over before its time. */
  readonly ended: Promise<Ended>;

  constructor(faults: readonly Fault[], steal: () => Promise<void>, forget: () => void) {
    this.#faults = faults;
    this.#steal = steal;
    this.#forget = forget;
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  /** @throws PipelineError CLUSTER where there is no answer */
  async pass(): Promise<void> {
    const fault = this.#next();
    if (fault?.kind === 'kill') await this.#over('killed');
    if (fault?.kind === 'forget') this.#forget();
    if (fault?.kind === 'stolen') {
      await this.#steal();
      await this.#over('stolen');
    }
    if (fault?.kind === 'away') throw new PipelineError('CLUSTER', 'the API server is away');
  }

  /** The same for a test, whose pods may go. */
  async passTest(): Promise<void> {
    const { kind } = this.#faults.find(({ at }) => at === this.#count) ?? {};
    if (kind === 'evicted') {
      this.#count++;
      this.struck = true;
      throw new PipelineError('NOT_TRIED', 'the pod of the test was taken away');
    }
    await this.pass();
  }

  #next(): Fault | undefined {
    const at = this.#count++;
    const fault = this.#faults.find((one) => at >= one.at && at < one.at + (one.kind === 'away' ? one.length : 1));
    if (fault && fault.kind !== 'evicted' && fault.kind !== 'forget') this.struck = true;
    return fault;
  }

  /** Nothing that the run has in mind comes to pass any more. */
  async #over(how: Ended): Promise<never> {
    this.#end(how);
    return new Promise<never>(() => {});
  }
}

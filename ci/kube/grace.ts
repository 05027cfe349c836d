/** Remembers since when things have looked hopeless, so that what somebody else mends in time is not given up. */
export class GracePeriods {
  readonly #since = new Map<string, number>();

  /**
   * @param key of the thing that is looked at
   * @param hopeless how it looks now
   * @param seconds how long it has to look so
   * @param now milliseconds
   * @returns whether it has looked hopeless all that time
   */
  isOver(key: string, hopeless: boolean, seconds: number, now: number): boolean {
    if (!hopeless) {
      this.#since.delete(key);
      return false;
    }
    const since = this.#since.get(key) ?? now;
    this.#since.set(key, since);
    return now - since >= seconds * 1000;
  }
}

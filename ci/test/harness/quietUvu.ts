const write = process.stdout.write.bind(process.stdout);

/** Drops what is written to stdout. uvu prints dots and counts of its own around every test, in between our lines. */
export function muteUvu(): void {
  process.stdout.write = () => true;
}

/** Lets stdout through again: what a test prints is for the reader. */
export function unmute(): void {
  process.stdout.write = write;
}

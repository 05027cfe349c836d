/**
 * What ended a run that was interrupted, in words.
 * @param signal aborted with the name of the process signal as its reason
 */
export function interruption({ reason }: AbortSignal): string {
  return `interrupted by ${reason}`;
}

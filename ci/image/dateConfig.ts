/** What an image's config says of how a layer came to be. */
interface HistoryEntry {
  created?: string;
  created_by?: string;
}

/**
 * The config of an image with one date for everything, in place of the moments at which an engine came by the layers: with
 * those, no two engines make the same image. That date is what https://reproducible-builds.org calls SOURCE_DATE_EPOCH.
 * @param config an OCI image config, as JSON
 * @param date ISO 8601
 */
export function dateConfig(config: string, date: string): string {
  const { history = [], ...image } = JSON.parse(config) as { history?: HistoryEntry[] };
  const created = new Date(date).toISOString();
  // Which of its operations made a layer an engine forgets, too, when the layer comes from its cache.
  return JSON.stringify({ ...image, created, history: history.map(() => ({ created, created_by: 'Dagger' })) });
}

import { withoutTracing } from './withoutTracing.ts';

/** Dagger's words about an image that it cannot get. */
const refusal = /failed to resolve image "([^"]+)"(?: \(platform: "[^"]*"\))?: (.+)/s;

/** An image that could not be pulled. */
export interface UnpulledImage {
  image: string;
  /** The registry's words, or the network's. */
  reason: string;
}

/**
 * Finds the image that could not be pulled in what the engine says of a failed call.
 * @returns null when the text is about something else
 */
export function unpulledImage(text: string): UnpulledImage | null {
  const [, image, reason] = refusal.exec(text) ?? [];
  return image && reason ? { image, reason: withoutTracing(reason).trim() } : null;
}

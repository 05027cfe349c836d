import type { EventEmitter } from 'node:events';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { causes, lastLines } from '../core/causes.ts';
import { PipelineError } from '../core/errors.ts';
import { interruption } from '../core/interruption.ts';

/** What the engine answers once it, or the session, has been told to end: nobody else ends a call before it has come to its own end. */
const ending =
  /\b(engine is shutting down|session is closing|context canceled)\b|\b(session|client) "[^"]*" (not found|removed)/;

/**
 * Finds out whether something failed because the engine, or the way to it, has gone. The CLI, which passes calls on to the engine, then
 * answers with 502 and no errors of GraphQL's; and not at all when it has gone itself, of which the SDK tells, too. The SDK's errors are
 * known by name, because loading it takes more than a second.
 * @returns the last that was heard; null when it failed of anything else, or more is known of it already
 */
export function lostEngine(thrown: unknown): string | null {
  for (const error of causes(thrown)) {
    if (error instanceof PipelineError) return null;
    const { response, shortMessage, command } = error as Partial<Parts>;
    switch (error.name) {
      case 'GraphQLRequestError': {
        const { status = 0, body, errors } = response ?? {};
        if (errors) return ending.test(error.message) ? withoutTracing(error.message) : null;
        return status >= 500 ? (body ?? error.message) : null;
      }
      case 'NotAwaitedRequestError': // that nobody listens any more, the SDK takes for this
      case 'UnknownDaggerError':
        return error.cause instanceof Error ? error.cause.message : error.message;
      case 'ExecaError':
        // Its message is all that the session has said.
        return command?.includes(' session ') ? (shortMessage ?? error.name) : null;
    }
  }
  return null;
}

/** Of an answer to a call, and of a process that has ended. */
interface Parts {
  response: { status?: number; body?: string; errors?: unknown[] };
  shortMessage: string;
  command: string;
}

/** What the engine's own words about its failure to start become. */
export function engineError(error: Error): PipelineError {
  return new PipelineError('ENGINE', 'the Dagger engine could not be started or reached', {
    details: lastLines(error.message),
    cause: error,
  });
}

/** Whether this is what the SDK throws in place of the engine's failure to start. */
export function hidesEngineError(thrown: unknown): boolean {
  return causes(thrown).some((error) => error instanceof TypeError && error.message.includes("reading 'port'"));
}

/** Milliseconds. */
const grace = 1_000;

/**
 * What some work has failed of. An engine that has gone may be the first sign of an interrupt: a terminal tells all processes of it at
 * once, the CLI among them, whose sessions end with it; Jenkins tells children before their parents. So it is waited for, a moment.
 * @returns the error; where the engine has gone, one that tells of the interrupt, or ENGINE_LOST
 */
export async function rootCause(error: unknown, signal: AbortSignal): Promise<unknown> {
  const heard = lostEngine(error);
  if (heard === null) return error;
  await sleep(grace, undefined, { signal }).catch(() => {});
  if (signal.aborted) return new Error(interruption(signal), { cause: error });
  return new PipelineError('ENGINE_LOST', 'the Dagger engine has gone in the middle of the run', {
    details: heard.trim().split('\n'),
    cause: error,
  });
}

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

/**
 * Runs work that connects to Dagger. Where the engine does not start, the SDK rejects with "Cannot read properties of undefined (reading
 * 'port')", and the engine's own words arrive past every catch, as an unhandled rejection: here the two come together.
 * @throws PipelineError ENGINE with the engine's words, or what the work throws
 */
export async function withEngineErrors<T>(work: () => Promise<T>, events: EventEmitter = process): Promise<T> {
  let words: Error | undefined;
  const listen = (reason: unknown) => {
    if (isEngineError(reason)) words = reason;
  };
  events.on('unhandledRejection', listen);
  try {
    return await work();
  } catch (error) {
    // Node tells about unhandled rejections only when everything else of this turn is done.
    await nextTurn();
    throw words && hidesEngineError(error) ? engineError(words) : error;
  } finally {
    events.off('unhandledRejection', listen);
  }
}

/** Whether a rejection is the SDK's, which `withEngineErrors` passes on. */
export function isEngineError(reason: unknown): reason is Error {
  return reason instanceof Error && reason.name === 'EngineSessionError';
}

/** What Dagger says, without what it puts behind its sentences for its own tracing. */
export function withoutTracing(text: string): string {
  return text.replace(/\s*\[traceparent:[^\]]*\]/g, '');
}

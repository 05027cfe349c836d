import { causes } from '../core/causes.ts';
import { PipelineError } from '../core/errors.ts';
import { withoutTracing } from '../errors/withoutTracing.ts';

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

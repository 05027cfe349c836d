import { PipelineError } from '../errors.ts';
import { causes } from './causes.ts';

/**
 * Finds out whether a call failed because the engine, or the way to it, has gone. The CLI, which passes calls on to the engine, then
 * answers with 502 and no errors of GraphQL's; and not at all when it has gone itself. The SDK's errors are known by name, because
 * loading it takes more than a second.
 * @returns the last that was heard; null when the call failed of anything else, or more is known of it already
 */
export function lostEngine(thrown: unknown): string | null {
  for (const error of causes(thrown)) {
    if (error instanceof PipelineError) return null;
    if (error.name === 'GraphQLRequestError') {
      const { status = 0, body, errors } = (error as { response?: Answer }).response ?? {};
      return status >= 500 && !errors ? (body ?? error.message) : null;
    }
    if (error.name === 'UnknownDaggerError') return error.cause instanceof Error ? error.cause.message : error.message;
  }
  return null;
}

interface Answer {
  status?: number;
  body?: string;
  errors?: unknown[];
}

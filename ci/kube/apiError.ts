import { ApiException } from '@kubernetes/client-node';
import { messageOf } from '../core/causes.ts';

/** What the API server said, in one line: the client's own message is all of the answer, with its headers. */
export function apiMessage(error: unknown): string {
  if (!(error instanceof ApiException)) return messageOf(error);
  return `${error.code} ${messageIn(error.body) ?? ''}`.trim();
}

/** What an answer of the API server says, as text or read; undefined for what something on the way has answered. */
export function messageIn(body: unknown): string | undefined {
  try {
    const status: unknown = typeof body === 'string' ? JSON.parse(body) : body;
    const message = (status as { message?: unknown } | null)?.message;
    return typeof message === 'string' ? message : undefined;
  } catch {
    return undefined;
  }
}

/** The HTTP status of an API error; 0 for any other. */
export function statusOf(error: unknown): number {
  const code = (error as Partial<ApiException<unknown>> | null)?.code;
  return typeof code === 'number' ? code : 0;
}

import { ApiException } from '@kubernetes/client-node';
import { messageOf } from '../core/causes.ts';

/** What the API server said, in one line: the client's own message is all of the answer, with its headers. */
export function apiMessage(error: unknown): string {
  if (!(error instanceof ApiException)) return messageOf(error);
  return `${error.code} ${said(error.body) ?? ''}`.trim();
}

function said(body: unknown): string | undefined {
  try {
    const status: unknown = typeof body === 'string' ? JSON.parse(body) : body;
    return (status as { message?: string } | null)?.message;
  } catch {
    return undefined;
  }
}

/** The HTTP status of an API error; 0 for any other. */
export function statusOf(error: unknown): number {
  const code = (error as Partial<ApiException<unknown>> | null)?.code;
  return typeof code === 'number' ? code : 0;
}

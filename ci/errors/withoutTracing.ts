/** What Dagger says, without what it puts behind its sentences for its own tracing. */
export function withoutTracing(text: string): string {
  return text.replace(/\s*\[traceparent:[^\]]*\]/g, '');
}

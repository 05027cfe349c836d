/** How much of the end of a log is shown. */
const mostLines = 15;
const mostExceptions = 3;

/** `RuntimeError: no room`, `django.db.utils.OperationalError: no such table`, `SystemExit: 3`; not the frames of a traceback. */
const exception = /^([\w]+\.)*([A-Z]\w*(Error|Exception|Exit|NotFound|Configured)|[a-z]\w*Error)(:.*)?$/;

/**
 * What of a log tells why its program has ended: its last lines, and behind them the exceptions that were raised further up.
 * A server such as gunicorn puts a traceback of its own behind that of the application, which is the one to know.
 * @param text the log, or the end of it
 */
export function telling(text: string): string[] {
  const lines = text.trimEnd().split('\n');
  const end = lines.slice(-mostLines);
  const raised = lines
    .slice(0, -mostLines)
    .map((line) => line.trim())
    .filter((line) => exception.test(line));
  const others = [...new Set(raised)].slice(-mostExceptions);
  return [...end, ...(others.length > 0 ? ['raised before that:', ...others.map((line) => `  ${line}`)] : [])];
}

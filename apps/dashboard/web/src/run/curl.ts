import type { TaskRequestInput } from '@drover/core';

/** The request as a command for a shell. The token comes from the environment: it is never written down here. */
export function curlOf(request: TaskRequestInput): string {
  return [
    `curl "\${DROVER_URL:-http://127.0.0.1:3000}/v1/tasks"`,
    `-H "Authorization: Bearer $DROVER_TOKEN"`,
    `-H 'Content-Type: application/json'`,
    `-d ${quoted(JSON.stringify(request, null, 2))}`,
  ].join(' \\\n  ');
}

/** One word for a POSIX shell, whatever it holds. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

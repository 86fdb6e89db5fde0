import type { JobLine } from '@drover/core';

type Parameters = Partial<Pick<JobLine, 'args' | 'kwargs' | 'definition'>>;

/** What a line is given, one a row: positional ones as they come, named ones after their name. None: ''. */
export function parametersText({ args = [], kwargs = {}, definition = {} }: Parameters): string {
  const named = [...Object.entries(kwargs), ...Object.entries(definition)];
  return [
    ...args.map((value) => JSON.stringify(value)),
    ...named.map(([name, value]) => `${name}: ${JSON.stringify(value)}`),
  ].join('\n');
}

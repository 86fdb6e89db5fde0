import type { FoundRedis } from '@drover/runtime';
import type { Terminal } from './terminal.ts';

export type Welcome = {
  apiUrl: string;
  dashboardUrl: string;
  redis: FoundRedis;
  workers: number;
  dataDir: string;
  /** Generated now: the only time that it is shown. */
  newToken: string | undefined;
  /** From ADMIN_TOKEN. */
  givenToken: string | undefined;
};

/** Everything that somebody needs who starts Drover for the first time. */
export function printWelcome(terminal: Terminal, welcome: Welcome): void {
  const { apiUrl, dashboardUrl, redis, workers, dataDir, newToken, givenToken } = welcome;
  const { paint, print } = terminal;
  const row = (name: string, value: string) => print(`  ${paint('dim', name.padEnd(10))} ${value}`);
  print();
  print(paint('bold', '  Drover is up.'));
  print();
  row('API', `${paint('cyan', apiUrl)}   ${paint('dim', `docs ${apiUrl}/docs`)}`);
  row('Dashboard', paint('cyan', dashboardUrl));
  row('Workers', `${workers} ${workers === 1 ? 'process' : 'processes'}`);
  row('Redis', `${new URL(redis.url).host}   ${paint('dim', redisOrigin(redis, dataDir))}`);
  if (newToken !== undefined)
    row('Token', `${paint('bold', newToken)}   ${paint('yellow', 'shown this once: keep it')}`);
  else if (givenToken !== undefined)
    row('Token', `${givenToken.slice(0, 4)}…   ${paint('dim', 'the one of ADMIN_TOKEN')}`);
  else row('Token', `as before   ${paint('dim', 'lost? ADMIN_TOKEN=<a new one> npm start')}`);
  print();
  print('  A first task:');
  print();
  print(indent(curl(apiUrl, newToken ?? (givenToken === undefined ? '$TOKEN' : '$ADMIN_TOKEN'))));
  print();
}

export function curl(apiUrl: string, token: string): string {
  return [
    `curl -s ${apiUrl}/v1/tasks \\`,
    `  -H "Authorization: Bearer ${token}" -H 'Content-Type: application/json' -H 'Prefer: wait=10' \\`,
    `  -d '{"model": "probe", "method": "echo", "args": ["hello"]}'`,
  ].join('\n');
}

function redisOrigin(redis: FoundRedis, dataDir: string): string {
  switch (redis.origin) {
    case 'REDIS_URL':
      return 'given by REDIS_URL';
    case 'running':
      return `ran already, data in ${dataDir}`;
    case 'REDIS_SERVER_BIN':
    case 'PATH':
    case 'Homebrew':
    case 'cache':
    case 'distribution':
      return `started for you, data in ${dataDir}`;
    default:
      return redis.origin satisfies never;
  }
}

function indent(text: string): string {
  return text.replaceAll(/^/gm, '  ');
}

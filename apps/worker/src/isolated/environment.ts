import { supervisorVariable } from '../supervisor/news.ts';

/** What Drover's own processes are told in the environment, and no method needs. */
const kept = ['REDIS_URL', 'ADMIN_TOKEN', 'SESSION_SECRET', supervisorVariable];

/** The environment of isolated methods: the worker's, without the keys to the cluster. */
export function environmentOf(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !kept.includes(name)));
}

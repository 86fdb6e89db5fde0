import { z } from 'zod';
import type { MethodInfo } from './cluster-view.ts';
import type { Json } from './json.ts';
import { type Method, type Model, methodsOf } from './model.ts';
import { splitMethodName } from './names.ts';
import { defaultRetryPolicy } from './retry-policy.ts';
import { defaultPriority, defaultQueue, defaultTimeoutSeconds } from './task-request.ts';

/** What a worker says of a method: `MethodInfo` before anybody knows who announces it, and under which version. */
export type Announcement = Omit<MethodInfo, 'workers' | 'version'>;

/**
 * What a worker announces of its models: names, JSON Schemas, defaults.
 * @throws Error that names the method whose schema cannot be written as JSON Schema
 */
export function announcementsOf(models: Model[]): Announcement[] {
  return models.flatMap((model) => [...methodsOf(model)].map(([fullName, method]) => announce(fullName, method)));
}

function announce(fullName: string, method: Method): Announcement {
  return {
    ...splitMethodName(fullName),
    description: method.description,
    argsSchema: schemaOf(fullName, 'args', method.args),
    kwargsSchema: schemaOf(fullName, 'kwargs', method.kwargs),
    queue: method.queue ?? defaultQueue,
    priority: method.priority ?? defaultPriority,
    timeoutSeconds: method.timeoutSeconds ?? defaultTimeoutSeconds,
    maxRetries: method.maxRetries ?? defaultRetryPolicy.maxRetries,
    tags: method.tags ?? [],
  };
}

function schemaOf(fullName: string, part: string, schema: z.ZodType): Record<string, Json> {
  try {
    return z.toJSONSchema(schema, { io: 'input' }) as Record<string, Json>;
  } catch (cause) {
    throw new Error(`${fullName}: the schema of ${part} cannot be written as JSON Schema`, { cause });
  }
}

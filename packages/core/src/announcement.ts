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
    return z.toJSONSchema(schema, { io: 'input', override: closeTuple }) as Record<string, Json>;
  } catch (cause) {
    throw new Error(`${fullName}: the schema of ${part} cannot be written as JSON Schema`, { cause });
  }
}

/** zod writes a tuple open at its end, and an empty one as a schema that JSON Schema does not allow. */
function closeTuple({
  zodSchema,
  jsonSchema,
}: {
  zodSchema: z.core.$ZodTypes;
  jsonSchema: z.core.JSONSchema.BaseSchema;
}) {
  const { def } = zodSchema._zod;
  if (def.type !== 'tuple' || def.rest) return;
  const required = def.items.findLastIndex((item) => item._zod.optin === undefined) + 1;
  jsonSchema.minItems = required;
  if (def.items.length === 0) {
    delete jsonSchema.prefixItems;
    jsonSchema.maxItems = 0;
  } else {
    jsonSchema.items = false;
  }
}

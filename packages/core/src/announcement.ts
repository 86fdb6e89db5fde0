import { z } from 'zod';
import { batchOf } from './batch.ts';
import type { MethodInfo } from './cluster-view.ts';
import type { Json } from './json.ts';
import { limits } from './limits.ts';
import { type Method, type Model, methodsOf } from './model.ts';
import { splitMethodName } from './names.ts';
import { defaultRetryPolicy } from './retry-policy.ts';
import { defaultPriority, defaultQueue, defaultTimeoutSeconds } from './task-request.ts';

/** What a worker says of a method: `MethodInfo` before anybody knows who announces it, and under which version. */
export type Announcement = Omit<MethodInfo, 'workers' | 'version'>;

/**
 * What a worker announces of its models: names, JSON Schemas, defaults.
 * @throws Error that names the method whose schema cannot be written as JSON Schema, or whose batch or
 *   bound of memory cannot be
 */
export function announcementsOf(models: Model[]): Announcement[] {
  return models.flatMap((model) => {
    const methods = methodsOf(model);
    return [...methods].map(([fullName, method]) => announce(fullName, method, methods));
  });
}

function announce(fullName: string, method: Method, methods: ReadonlyMap<string, Method>): Announcement {
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
    ...(method.isFilter === true ? { isFilter: true } : {}),
    ...isolationOf(fullName, method),
    ...batchOf(fullName, method, methods),
    ...(method.needsDisk === true ? { needsDisk: true } : {}),
    ...(method.isCleanUp === true ? { isCleanUp: true } : {}),
  };
}

function isolationOf(fullName: string, { isolated = false }: Method): Pick<Announcement, 'isolated'> {
  if (isolated === false) return {};
  if (isolated === true) return { isolated: {} };
  const { memoryMb } = isolated;
  const { isolatedMemoryMbMin: min, isolatedMemoryMbMax: max } = limits;
  if (Number.isInteger(memoryMb) && memoryMb >= min && memoryMb <= max) return { isolated: { memoryMb } };
  throw new Error(`${fullName}: isolated.memoryMb must be a whole number from ${min} to ${max}`);
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

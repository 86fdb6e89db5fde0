import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';

type JsonObject = Record<string, unknown>;

const definitions = '#/$defs/';
const components = '#/components/schemas/';

/**
 * zod schemas as JSON Schema. What has an `id` stands once among the components, and is referred to everywhere else.
 * `input` is what a caller writes (defaults may be missing), `output` what we answer (they are there).
 */
export class JsonSchemas {
  readonly components: Record<string, JsonObject> = {};

  of(schema: z.ZodType, io: 'input' | 'output'): JsonObject {
    const { $schema, $defs, ...root } = z.toJSONSchema(schema, {
      io,
      override: ({ jsonSchema }) => simplify(jsonSchema as JsonObject, io),
    }) as JsonObject & { $defs?: Record<string, JsonObject> };
    for (const [id, definition] of Object.entries($defs ?? {})) this.#define(id, relocated(definition) as JsonObject);
    return relocated(root) as JsonObject;
  }

  #define(id: string, definition: JsonObject): void {
    const known = this.components[id];
    if (known !== undefined && !isDeepStrictEqual(known, definition)) {
      throw new Error(`the schema ${id} has two forms: it is read and answered, and needs two ids`);
    }
    this.components[id] = definition;
  }
}

/** Leaves out what zod adds and no reader needs; answers may gain fields, so they are not closed. */
function simplify(schema: JsonObject, io: 'input' | 'output'): void {
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
  if (schema.format === 'date-time' || schema.type === 'integer') delete schema.pattern;
  if (isDeepStrictEqual(schema.propertyNames, { type: 'string' })) delete schema.propertyNames;
  if (io === 'output' && schema.additionalProperties === false) delete schema.additionalProperties;
}

function relocated(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(relocated);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, entry]) => {
    if (key === '$ref' && typeof entry === 'string') return [key, entry.replace(definitions, components)];
    return [key, relocated(entry)];
  });
  return Object.fromEntries(entries);
}

import type { RJSFSchema } from '@rjsf/utils';

type Schema = Record<string, unknown>;

/** Formats whose pickers would change what was typed: they are typed as text. */
const typedFormats = new Set(['date-time', 'date', 'time', 'duration']);

/**
 * A method's JSON Schema (2020-12) as the form library reads it (draft 7). It is only for drawing: what is typed is
 * checked against the schema itself.
 *
 * A part that could hold anything has no type here; the form shows it as JSON.
 */
export function formSchemaOf(schema: Schema): RJSFSchema {
  return adapt(schema) as RJSFSchema;
}

/** The same for positional arguments: a tuple's items are named by their place. */
export function argsFormSchemaOf(schema: Schema): RJSFSchema {
  const adapted = adapt(schema);
  if (Array.isArray(adapted.items)) {
    adapted.items = adapted.items.map((item: Schema, index) => ({ title: `Argument ${index + 1}`, ...item }));
  }
  return adapted as RJSFSchema;
}

function adapt(value: unknown): Schema {
  if (typeof value !== 'object' || value === null) return {};
  const { $schema: _, prefixItems, items, ...schema } = withoutNull(value as Schema);
  const adapted: Schema = { ...schema };
  for (const key of ['properties', '$defs', 'patternProperties']) {
    if (schema[key] !== undefined) adapted[key] = adaptEach(schema[key] as Schema);
  }
  for (const key of ['anyOf', 'oneOf', 'allOf']) {
    if (Array.isArray(schema[key])) adapted[key] = schema[key].map((choice) => titled(adapt(choice)));
  }
  if (typeof schema.additionalProperties === 'object')
    adapted.additionalProperties = adapt(schema.additionalProperties);
  if (Array.isArray(prefixItems)) {
    adapted.items = prefixItems.map(adapt);
    if (items !== undefined) adapted.additionalItems = items === false ? false : adapt(items);
  } else if (items !== undefined) {
    adapted.items = adapt(items);
  }
  if (typeof schema.format === 'string' && typedFormats.has(schema.format)) delete adapted.format;
  if (isFreeObject(schema)) {
    delete adapted.type;
    delete adapted.additionalProperties;
    adapted.description ??= 'Any names and values, as a JSON object: { … }';
  }
  return adapted;
}

function adaptEach(schemas: Schema): Schema {
  return Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, adapt(schema)]));
}

/** An object of any names and values: JSON says it better than a growing list of inputs. */
function isFreeObject({ type, properties, additionalProperties, patternProperties }: Schema): boolean {
  if (type !== 'object' || properties !== undefined || patternProperties !== undefined) return false;
  return (
    additionalProperties === undefined ||
    additionalProperties === true ||
    (typeof additionalProperties === 'object' && additionalProperties !== null && isAny(additionalProperties as Schema))
  );
}

function isAny(schema: Schema): boolean {
  return Object.keys(schema).every((key) => key === 'description' || key === 'title');
}

/** `X or null` as an X that may be left empty, not as a choice between two forms. */
function withoutNull(schema: Schema): Schema {
  const { anyOf, ...rest } = schema;
  if (!Array.isArray(anyOf) || anyOf.length !== 2) return schema;
  const other = anyOf.find((choice: Schema) => choice.type !== 'null') as Schema | undefined;
  const hasNull = anyOf.some((choice: Schema) => choice.type === 'null');
  if (!hasNull || typeof other?.type !== 'string') return schema;
  return { ...other, ...rest, type: [other.type, 'null'] };
}

/** A choice needs a name; without one of its own it is called by its type. */
function titled(choice: Schema): Schema {
  if (choice.title !== undefined || choice.const !== undefined || choice.enum !== undefined) return choice;
  return { title: typeWords(choice), ...choice };
}

function typeWords({ type, items, $ref }: Schema): string {
  if (typeof $ref === 'string') return $ref.slice($ref.lastIndexOf('/') + 1);
  if (type === 'array') {
    const each = typeof items === 'object' && items !== null && !Array.isArray(items) ? typeWords(items as Schema) : '';
    return each === '' ? 'list' : `list of ${each}`;
  }
  return typeof type === 'string' ? type : 'any value';
}

/** Whether a method takes nothing here, so that there is nothing to fill in. */
export function takesNothing(schema: Schema): boolean {
  if (schema.type === 'array') {
    const { prefixItems, items, maxItems } = schema;
    if (maxItems === 0) return true;
    return Array.isArray(prefixItems) && prefixItems.length === 0 && (items === undefined || items === false);
  }
  const { properties, additionalProperties, patternProperties } = schema;
  const hasNone = properties === undefined || Object.keys(properties as Schema).length === 0;
  return hasNone && additionalProperties === false && patternProperties === undefined;
}

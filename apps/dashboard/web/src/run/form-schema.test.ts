import { expect, test } from 'vitest';
import { z } from 'zod';
import { argsFormSchemaOf, formSchemaOf, takesNothing } from './form-schema.ts';

const schemaOf = (type: z.ZodType) => z.toJSONSchema(type, { io: 'input' }) as Record<string, unknown>;

test('the items of a tuple are named by their place, unless they have a title', () => {
  const schema = schemaOf(z.tuple([z.string(), z.int().meta({ title: 'Amount' })]));
  expect(argsFormSchemaOf(schema).items).toMatchObject([
    { title: 'Argument 1', type: 'string' },
    { title: 'Amount', type: 'integer' },
  ]);
});

test('an object of anything, and a value of any kind, are left to JSON', () => {
  const schema = formSchemaOf(schemaOf(z.object({ free: z.record(z.string(), z.unknown()), any: z.unknown() })));
  expect(schema.properties).toMatchObject({ free: expect.not.objectContaining({ type: 'object' }), any: {} });
});

test('a value that may be null is a field that may be empty', () => {
  const schema = formSchemaOf(schemaOf(z.object({ note: z.string().max(5).nullable() })));
  expect(schema.properties).toEqual({ note: { type: ['string', 'null'], maxLength: 5 } });
});

test('instants are typed as text, so that their zone is kept', () => {
  const schema = formSchemaOf(schemaOf(z.object({ at: z.iso.datetime({ offset: true }) })));
  expect(schema.properties).toMatchObject({ at: expect.not.objectContaining({ format: 'date-time' }) });
});

test('a recursive schema keeps its definitions', () => {
  const Node = z.object({
    name: z.string(),
    get children() {
      return z.array(Node);
    },
  });
  const schema = formSchemaOf(schemaOf(z.object({ root: Node })));
  expect(JSON.stringify(schema)).toContain('"$ref"');
  expect(Object.keys(schema.$defs ?? {})).not.toEqual([]);
});

test.each([
  [z.tuple([]), true],
  [z.tuple([z.string()]), false],
  [z.array(z.string()), false],
  [z.strictObject({}), true],
  [z.strictObject({ a: z.string() }), false],
  [z.record(z.string(), z.string()), false],
])('it is known whether a schema leaves nothing to fill in', (type, answer) => {
  expect(takesNothing(schemaOf(type))).toBe(answer);
});

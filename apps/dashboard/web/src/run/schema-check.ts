import { type OutputUnit, type Schema, Validator } from '@cfworker/json-schema';
import type { Fault } from '@drover/core';
import type { RJSFSchema, ValidatorType } from '@rjsf/utils';

/**
 * JSON Schema, checked without compiling code: the content security policy forbids that. The API checks again; this only
 * tells people earlier.
 */
export function checkValue(schema: Record<string, unknown>, value: unknown, at: string): Fault[] {
  const { valid, errors } = new Validator(schema as Schema, '2020-12', false).validate(plain(value));
  if (valid) return [];
  const told = errors.filter(({ keyword }) => !wholes.has(keyword)).filter((error) => !isInsideChoice(error, errors));
  return told.map((error) => faultOf(error, at));
}

/** Errors about a whole that come together with one about its part. */
const wholes = new Set([
  'properties',
  'patternProperties',
  'additionalProperties',
  'items',
  'prefixItems',
  'allOf',
  '$ref',
]);

/** Why each of several forms does not fit says less than that none does. */
function isInsideChoice({ keywordLocation }: OutputUnit, errors: OutputUnit[]): boolean {
  return errors.some(
    (other) =>
      (other.keyword === 'anyOf' || other.keyword === 'oneOf') &&
      keywordLocation.startsWith(`${other.keywordLocation}/`),
  );
}

/** In the words of the API. What is missing is a fault of the field that should be there. */
function faultOf({ keyword, instanceLocation, error }: OutputUnit, at: string): Fault {
  const pointer = at + instanceLocation.slice(1);
  switch (keyword) {
    case 'required': {
      const [, missing = ''] = /required property "(.*)"/.exec(error) ?? [];
      return { pointer: `${pointer}/${missing.replaceAll('~', '~0').replaceAll('/', '~1')}`, message: 'is missing' };
    }
    case 'false':
      return { pointer, message: 'is not known to this method' };
    case 'anyOf':
    case 'oneOf':
      return { pointer, message: 'has none of the forms that are allowed' };
    default:
      return { pointer, message: error.replace(/^Instance /, '').replace(/\.$/, '') };
  }
}

/** As JSON will carry it: without what is undefined. */
function plain(value: unknown): unknown {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}

/** What the form library asks while it draws: which of several forms fits the data. It checks nothing on its own. */
const formValidator: ValidatorType = {
  isValid(schema, formData, rootSchema) {
    const { $defs, definitions } = rootSchema as RJSFSchema;
    const whole = { ...(schema as Schema), ...($defs && { $defs }), ...(definitions && { definitions }) };
    return new Validator(whole, '7', true).validate(plain(formData) ?? null).valid;
  },
  validateFormData: () => ({ errors: [], errorSchema: {} }),
  rawValidation: () => ({}),
};

// The build gives this file to rjsf in place of its own validator, which would need `eval`.
export default formValidator;

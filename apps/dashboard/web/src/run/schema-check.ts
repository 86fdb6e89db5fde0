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
  const leaves = errors.filter((error) => !errors.some((other) => isDeeper(other, error)));
  return leaves.map(({ instanceLocation, error }) => ({
    pointer: at + instanceLocation.slice(1),
    message: plainWords(error),
  }));
}

/** An error about a whole says no more than the one about its part. */
function isDeeper(other: OutputUnit, error: OutputUnit): boolean {
  return other !== error && other.keywordLocation.startsWith(`${error.keywordLocation}/`);
}

/** `Instance type "string" is invalid. Expected "integer".` → `type "string" is invalid. Expected "integer"`. */
function plainWords(error: string): string {
  return error.replace(/^Instance /, '').replace(/\.$/, '');
}

/** As JSON will carry it: without what is undefined. */
function plain(value: unknown): unknown {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}

/** What the form library asks while it draws: which of several forms fits the data. It checks nothing on its own. */
export const formValidator: ValidatorType = {
  isValid(schema, formData, rootSchema) {
    const { $defs, definitions } = rootSchema as RJSFSchema;
    const whole = { ...(schema as Schema), ...($defs && { $defs }), ...(definitions && { definitions }) };
    return new Validator(whole, '7', true).validate(plain(formData) ?? null).valid;
  },
  validateFormData: () => ({ errors: [], errorSchema: {} }),
  rawValidation: () => ({}),
};

export default formValidator;

import { type Experimental_DefaultFormStateBehavior, getDefaultFormState, type RJSFSchema } from '@rjsf/utils';
import formValidator from './schema-check.ts';

/** Which defaults of a schema a form shows as if they had been typed. */
export const formDefaults: Experimental_DefaultFormStateBehavior = {
  emptyObjectFields: 'skipEmptyDefaults',
  arrayMinItems: { populate: 'never' },
};

/** A value as a form makes it by being shown: with the schema's defaults where nothing was said. */
export function withDefaults(schema: RJSFSchema, value: unknown): unknown {
  return getDefaultFormState(formValidator, schema, value, schema, false, formDefaults);
}

import type { Fault } from '@drover/core';
import Form from '@rjsf/core';
import { Theme } from '@rjsf/mantine';
import { type ErrorSchema, ErrorSchemaBuilder, type RJSFSchema } from '@rjsf/utils';
import { useMemo } from 'react';
import { pathOf } from '../fault.ts';
import { formDefaults } from './form-defaults.ts';
import { formTemplates } from './form-templates.tsx';
import { type FormContext, JsonField } from './json-field.tsx';
import formValidator from './schema-check.ts';

type Props = {
  /** `args` or `kwargs`: the first part of the pointers of its faults. */
  name: 'args' | 'kwargs';
  /** Where a page has several such forms: what the ids of its fields begin with. Default: the name. */
  idPrefix?: string | undefined;
  schema: RJSFSchema;
  value: unknown;
  faults: readonly Fault[];
  onChange: (value: unknown) => void;
  onBroken: FormContext['onBroken'];
};

/** Parts that the library has no widget for are typed as JSON. */
const fields = { ...Theme.fields, FallbackField: JsonField };
const templates = { ...Theme.templates, ...formTemplates };
const widgets = Theme.widgets ?? {};

/** The inputs that a JSON Schema asks for, with faults at their fields. It is a part of the form around it. */
export function SchemaForm({ name, idPrefix = name, schema, value, faults, onChange, onBroken }: Props) {
  const extraErrors = useMemo(() => errorsOf(name, faults), [name, faults]);
  const formContext = useMemo(() => ({ onBroken }), [onBroken]);
  return (
    <Form
      tagName="div"
      idPrefix={idPrefix}
      schema={schema}
      uiSchema={{ 'ui:submitButtonOptions': { norender: true } }}
      formData={value}
      validator={formValidator}
      fields={fields}
      templates={templates}
      widgets={widgets}
      formContext={formContext}
      extraErrors={extraErrors}
      showErrorList={false}
      noValidate
      noHtml5Validate
      experimental_defaultFormStateBehavior={formDefaults}
      onChange={({ formData }) => onChange(formData)}
    />
  );
}

function errorsOf(name: string, faults: readonly Fault[]): ErrorSchema {
  const builder = new ErrorSchemaBuilder();
  for (const { pointer, message } of faults) {
    const [field, ...path] = pathOf(pointer);
    if (field === name) builder.addErrors(message, path);
  }
  return builder.ErrorSchema;
}

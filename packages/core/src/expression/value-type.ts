import { type ScopeValue, type TimeKind, timeKindOf } from './time-value.ts';

export type ValueType = TimeKind | 'null' | 'boolean' | 'number' | 'text' | 'list' | 'object';

/** What kind of value it is, in the words of the messages. */
export function typeOf(value: ScopeValue | undefined): ValueType {
  switch (typeof value) {
    case 'string':
      return 'text';
    case 'number':
      return 'number';
    case 'boolean':
      return 'boolean';
    case 'object':
      if (value === null) return 'null';
      return timeKindOf(value) ?? (Array.isArray(value) ? 'list' : 'object');
    default:
      return 'null';
  }
}

import type { Json } from '@drover/core';

/** A text read as JSON, or why it cannot be. */
export function readJson(text: string): { value: Json } | { fault: string } {
  try {
    return { value: JSON.parse(text) as Json };
  } catch (error) {
    return { fault: `This is not JSON: ${error instanceof Error ? error.message : String(error)}` };
  }
}

export function writeJson(value: unknown): string {
  return JSON.stringify(value, null, 2) ?? '';
}

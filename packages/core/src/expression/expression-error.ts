/** An expression that cannot be read, or that has no value. The message says where, and what was expected. */
export class ExpressionError extends Error {
  override readonly name = 'ExpressionError';
  /** Characters before it in its text; the message counts from 1. Undefined: it concerns the whole. */
  readonly position: number | undefined;
  /** JSON Pointer of the text in its template. Empty: the text stands alone, or nobody has said where it stands. */
  readonly pointer: string;
  /** The message without the place. */
  readonly detail: string;

  constructor(detail: string, position: number | undefined, pointer = '') {
    const place = position === undefined ? [pointer] : [pointer, `character ${position + 1}`];
    super([place.filter((part) => part !== '').join(', '), detail].filter((part) => part !== '').join(': '));
    this.detail = detail;
    this.position = position;
    this.pointer = pointer;
  }
}

/** There is no process for an isolated method now, which is no fault of its task: it was not begun, and is put off. */
export class NoProcess extends Error {
  override readonly name = 'NoProcess';
}

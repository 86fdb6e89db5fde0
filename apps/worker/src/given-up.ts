/** A method went on after its grace: it is no longer waited for, or its process was killed. */
export class GivenUp extends Error {
  override readonly name = 'GivenUp';
}

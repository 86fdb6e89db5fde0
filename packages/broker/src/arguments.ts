import { createHash } from 'node:crypto';
import { ClusterError, type Fault, limits, type MethodInfo } from '@drover/core';
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

/** Checks arguments against what live workers announce. */
type Check = { args: ValidateFunction; kwargs: ValidateFunction };

const faultsMax = 20;
const checksMax = 5_000;

export class ArgumentChecker {
  readonly #checks = new Map<string, Check>();

  /**
   * Several versions of a method may be live: the arguments must fit one of them.
   * @throws ClusterError args_invalid with a fault for every field, by the newest version
   */
  check(fullName: string, versions: MethodInfo[], args: unknown[], kwargs: Record<string, unknown>): void {
    let faults: Fault[] = [];
    for (const version of versions) {
      const check = this.#checkOf(version);
      faults = [...faultsOf(check.args, args, '/args'), ...faultsOf(check.kwargs, kwargs, '/kwargs')];
      if (faults.length === 0) return;
    }
    const [first] = faults;
    if (first === undefined) return;
    const more = faults.length > 1 ? ` (and ${faults.length - 1} more)` : '';
    throw new ClusterError('args_invalid', `${fullName}: ${first.pointer} ${first.message}${more}`, {
      faults: faults.slice(0, faultsMax),
    });
  }

  #checkOf(version: MethodInfo): Check {
    const known = this.#checks.get(version.version);
    if (known !== undefined) return known;
    // Its own instance each: two schemas may use one `$id`, and what is forgotten here is freed.
    const ajv = new Ajv2020({ allErrors: true, strict: false, validateFormats: true, logger: false });
    (addFormats as unknown as (ajv: Ajv2020) => void)(ajv);
    const check = { args: ajv.compile(version.argsSchema), kwargs: ajv.compile(version.kwargsSchema) };
    if (this.#checks.size >= checksMax) this.#checks.clear();
    this.#checks.set(version.version, check);
    return check;
  }
}

function faultsOf(validate: ValidateFunction, value: unknown, root: string): Fault[] {
  if (validate(value)) return [];
  const errors = validate.errors ?? [];
  // What is too long fails twice: as too long, and at each place where nothing may be.
  const telling = errors.filter(({ keyword }) => keyword !== 'false schema');
  return (telling.length > 0 ? telling : errors).slice(0, faultsMax).map((error) => ({
    pointer: `${root}${error.instancePath}${missingPart(error)}`,
    message: describe(error),
  }));
}

function missingPart({ keyword, params }: ErrorObject): string {
  const name: unknown =
    keyword === 'required'
      ? params.missingProperty
      : keyword === 'additionalProperties'
        ? params.additionalProperty
        : undefined;
  return typeof name === 'string' ? `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}` : '';
}

function describe({ keyword, message, params }: ErrorObject): string {
  switch (keyword) {
    case 'required':
      return 'is missing';
    case 'additionalProperties':
      return 'is not known to this method';
    case 'enum':
      return `must be one of ${JSON.stringify(params.allowedValues)}`;
    case 'false schema':
      return 'must not be there';
    case 'const':
      return `must be ${JSON.stringify(params.allowedValue)}`;
    default:
      return message ?? `fails "${keyword}"`;
  }
}

/**
 * The arguments' bounds: bytes as JSON, and depth.
 * @throws ClusterError args_too_large, args_invalid
 */
export function checkArgumentBounds(args: unknown[], kwargs: Record<string, unknown>, encodedLength: number): void {
  // The encoded envelope holds more than the arguments: where even that is small enough, nothing needs counting.
  if (encodedLength * 3 > limits.argsBytes) {
    const bytes = Buffer.byteLength(JSON.stringify(args)) + Buffer.byteLength(JSON.stringify(kwargs));
    if (bytes > limits.argsBytes) {
      throw new ClusterError(
        'args_too_large',
        `args and kwargs are ${bytes} bytes of JSON, at most ${limits.argsBytes} are allowed`,
        {
          faults: [{ pointer: '/args', message: `together with kwargs at most ${limits.argsBytes} bytes` }],
        },
      );
    }
  }
  if (isDeeper(args, limits.argsDepth)) throw tooDeep('/args');
  if (isDeeper(kwargs, limits.argsDepth)) throw tooDeep('/kwargs');
}

function tooDeep(pointer: string): ClusterError {
  const message = `nests deeper than ${limits.argsDepth} levels`;
  return new ClusterError('args_invalid', `${pointer} ${message}`, { faults: [{ pointer, message }] });
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  for (const item of Array.isArray(value) ? value : Object.values(value)) {
    if (isDeeper(item, levels - 1)) return true;
  }
  return false;
}

/** A short digest: for fingerprints and versions, not for secrets. */
export function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 22);
}

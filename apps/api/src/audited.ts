import type { AuditChange, AuditEnd } from '@drover/broker';
import type { Answer } from './answer.ts';
import { auditDetails, auditText } from './audit-details.ts';
import { addressOf } from './caller-address.ts';
import { clusterErrorOf } from './problem.ts';
import type { Call, RouteAudit, RouteOptions } from './route.ts';

/** What is known before the request is read. */
type Bare = Omit<Call, 'query' | 'body'>;
type Audited = { audit: RouteAudit<unknown, unknown>; handle: RouteOptions<unknown, unknown>['handle'] };

/**
 * Does what the route does, and writes down who asked for it, from where, and what came of it: before the change that it
 * is asked for, else it is not made; then the outcome. Requests that are refused are written down too, from the moment
 * when it is known who asks.
 *
 * @param read makes the call of the request, or refuses it
 */
export async function audited(route: Audited, bare: Bare, read: () => Promise<Call>): Promise<Answer | undefined> {
  const change = await bareChange(route.audit, bare);
  let call: Call;
  try {
    call = await read();
  } catch (error) {
    await writeEnd(bare, change, endOf(error));
    throw error;
  }
  if (route.audit.isChange?.(call) === false) return route.handle(call);
  const whole = wholeChange(route.audit, change, call);
  const begunId = await bare.cluster.audit.begin(whole);
  try {
    const answer = await route.handle(call);
    await writeEnd(bare, whole, doneWith(route.audit, answer, bare), begunId);
    return answer;
  } catch (error) {
    await writeEnd(bare, whole, endOf(error), begunId);
    throw error;
  }
}

async function bareChange({ action }: Audited['audit'], bare: Bare): Promise<AuditChange> {
  const { caller, params } = bare;
  const [inPath] = Object.values(params);
  return {
    actor: { keyId: caller.keyId, name: caller.name },
    company: caller.company,
    action,
    target: auditText(inPath),
    from: await addressOf(bare),
  };
}

function wholeChange({ target, details }: Audited['audit'], change: AuditChange, call: Call): AuditChange {
  return {
    ...change,
    target: target === undefined ? change.target : auditText(target(call)),
    details: auditDetails(details?.(call)),
  };
}

function doneWith({ made }: Audited['audit'], answer: Answer | undefined, { response }: Bare): AuditEnd {
  const status = answer?.status ?? response.statusCode;
  return { outcome: 'done', status, target: answer && auditText(made?.(answer)) };
}

function endOf(error: unknown): AuditEnd {
  const { status, code } = clusterErrorOf(error);
  return { outcome: status < 500 ? 'refused' : 'failed', status, code };
}

/** The answer stands, whatever becomes of the entry: what was begun is written later, a refusal changed nothing. */
async function writeEnd(
  { cluster, logger }: Bare,
  change: AuditChange,
  end: AuditEnd,
  begunId?: string,
): Promise<void> {
  try {
    await cluster.audit.end(change, end, begunId);
  } catch (error) {
    const { action, target, actor, from } = change;
    logger.warn({ err: error, action, target, keyId: actor.keyId, from, ...end }, 'audit could not be written now');
  }
}

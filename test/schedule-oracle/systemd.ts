import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expressionsOf } from './calendar-expression.ts';
import { clockOf } from './clock.ts';
import { iso, type Vector } from './vector.ts';

/**
 * Reads vectors, writes them again, and marks those of which `systemd-analyze calendar` (252) lists the same fires: another
 * program, other people, another copy of the zones. It drops what falls into a gap, so it cannot agree everywhere.
 */
function firesBySystemd(vector: Vector, expressions: string[]): string[] {
  const { rule, anchorAt, after, n } = vector;
  const start = Date.parse(rule.startAt ?? anchorAt);
  const base = new Date(Math.max(Date.parse(after), start - 1_000)).toISOString().slice(0, 19).replace('T', ' ');
  const args = ['calendar', `--iterations=${n}`, `--base-time=${base} UTC`, ...expressions];
  // Of some gaps at midnight it says "Resource deadlock avoided", and nothing else: that is no agreement.
  const { stdout } = spawnSync('systemd-analyze', args, { encoding: 'utf8', env: { ...process.env, TZ: 'UTC' } });
  const found = stdout.matchAll(/(?:Next elapse|Iter\. #\d+): \w+ (\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) UTC/g);
  const times = new Set([...found].map(([, date, time]) => Date.parse(`${date}T${time}Z`)));
  const finish = rule.finishAt === undefined ? Number.POSITIVE_INFINITY : Date.parse(rule.finishAt);
  const count = Math.min(n, rule.maxFires ?? n);
  return [...times]
    .sort((a, b) => a - b)
    .slice(0, count)
    .filter((at) => at <= finish)
    .map(iso);
}

/** Why they may differ: what the clock does while the vector lasts. */
function reasonOf({ rule, after, fires }: Vector): 'gap' | 'repeat' | 'none' {
  const [from, to] = [Date.parse(after), Date.parse(fires.at(-1) ?? after) + 86_400_000];
  const within = clockOf(rule.timeZone ?? 'UTC').transitions.filter(({ at }) => at >= from && at <= to);
  if (within.some(({ before, after: then }) => then > before)) return 'gap';
  return within.length > 0 ? 'repeat' : 'none';
}

const [header, ...lines] = readFileSync(0, 'utf8').trimEnd().split('\n');
console.log(header);
const counts = { agree: 0, gap: 0, repeat: 0, none: 0, notExpressible: 0 };
for (const line of lines) {
  const { systemd: _, ...vector } = JSON.parse(line) as Vector;
  const expressions = expressionsOf(vector);
  if (expressions === undefined) {
    counts.notExpressible += 1;
    console.log(JSON.stringify(vector));
    continue;
  }
  const fires = firesBySystemd(vector, expressions);
  const agrees = fires.join() === vector.fires.join();
  counts[agrees ? 'agree' : reasonOf(vector)] += 1;
  if (!agrees) console.error(JSON.stringify({ ...vector, expressions, systemd: fires, reason: reasonOf(vector) }));
  console.log(JSON.stringify(agrees ? { ...vector, systemd: true } : vector));
}
console.error(counts);

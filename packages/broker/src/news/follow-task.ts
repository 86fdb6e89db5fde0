import { ClusterError, isFinished, type LogLine, type StateEvent, type Task } from '@drover/core';
import type { Access, FollowedEvent } from '../cluster.ts';
import { shownTo } from '../find-task.ts';
import type { Keys } from '../keys.ts';
import { rawTaskOf, type TaskReply } from '../read-tasks.ts';
import { reach } from '../redis.ts';
import type { RunScript } from '../scripts.ts';
import { queueOfTaskId } from '../task-id.ts';
import { readAgain } from '../wait-for.ts';
import { Inbox } from './inbox.ts';
import type { NewsDesk } from './news-desk.ts';
import { compareIds, type News } from './news-entry.ts';
import { type Position, streamStart } from './position.ts';
import { begunInTime, type Source } from './streams.ts';

type Parts = { keys: Keys; run: RunScript; desk: NewsDesk };

/** About what a piece of news takes in memory. */
const newsBytes = 300;

/**
 * The id of an event of one task's stream: `<lines>`, how many lines of its log come before it, it included; at the end
 * `<lines>/<end>`, the end in Unix ms. What it says of the task is looked up when somebody comes back.
 */
const idPattern = /^(\d{1,9})(?:\/(\d{1,16}))?$/;

/**
 * One task: where it is and how far, its log from the beginning, and from then on what happens to it, up to its end. With
 * the id of the last event that somebody has, the log goes on from there.
 *
 * @returns undefined when the task has ended, and that event told so
 * @throws ClusterError task_unknown
 */
export async function followTask(
  parts: Parts,
  id: string,
  lastEventId: string | undefined,
  access: Access,
): Promise<Source | undefined> {
  const [, lines = '0', end] = idPattern.exec(lastEventId ?? '') ?? [];
  const follower = new TaskFollower(parts, id, access, Number(lines));
  try {
    const first = await follower.begin();
    if (end !== undefined && first.at(-1)?.id.split('/')[1] === end) {
      follower.stop();
      return undefined;
    }
    return follower;
  } catch (error) {
    follower.stop();
    throw error;
  }
}

class TaskFollower implements Source {
  readonly #parts: Parts;
  readonly #id: string;
  readonly #queue: string;
  readonly #access: Access;
  /** Null: what was told for a while is not known. */
  readonly #inbox = new Inbox<News | null>();
  #stopListening: () => void = () => {};
  /** Lines of the log that were given out. */
  #lines: number;
  #position: Position = { events: streamStart, pulse: streamStart };
  #first: FollowedEvent[] = [];
  #isAtEnd = false;

  constructor(parts: Parts, id: string, access: Access, lines: number) {
    const queue = queueOfTaskId(id);
    if (queue === undefined) throw new ClusterError('task_unknown', `there is no task "${id}"`);
    this.#parts = parts;
    this.#id = id;
    this.#queue = queue;
    this.#access = access;
    this.#lines = lines;
  }

  /** Listens, then looks: what changes after the look is heard. */
  async begin(): Promise<FollowedEvent[]> {
    let hasBegun = false;
    const begun = new Promise<void>((resolve) => {
      const begin = () => {
        if (hasBegun) this.#inbox.put(null, newsBytes);
        hasBegun = true;
        resolve();
      };
      const heard = (news: News) => this.#inbox.put(news, newsBytes);
      this.#stopListening = this.#parts.desk.listen({ begun: begin, heard }, this.#id);
    });
    await begunInTime(begun);
    this.#first = await this.#look();
    return this.#first;
  }

  async take(): Promise<FollowedEvent[] | undefined> {
    if (this.#first.length > 0) {
      const first = this.#first;
      this.#first = [];
      return first;
    }
    if (this.#isAtEnd) return undefined;
    const heard = await this.#inbox.take();
    if (heard === undefined) return undefined;
    const events: FollowedEvent[] = [];
    for (const [index, news] of heard.entries()) {
      if (news !== null && compareIds(news.entry.id, this.#position[news.entry.stream]) <= 0) continue;
      if (news?.event === undefined && news !== null) {
        // The next one of these reads the lines of this one too.
        const next = heard[index + 1];
        if (next === undefined || next === null || next.event !== undefined) events.push(...(await this.#newLines()));
      } else if (news === null || (news.event?.type === 'state' && isFinished(news.event.state))) {
        events.push(...(await readAgain(() => this.#look())));
      } else if (news.event !== undefined) {
        events.push({ id: String(this.#lines), event: news.event });
      }
      if (this.#isAtEnd) break;
    }
    return events;
  }

  lastId(): string {
    return this.#first.length > 0 ? '' : String(this.#lines);
  }

  get cutOff(): AbortSignal {
    return this.#inbox.cutOff;
  }

  stop(): void {
    this.#stopListening();
    this.#inbox.end();
  }

  /** All of it as it is now: its state, unless it has ended; how far it is; new lines of its log; its end. */
  async #look(): Promise<FollowedEvent[]> {
    const before = String(this.#lines);
    const { reply, position, lines } = await this.#ask('task');
    const raw = reply === null ? undefined : rawTaskOf({ queue: this.#queue, id: this.#id }, reply);
    const { task } = shownTo(this.#access, this.#id, raw);
    this.#position = position;
    const state = stateEventOf(task);
    const progress = { type: 'progress', ...fieldsOf(task), progress: task.progress, at: state.at } as const;
    if (!isFinished(task.state)) {
      return [{ id: before, event: state }, { id: before, event: progress }, ...lines];
    }
    this.#isAtEnd = true;
    const end = `${this.#lines}/${Date.parse(task.finishedAt ?? task.createdAt)}`;
    return [{ id: before, event: progress }, ...lines, { id: end, event: state }];
  }

  async #newLines(): Promise<FollowedEvent[]> {
    return (await this.#ask('log')).lines;
  }

  async #ask(what: 'task' | 'log') {
    const { keys, run } = this.#parts;
    const args = [keys.prefix, `${keys.bullPrefix}:`, this.#queue, this.#id, this.#lines, what];
    const [reply, events, pulse, total, encoded] = (await reach(run('follow', keys.queues, args))) as [
      TaskReply | null,
      string | null,
      string | null,
      number,
      string[],
    ];
    const first = total - encoded.length;
    const lines = encoded.map((line, index): FollowedEvent => {
      const event = { type: 'log' as const, taskId: this.#id, line: JSON.parse(line) as LogLine };
      return { id: String(first + index + 1), event };
    });
    this.#lines = total;
    return { reply, position: { events: events ?? streamStart, pulse: pulse ?? streamStart }, lines };
  }
}

function fieldsOf({ id, model, method, queue, company }: Task) {
  return { taskId: id, model, method, queue, ...(company === undefined ? {} : { company }) };
}

function stateEventOf(task: Task): StateEvent {
  const newest = task.executions.at(-1);
  const outcome = task.outcome ?? newest?.outcome;
  const at = task.finishedAt ?? (task.state === 'running' ? task.startedAt : newest?.endedAt) ?? task.createdAt;
  return { type: 'state', ...fieldsOf(task), state: task.state, ...(outcome === undefined ? {} : { outcome }), at };
}

/**
 * Every bound of Drover, with its reason. Crossing one is a clear error, never a silent cut, but where the text says so.
 */
const KiB = 1024;
const MiB = 1024 * KiB;
const yearMs = 365 * 86_400_000;

export const limits = {
  /** A request's body. Larger work is sent as NDJSON, or as a reference to a file. */
  bodyBytes: MiB,
  /** How long a body of JSON may take to come: whoever sends it byte by byte holds a connection. */
  bodyMs: 30_000,
  /** One line of NDJSON: as large as a whole body. */
  ndjsonLineBytes: MiB,
  /** args and kwargs together, as JSON: they are read by every attempt. */
  argsBytes: 256 * KiB,
  /** How deep args and kwargs may nest: recursive code must not overflow. */
  argsDepth: 64,
  /** A result, as JSON. A larger one fails the task with `result_too_large`. */
  resultBytes: 256 * KiB,
  /** Item results listed of successes, and again of failures: together they fit into a result. The rest is counted. */
  itemResultsBytes: 100 * KiB,
  /** What an item's failure says, characters. A longer one is cut, and shows it. */
  itemErrorLength: 500,
  /** A checkpoint, as JSON. */
  checkpointBytes: 64 * KiB,
  taskIdLength: 110,
  /** A task's display name, characters. */
  nameLength: 200,
  /** Model and method names together, characters. */
  methodLength: 200,
  /** A user's or company's name, characters. */
  identityLength: 128,
  queueLength: 64,
  /** Queues of a cluster: every look of every worker for work goes over all of them. */
  queues: 64,
  tags: 10,
  tagLength: 64,
  priorityMin: 1,
  /** BullMQ's own bound. */
  priorityMax: 2_097_151,
  maxRetries: 25,
  /** Ten years: what lies further away is a mistake of units. */
  delayMs: 10 * yearMs,
  timeoutSeconds: 7 * 86_400,
  /** Log lines kept of a task. The oldest go, and the log says how many. */
  logLines: 1_000,
  /** A log line. A longer one is cut, and says so. */
  logLineBytes: 2 * KiB,
  /** An error's message. A longer one is cut. */
  errorMessageBytes: 2 * KiB,
  /** An error's traceback. A longer one is cut. */
  tracebackBytes: 16 * KiB,
  /** Progress written a second and task. The last one always arrives. */
  progressPerSecond: 4,
  progressMessageLength: 200,
  /** Tasks of one `POST /v1/tasks/bulk` as JSON. NDJSON has no such bound. */
  bulkTasks: 1_000,
  /** Tasks sent to Redis in one pipeline: keeps Redis answering others. */
  bulkChunk: 500,
  /** Lines of NDJSON gathered for one pipeline end here too, and so many pipelines of one request are under way. */
  bulkChunkBytes: 4 * MiB,
  bulkParallel: 3,
  /** A client that takes nothing of its answer for so long is cut off. */
  streamStallMs: 300_000,
  /** Faults told of one bad request, and characters of each pointer: keys can be as long as a body. */
  faults: 50,
  faultPointerLength: 500,
  /** A problem's detail, characters: it quotes what was sent. */
  problemDetailLength: 500,
  /** A page's cursor, characters. */
  cursorLength: 1_024,
  /** Tasks added by one script call: Redis is busy with it for a few milliseconds at most. */
  enqueueGroup: 100,
  /** Tasks taken or finished by one script call: the same. */
  consumeGroup: 64,
  /** Tasks that one worker process runs at a time. */
  concurrency: 1_000,
  /** `concurrency` and `keyConcurrency` of a queue. */
  queueConcurrency: 100_000,
  /** `rate` of a queue: tasks, and the time in which they begin. A day. */
  rateTasks: 1_000_000,
  rateSeconds: 86_400,
  /** `concurrencyKey` of a task, characters. */
  concurrencyKeyLength: 128,
  /** Processes of isolated methods that one worker has: each takes some 80 MB, and there is a worker for each core. */
  isolatedProcesses: 8,
  /** Methods that one such process runs: what they leave in memory goes with it. */
  isolatedRuns: 10_000,
  /** What such a process says to its worker at once, as JSON, characters: a result and a request fit. The worker holds it. */
  isolatedMessageLength: MiB,
  /** How long it may take to start, and how long nobody gets one until those who wait for one are put off. */
  isolatedStartMs: 60_000,
  isolatedLineMs: 60_000,
  /** `memoryMb`: less is nothing that a method can run in, and more no machine has. */
  isolatedMemoryMbMin: 16,
  isolatedMemoryMbMax: 1_048_576,
  /** How long `onCancel` may take, with a process for it where it needs one: who killed the task waits for it. */
  cancelMs: 5_000,
  /** Single tasks that one call of a batch method does. */
  mergedItems: 1_000,
  /** How long a single task waits at most for others, to be done with them. */
  mergedWaitSeconds: 60,
  /** Requests that wait for one worker: of more, the oldest are given up. */
  controlRequests: 1_000,
  /** How long a request to a worker waits for it. */
  controlMs: 60_000,
  /** How long a method may go on after it was asked to end, because its time is up or it is to be killed. */
  killGraceMs: 10_000,
  /** How long an answer is waited for beyond the grace that a killed task has. */
  controlAnswerMs: 2_000,
  /** What supervisors did to the number of workers, and is remembered. */
  scaleHistory: 200,
  /** The longest wait for a result in one request. */
  waitSeconds: 60,
  pageDefault: 50,
  pageMax: 200,
  /** An idempotency key, characters, and how long it is remembered. */
  idempotencyKeyLength: 255,
  idempotencyMs: 86_400_000,
  /** Newest finished tasks that BullMQ keeps for Bull Board, per queue. The ledger keeps all. */
  keepCompleted: 1_000,
  keepFailed: 5_000,
  /** A task whose worker died this often is given up as `lost`. */
  lostWorkers: 3,
  /** Keys of the cluster: authentication holds them in memory. */
  apiKeys: 1_000,
  /** Methods that one worker may announce, and the bytes of it all. */
  methods: 2_000,
  manifestBytes: 4 * MiB,
  /** `http.request`: an answer read unless the caller says otherwise, and the largest that it may allow. Held in memory. */
  httpBodyBytes: MiB,
  httpBodyBytesMax: 16 * MiB,
  /** `http.request`: text of the answer in the result, as JSON. Cut, and the result says so. */
  httpTextBytes: 64 * KiB,
  /** `http.request`: headers of the answer in the result. The rest is left out. */
  httpHeadersBytes: 16 * KiB,
  /** One header's name or value, characters. */
  httpHeaderLength: 4_096,
  httpRedirects: 20,
  httpTimeoutSeconds: 3_600,
  urlLength: 2_048,
  /** `data.*`: one row as it is read. A longer one fails: mostly a quote that is never closed. Held in memory. */
  rowBytes: MiB,
  /** `data.*`: columns of a file. */
  columns: 1_000,
  /** `data.extractor`: a file taken from a URL. */
  downloadBytes: 16 * 1024 * MiB,
  /** Ids in one call of a batch method: their records are held in memory. */
  batchIds: 10_000,
  /** Groups of a report: they are held in memory, and nobody reads more. */
  reportGroups: 10_000,
  /** `data.*`: rows that did not fit, shown in the result. All are counted. */
  badRowExamples: 10,
  /** Names of columns that a result lists, characters in all: it has other things to say. */
  columnsListed: 10_000,
  /** A path below the data folder, characters. */
  pathLength: 500,
  /** Recipients of one e-mail: what mail servers commonly take (RFC 5321, 4.5.3.1.8). */
  mailRecipients: 100,
  /** Messages of one `email.message.send_batch`: they travel over one connection, one by one. */
  mailBatch: 1_000,
  /** Attachments of one e-mail, and their size together: what mail servers commonly take. Held in memory. */
  mailAttachments: 10,
  mailAttachmentBytes: 10 * MiB,
  /** The longest pause that a server's `Retry-After` is believed: a day. */
  retryAfterSeconds: 86_400,
  /** Executions shown of one task: the newest. */
  executions: 100,
  /** The words of a search, characters. */
  searchLength: 200,
  /** Tasks that one request looks through for words: what a narrow search costs at most. */
  searchTasks: 2_000,
  /** Tasks read by one script call while searching: Redis is busy with it for a few milliseconds at most. */
  searchGroup: 100,
  /** Tasks named one by one in `POST /v1/tasks/actions`: a page of what is selected. */
  actionIds: 1_000,
  /** Samples of a dry run. */
  actionSamples: 10,
  /** What a person says beside a change, characters. */
  commentLength: 2_000,
  /** Changes and comments kept with a task, and the bytes of all of them: old arguments can be large. The oldest go. */
  historyEntries: 100,
  historyBytes: MiB,
  /** Days that statistics are kept, in quarters of an hour, so that a day of any time zone is exact. */
  statisticsDays: 92,
  /** Groups that one answer of the statistics lists. */
  statisticsGroups: 200,
  /** Groups of failures kept: the ones seen longest ago go. */
  failureGroups: 2_000,
  /** Changes kept for the audit, and how long. */
  auditEntries: 1_000_000,
  auditMs: 365 * 86_400_000,
  /** Changes that one request of the audit looks through for those that fit, and reads in one call. */
  auditSearch: 10_000,
  auditGroup: 500,
  /** What was asked for, in an entry of the audit: a text in it, characters, and all as JSON. Cut, and it shows. */
  auditTextLength: 200,
  auditDetailsBytes: 2 * KiB,
  /** Outcomes kept in memory while Redis is away. Of further ones the audit shows only that they were asked for. */
  auditPending: 1_000,
  /** Finished tasks forgotten by one step of `system.ledger.prune`. */
  pruneBatch: 1_000,
  /** Files and folders that one `system.disk.cleanup` looks at: some seconds of work. */
  cleanUpFiles: 100_000,
  /** Live event streams of one API process, and bytes that one listener may lag behind before it is cut off. */
  eventStreams: 2_000,
  eventLagBytes: MiB,
  /** A comment goes over every live stream so often, so that nothing on the way takes it for dead. */
  eventHeartbeatMs: 15_000,
  /** Running tasks that one explanation looks at, to tell which hold the slots. */
  explainRunning: 500,
  /** Running tasks of a queue that are looked at for stuck ones, the oldest, and how many are shown. */
  stuckLook: 1_000,
  stuckTasks: 100,
  /** Running tasks that are looked at for those of one worker. */
  workerLook: 10_000,
  /** Tasks, workers and methods that a reason names. All are counted. */
  explainNames: 10,
  /** Of an error's message, characters of a sentence. It is cut, and shows it. */
  explainTextLength: 300,
  /** Tasks of one flow: all are added by one call, or none. */
  flowTasks: 1_000,
  /** What its tasks wait for, in all: the same. */
  flowEdges: 10_000,
  flowKeyLength: 64,
  /** Results that are shown with a flow, as JSON together, and what is said of each of its tasks, characters. */
  flowResultsBytes: MiB,
  flowMessageLength: 300,
  /** Tasks that one task outside a flow waits for. */
  dependsOn: 1_000,
  /** Results of all that a task waits for, as JSON: they are held in memory while it runs. */
  dependenciesBytes: 16 * MiB,
  /** Jobs of a cluster: a list looks through all of them. */
  jobs: 5_000,
  /** Lines of a job: each waits for all before it. */
  jobLines: 100,
  jobLineNumber: 1_000_000,
  /** Schedules of a cluster: a worker reads the due ones, and a list looks through all of them. */
  schedules: 20_000,
  /** `frequency.interval`: ten thousand months are enough. */
  scheduleInterval: 10_000,
  /** `maxFires`. */
  scheduleFires: 1_000_000_000,
  /** `pauseAfterFailures`. */
  scheduleFailures: 1_000,
  cronLength: 200,
  /** The longest name of a zone, with room. */
  timeZoneLength: 64,
  /** A day: what is spread wider is another schedule. */
  jitterSeconds: 86_400,
  /** Missed fires that are caught up with the policy `all`: the newest. */
  missedFires: 100,
  /** Missed fires that are counted. Of more the log says "at least". */
  missedCount: 10_000,
  /** With the policy `skip` a fire that is no later than this is not missed: workers are restarted in less. */
  missedAfterMs: 60_000,
  /** Fires that wait for an earlier task of their schedule. Further ones are skipped. */
  queuedFires: 100,
  /** Lines kept of a schedule's fire log. */
  fireLog: 1_000,
  previewFires: 100,
  /** Fires of one backfill. */
  backfillFires: 1_000,
  /** Fires that a calendar shows of one schedule, schedules that it shows, and how long it may be. */
  calendarFires: 200,
  calendarSchedules: 1_000,
  calendarMs: 32 * 86_400_000,
  /** Schedules of one import. */
  importSchedules: 10_000,
  /** Tokens of YAML in a body: reading them blocks the process for about a second. */
  yamlTokens: 250_000,
  /** How deep YAML may nest: what reads it recurses. Arguments as deep as they may be, and what is around them. */
  yamlDepth: 80,
  /** How often the aliases of a YAML text may be followed, together: a few lines can stand for gigabytes. */
  yamlAliases: 100,
  /** Due schedules that one call of a worker reads: Redis is busy with it for a few milliseconds at most. */
  fireGroup: 100,
  /** An expression, characters. What is longer is a program, and belongs into a method. */
  expressionLength: 1_000,
  /** Brackets, calls and signs inside each other: reading is recursive. */
  expressionDepth: 32,
  /** Values, items and characters that the expressions of one template look at: some tens of milliseconds. */
  expressionSteps: 5_000_000,
  /** What a fault quotes of an expression, characters. */
  expressionQuote: 40,
  /** How far a rule is searched for its next time. A leap day on a weekday comes again within 40 years. */
  scheduleYears: 50,
  /** Time zones, and stretches between two changes of the clocks in each, that a process keeps in memory. */
  zones: 600,
  zoneSegments: 1_000,
  /** Cron patterns that a process keeps in memory as they were read. */
  cronPatterns: 1_000,
  /** Names that are offered for a time zone that there is not. */
  zoneHints: 3,
} as const;

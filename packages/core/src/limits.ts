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
  /** Live event streams of one API process, and bytes that one listener may lag behind before it is cut off. */
  eventStreams: 2_000,
  eventLagBytes: MiB,
  /** A comment goes over every live stream so often, so that nothing on the way takes it for dead. */
  eventHeartbeatMs: 15_000,
  /** Running tasks that one explanation looks at, to tell which hold the slots. */
  explainRunning: 500,
  /** Tasks, workers and methods that a reason names. All are counted. */
  explainNames: 10,
  /** Of an error's message, characters of a sentence. It is cut, and shows it. */
  explainTextLength: 300,
} as const;

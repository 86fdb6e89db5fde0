--[[
  Ends executions: writes them to the ledger and moves their tasks on, all in one call, so that there is no moment in
  which one is done and the other is not. Called again with the same (a reply was lost), it changes nothing.

  KEYS[1]  any key of the shard (for routing)
  ARGV[1]  our prefix
  ARGV[2]  BullMQ's prefix
  ARGV[3]  now, Unix ms
  ARGV[4]  lock token of this process
  ARGV[5]  how many completed, ARGV[6] how many failed jobs BullMQ keeps a queue
  ARGV[7]  life of the statistics, ms
  ARGV[8]  hash of this worker's id (2 bytes)
  ARGV[9]  how many groups of failures are kept
  then 15 an execution:
    queue, id, attempt, kind (end, retry, attention, return, postpone), execution (JSON, '' for none that counts),
    state, outcome, result (JSON or ''), error (JSON or ''), message, retry and postpone: when it runs again (Unix ms),
    entry for the list of newest failures (JSON or ''), duration (ms),
    group of failures that this is one of ('' for none), what is the same in all of the group (JSON)

  Returns a list: 1 recorded, 2 had been recorded before, 0 the task is no longer ours: nothing was written.
]]
local rcall = redis.call

--- @include "getDelayedScore"
--- @include "addDelayMarkerIfNeeded"
--- @include "addJobWithPriority"
--- @include "pushBackJobWithPriority"
--- @include "isQueuePausedOrMaxed"
--- @include "dropOldest"

local prefix, now = ARGV[1], tonumber(ARGV[3])
--- @include "ledgerRows"
--- @include "indexTask"
--- @include "statistics"
--- @include "events"
--- @include "failureGroups"

local perExecution = 15
local worker = ARGV[8]
-- 2^41 - 1 ms: BullMQ's score of a delayed job has room for no later time.
local attentionAt = 2199023255551
local results = {}
local tally = { done = 0, error = 0, cancelled = 0 }
local totals = {}
-- What is one command for all of them, once every task was looked at: locks, and by queue what leaves `stalled` and
-- what enters `completed` and `failed`.
local locks, released, completed, failed = {}, {}, {}, {}

local function listOf(lists, base)
  lists[base] = lists[base] or {}
  return lists[base]
end

local function enter(sets, base, id)
  local scored = listOf(sets, base)
  scored[#scored + 1] = now
  scored[#scored + 1] = id
end

local function isOurs(base, jobKey, id, attempt, newestAttempt)
  -- Ours: nobody has begun another attempt. A lock that merely expired is still ours.
  if newestAttempt ~= attempt then return false end
  local holder = rcall('GET', jobKey .. ':lock')
  if holder and holder ~= ARGV[4] then return false end
  if rcall('LREM', base .. 'active', -1, id) == 0 then return false end
  locks[#locks + 1] = jobKey .. ':lock'
  table.insert(listOf(released, base), id)
  return true
end

-- Places of a job's fields, as they are read below.
local newestAttempt, name, data, createdAt, priority, progress, retries, runAt, checkpoint, number, run, company, begunAt =
  1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13

local function read(jobKey)
  return rcall('HMGET', jobKey, 'ats', 'name', 'data', 'timestamp', 'priority', 'progress', 'atm', 'ra', 'cp', 'sq',
    'xq', 'co', 'processedOn')
end

local function countAttempt(job, at, counts, isRetried)
  if ARGV[at + 4] == '' then
    -- It was not tried: its row says so.
    if job[run] then putRun(tonumber(job[run]), '', worker) end
    return
  end
  local dueAt, laterAt = tonumber(job[createdAt]), tonumber(job[runAt] or '')
  if laterAt and laterAt > dueAt then dueAt = laterAt end
  countExecution(counts, tonumber(ARGV[at + 12]), (tonumber(job[begunAt]) or now) - dueAt)
  if isRetried then count(counts, 12, 1) end
  if job[run] then putRun(tonumber(job[run]), ARGV[at + 6], worker) end
end

local function noteFailure(job, at, id)
  if ARGV[at + 11] ~= '' then rcall('LPUSH', prefix .. 'failures', ARGV[at + 11]) end
  if ARGV[at + 13] == '' then return end
  addFailure(ARGV[at + 13], ARGV[at + 14], id, ARGV[at + 9], now)
  putCell('rows', 'f', 4, tonumber(job[number]), hashBytes(string.match(ARGV[at + 13], '^[^.]+'), 4))
end

local function finish(at, queue, base, id, jobKey, taskKey, job)
  local attempt, execution, state, outcome = ARGV[at + 2], ARGV[at + 4], ARGV[at + 5], ARGV[at + 6]
  local record = { 'q', queue, 'n', job[name], 'd', job[data], 't', job[createdAt], 'p', job[priority], 's', state,
    'o', outcome, 'f', ARGV[3], 'sq', job[number] }
  local function put(field, value)
    if value and value ~= '' then
      local last = #record
      record[last + 1], record[last + 2] = field, value
    end
  end
  put('x' .. attempt, execution)
  put('pr', job[progress])
  if job[retries] ~= '0' then put('a', job[retries]) end
  put('ra', job[runAt])
  put('r', ARGV[at + 7])
  put('e', ARGV[at + 8])
  put('m', ARGV[at + 9])
  if state == 'done' then
    local returned = ARGV[at + 7] ~= '' and ARGV[at + 7] or 'null'
    rcall('HSET', jobKey, 'xr', attempt, 'returnvalue', returned, 'finishedOn', ARGV[3])
    enter(completed, base, id)
  else
    put('cp', job[checkpoint])
    local reason = ARGV[at + 9] ~= '' and ARGV[at + 9] or outcome
    rcall('HSET', jobKey, 'xr', attempt, 'failedReason', reason, 'finishedOn', ARGV[3])
    enter(failed, base, id)
  end
  rcall('HSET', taskKey, unpack(record))
  -- Who did not try it is not the one who ran it last.
  putState(tonumber(job[number]), state, outcome, execution ~= '' and worker or nil)
  local counts = tallyOf(job[name], queue, job[company])
  countAttempt(job, at, counts, false)
  count(counts, string.byte(outcomeCodes[outcome]), 1)
  tell(state, outcome, id, job[name], job[company])
  tally[state] = tally[state] + 1
  totals[queue] = totals[queue] or { done = 0, error = 0, cancelled = 0 }
  totals[queue][state] = totals[queue][state] + 1
  if state == 'error' then noteFailure(job, at, id) end
end

local function delay(base, id, jobKey, priority, delayMs, score)
  local delayed, marker = base .. 'delayed', base .. 'marker'
  if delayMs <= 0 then
    addJobWithPriority(marker, base .. 'prioritized', priority, id, base .. 'pc',
      isQueuePausedOrMaxed(base .. 'meta', base .. 'active'))
    rcall('HSET', jobKey, 'delay', 0)
  else
    rcall('ZADD', delayed, score or getDelayedScore(delayed, now, delayMs), id)
    rcall('HSET', jobKey, 'delay', delayMs)
    addDelayMarkerIfNeeded(marker, delayed)
  end
end

local function record(at)
  local queue, id, attempt, kind, execution = ARGV[at], ARGV[at + 1], ARGV[at + 2], ARGV[at + 3], ARGV[at + 4]
  local base = ARGV[2] .. queue .. ':'
  local jobKey, taskKey = base .. id, prefix .. 'task:' .. id
  local job = read(jobKey)
  if not isOurs(base, jobKey, id, attempt, job[newestAttempt]) then
    return rcall('HGET', taskKey, 'x' .. attempt) == execution and 2 or 0
  end
  job[company] = job[company] or ''
  if not job[number] then
    job[number], job[company] = indexTask(id, job[name], queue, job[data], 'waiting', '')
    rcall('HSET', jobKey, 'sq', job[number])
  end
  if kind == 'end' then
    finish(at, queue, base, id, jobKey, taskKey, job)
    return 1
  end
  local urgency, row = tonumber(job[priority]) or 1, tonumber(job[number])
  if kind == 'postpone' then
    -- Nobody is woken for it: those who wait stay in line as they are, so that the next to look is another worker.
    local delayMs = math.max(1, tonumber(ARGV[at + 10]) - now)
    rcall('ZADD', base .. 'delayed', getDelayedScore(base .. 'delayed', now, delayMs), id)
    rcall('HSET', jobKey, 'delay', delayMs, 'ats', tonumber(attempt) - 1, 'ra', ARGV[at + 10], 'pp', 1)
    countAttempt(job, at)
    putState(row, 'scheduled', '')
    tell('scheduled', '', id, job[name], job[company])
    return 1
  end
  local counts = tallyOf(job[name], queue, job[company])
  if execution ~= '' then rcall('HSET', taskKey, 'x' .. attempt, execution) end
  rcall('HSET', jobKey, 'xr', attempt)
  countAttempt(job, at, counts, kind == 'retry')
  if kind == 'retry' then
    local againAt = tonumber(ARGV[at + 10])
    local state = againAt > now and 'scheduled' or 'waiting'
    rcall('HINCRBY', jobKey, 'atm', 1)
    rcall('HSET', jobKey, 'failedReason', ARGV[at + 9], 'ra', ARGV[at + 10])
    rcall('HDEL', jobKey, 'pp')
    delay(base, id, jobKey, urgency, againAt - now)
    putState(row, state, '', worker)
    tell(state, ARGV[at + 6], id, job[name], job[company])
  elseif kind == 'attention' then
    rcall('HSET', jobKey, 'failedReason', ARGV[at + 9], 'aa', ARGV[3])
    delay(base, id, jobKey, urgency, attentionAt - now, attentionAt * 0x1000)
    putState(row, 'requires_attention', '', worker)
    tell('requires_attention', 'error', id, job[name], job[company])
    count(counts, 15, 1)
    noteFailure(job, at, id)
  else
    pushBackJobWithPriority(base .. 'prioritized', urgency, id)
    rcall('ZADD', base .. 'marker', 0, '0')
    putState(row, 'waiting', '', worker)
    tell('waiting', '', id, job[name], job[company])
  end
  return 1
end

for at = 10, #ARGV, perExecution do results[#results + 1] = record(at) end

if #locks > 0 then rcall('DEL', unpack(locks)) end
for base, ids in pairs(released) do rcall('SREM', base .. 'stalled', unpack(ids)) end
for base, scored in pairs(completed) do
  rcall('ZADD', base .. 'completed', unpack(scored))
  dropOldest(tonumber(ARGV[5]), base .. 'completed', base)
end
for base, scored in pairs(failed) do
  rcall('ZADD', base .. 'failed', unpack(scored))
  dropOldest(tonumber(ARGV[6]), base .. 'failed', base)
end
local isAnyEnded = false
for queue, counts in pairs(totals) do
  isAnyEnded = true
  for state, total in pairs(counts) do
    if total > 0 then rcall('HINCRBY', prefix .. 'totals', queue .. ':' .. state, total) end
  end
end
if isAnyEnded then
  local minuteKey = prefix .. 'minute:' .. math.floor(now / 60000)
  for state, total in pairs(tally) do
    if total > 0 then rcall('HINCRBY', minuteKey, state, total) end
  end
  rcall('PEXPIRE', minuteKey, 7200000)
end
writeCells()
writeFailures(tonumber(ARGV[9]))
writeTallies(now, tonumber(ARGV[7]))
sendNews()
return results

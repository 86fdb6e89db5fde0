--[[
  Ends executions: writes them to the ledger and moves their tasks on, all in one call, so that there is no moment in
  which one is done and the other is not. Called again with the same (a reply was lost), it changes nothing.

  KEYS[1]  any key of the shard (for routing)
  ARGV[1]  our prefix
  ARGV[2]  BullMQ's prefix
  ARGV[3]  lock token of this process
  ARGV[4]  how many completed, ARGV[5] how many failed jobs BullMQ keeps a queue
  ARGV[6]  life of the statistics, ms
  ARGV[7]  hash of this worker's id (2 bytes)
  ARGV[8]  how many groups of failures are kept
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
--- @include "pushBackJobWithPriority"
--- @include "dropOldest"

local time = rcall('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local prefix, bullPrefix = ARGV[1], ARGV[2]
--- @include "ledgerRows"
--- @include "indexTask"
--- @include "statistics"
--- @include "events"
--- @include "failureGroups"
--- @include "ringSchedule"
--- @include "line"
--- @include "slots"
--- @include "dependents"
--- @include "links"

local perExecution = 15
local worker = ARGV[7]
-- 2^41 - 1 ms: BullMQ's score of a delayed job has room for no later time.
local attentionAt = 2199023255551
local results = {}
local tally = { done = 0, error = 0, cancelled = 0 }
local totals = {}
-- What is one command for all of them, once every task was looked at: locks, and by queue what leaves `stalled` and
-- what enters `completed` and `failed`.
local locks, released, completed, failed = {}, {}, {}, {}
-- By queue and key, ids of tasks that give their slots to others.
local freed = {}

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
  if holder and holder ~= ARGV[3] then return false end
  if rcall('LREM', base .. 'active', -1, id) == 0 then return false end
  locks[#locks + 1] = jobKey .. ':lock'
  table.insert(listOf(released, base), id)
  return true
end

-- Places of a job's fields, as they are read below.
local newestAttempt, name, data, createdAt, priority, progress, retries, runAt, checkpoint, number, run, company, begunAt,
  links, resolved, ownKey, slot = 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17

local function read(jobKey)
  return rcall('HMGET', jobKey, 'ats', 'name', 'data', 'timestamp', 'priority', 'progress', 'atm', 'ra', 'cp', 'sq',
    'xq', 'co', 'processedOn', 'lk', 'av', 'ck', 'sl')
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

-- Writes fields of a job that leaves `active`, and with them that it has no slot any more.
local function writeLeft(jobKey, job, ...)
  if job[slot] then rcall('HSET', jobKey, 'sl', '', ...) else rcall('HSET', jobKey, ...) end
end

local function finish(at, queue, base, id, jobKey, taskKey, job)
  local attempt, execution, state, outcome = ARGV[at + 2], ARGV[at + 4], ARGV[at + 5], ARGV[at + 6]
  local record = { 'q', queue, 'n', job[name], 'd', job[data], 't', job[createdAt], 'p', job[priority], 's', state,
    'o', outcome, 'f', now, 'sq', job[number] }
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
  put('lk', job[links])
  put('av', job[resolved])
  -- Its condition was false: for those that wait for it, it did not end well.
  if outcome == 'skipped' and execution == '' then put('w', '1') end
  put('r', ARGV[at + 7])
  put('e', ARGV[at + 8])
  put('m', ARGV[at + 9])
  if state == 'done' then
    local returned = ARGV[at + 7] ~= '' and ARGV[at + 7] or 'null'
    writeLeft(jobKey, job, 'xr', attempt, 'returnvalue', returned, 'finishedOn', now)
    enter(completed, base, id)
  else
    put('cp', job[checkpoint])
    local reason = ARGV[at + 9] ~= '' and ARGV[at + 9] or outcome
    writeLeft(jobKey, job, 'xr', attempt, 'failedReason', reason, 'finishedOn', now)
    enter(failed, base, id)
  end
  rcall('HSET', taskKey, unpack(record))
  -- Who did not try it is not the one who ran it last.
  putState(tonumber(job[number]), state, outcome, execution ~= '' and worker or nil)
  local counts = tallyOf(job[name], queue, job[company])
  countAttempt(job, at, counts, false)
  count(counts, string.byte(outcomeCodes[outcome]), 1)
  tell(state, outcome, id, job[name], job[company])
  tellEnd(id, job[links], state)
  tally[state] = tally[state] + 1
  totals[queue] = totals[queue] or { done = 0, error = 0, cancelled = 0 }
  totals[queue][state] = totals[queue][state] + 1
  if state == 'error' then noteFailure(job, at, id) end
end

local function delay(queue, base, id, jobKey, job, delayMs, score)
  local delayed, marker = base .. 'delayed', base .. 'marker'
  if delayMs <= 0 then
    lineUp(queue, { tonumber(job[priority]) or 1, id, job[ownKey] or job[company] })
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
  -- What is given back keeps its slot.
  if job[slot] and kind ~= 'return' then
    freed[queue] = freed[queue] or {}
    table.insert(listOf(freed[queue], job[slot]), id)
  end
  if kind == 'end' then
    finish(at, queue, base, id, jobKey, taskKey, job)
    return 1
  end
  local row = tonumber(job[number])
  if kind == 'postpone' then
    -- Nobody is woken for it: those who wait stay in line as they are, so that the next to look is another worker.
    local delayMs = math.max(1, tonumber(ARGV[at + 10]) - now)
    rcall('ZADD', base .. 'delayed', getDelayedScore(base .. 'delayed', now, delayMs), id)
    writeLeft(jobKey, job, 'delay', delayMs, 'ats', tonumber(attempt) - 1, 'ra', ARGV[at + 10],
      'pp', ARGV[at + 9] ~= '' and ARGV[at + 9] or 1)
    countAttempt(job, at)
    putState(row, 'scheduled', '')
    tell('scheduled', '', id, job[name], job[company])
    return 1
  end
  local counts = tallyOf(job[name], queue, job[company])
  if execution ~= '' then rcall('HSET', taskKey, 'x' .. attempt, execution) end
  if kind == 'return' then rcall('HSET', jobKey, 'xr', attempt) else writeLeft(jobKey, job, 'xr', attempt) end
  countAttempt(job, at, counts, kind == 'retry')
  if kind == 'retry' then
    local againAt = tonumber(ARGV[at + 10])
    local state = againAt > now and 'scheduled' or 'waiting'
    rcall('HINCRBY', jobKey, 'atm', 1)
    rcall('HSET', jobKey, 'failedReason', ARGV[at + 9], 'ra', ARGV[at + 10])
    -- What was asked of the attempt that ends here is not meant for the next one.
    rcall('HDEL', jobKey, 'pp', 'ko')
    delay(queue, base, id, jobKey, job, againAt - now)
    putState(row, state, '', worker)
    tell(state, ARGV[at + 6], id, job[name], job[company])
  elseif kind == 'attention' then
    rcall('HSET', jobKey, 'failedReason', ARGV[at + 9], 'aa', now)
    rcall('HDEL', jobKey, 'ko')
    delay(queue, base, id, jobKey, job, attentionAt - now, attentionAt * 0x1000)
    putState(row, 'requires_attention', '', worker)
    tell('requires_attention', 'error', id, job[name], job[company])
    tellAttention(job[links])
    count(counts, 15, 1)
    noteFailure(job, at, id)
  else
    pushBackJobWithPriority(base .. 'prioritized', tonumber(job[priority]) or 1, id)
    rcall('ZADD', base .. 'marker', 0, '0')
    putState(row, 'waiting', '', worker)
    tell('waiting', '', id, job[name], job[company])
  end
  return 1
end

for at = 9, #ARGV, perExecution do results[#results + 1] = record(at) end

if #locks > 0 then rcall('DEL', unpack(locks)) end
for queue, ids in pairs(freed) do freeSlots(queue, ids) end
for base, ids in pairs(released) do rcall('SREM', base .. 'stalled', unpack(ids)) end
for base, scored in pairs(completed) do
  rcall('ZADD', base .. 'completed', unpack(scored))
  dropOldest(tonumber(ARGV[4]), base .. 'completed', base)
end
for base, scored in pairs(failed) do
  rcall('ZADD', base .. 'failed', unpack(scored))
  dropOldest(tonumber(ARGV[5]), base .. 'failed', base)
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
writeFailures(tonumber(ARGV[8]))
writeTallies(now, tonumber(ARGV[6]))
sendNews()
return results

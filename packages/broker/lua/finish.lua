--[[
  Ends executions: writes them to the ledger and moves their tasks on, all in one call, so that there is no moment in
  which one is done and the other is not. Called again with the same (a reply was lost), it changes nothing.

  KEYS[1]  any key of the shard (for routing)
  ARGV[1]  our prefix
  ARGV[2]  BullMQ's prefix
  ARGV[3]  now, Unix ms
  ARGV[4]  lock token of this process
  ARGV[5]  how many completed, ARGV[6] how many failed jobs BullMQ keeps a queue
  ARGV[7]  life of a ledger record that ended well, ARGV[8] of one that did not, ms
  ARGV[9]  channel on which ended tasks are told
  then 12 an execution:
    queue, id, attempt, kind (end, retry, attention, return, postpone), execution (JSON, '' for none that counts),
    state, outcome, result (JSON or ''), error (JSON or ''), message, retry and postpone: when it runs again (Unix ms),
    entry for the list of newest failures (JSON or '')

  Returns a list: 1 recorded, 2 had been recorded before, 0 the task is no longer ours: nothing was written.
]]
local rcall = redis.call

--- @include "getDelayedScore"
--- @include "addDelayMarkerIfNeeded"
--- @include "addJobWithPriority"
--- @include "pushBackJobWithPriority"
--- @include "isQueuePausedOrMaxed"
--- @include "removeJobsByMaxCount"

local prefix, now = ARGV[1], tonumber(ARGV[3])
-- 2^41 - 1 ms: BullMQ's score of a delayed job has room for no later time.
local attentionAt = 2199023255551
local ended, results = {}, {}
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

local function finish(at, queue, base, id, jobKey, taskKey, job)
  local attempt, execution, state, outcome = ARGV[at + 2], ARGV[at + 4], ARGV[at + 5], ARGV[at + 6]
  local record = { 'q', queue, 'n', job[2], 'd', job[3], 't', job[4], 'p', job[5], 's', state, 'o', outcome, 'f', now }
  local function put(name, value)
    if value and value ~= '' then
      record[#record + 1] = name
      record[#record + 1] = value
    end
  end
  put('x' .. attempt, execution)
  put('pr', job[6])
  if job[7] ~= '0' then put('a', job[7]) end
  put('ra', job[8])
  put('r', ARGV[at + 7])
  put('e', ARGV[at + 8])
  put('m', ARGV[at + 9])
  local lifeMs = ARGV[8]
  if state == 'done' then
    lifeMs = ARGV[7]
    local returned = ARGV[at + 7] ~= '' and ARGV[at + 7] or 'null'
    rcall('HSET', jobKey, 'xr', attempt, 'returnvalue', returned, 'finishedOn', now)
    enter(completed, base, id)
  else
    put('cp', job[9])
    local reason = ARGV[at + 9] ~= '' and ARGV[at + 9] or outcome
    rcall('HSET', jobKey, 'xr', attempt, 'failedReason', reason, 'finishedOn', now)
    enter(failed, base, id)
  end
  rcall('HSET', taskKey, unpack(record))
  rcall('PEXPIRE', taskKey, lifeMs)
  rcall('PEXPIRE', prefix .. 'log:' .. id, lifeMs)
  ended[#ended + 1] = id
  tally[state] = tally[state] + 1
  totals[queue] = totals[queue] or { done = 0, error = 0, cancelled = 0 }
  totals[queue][state] = totals[queue][state] + 1
  if ARGV[at + 11] ~= '' then rcall('LPUSH', prefix .. 'failures', ARGV[at + 11]) end
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
  local job = rcall('HMGET', jobKey, 'ats', 'name', 'data', 'timestamp', 'priority', 'progress', 'atm', 'ra', 'cp')
  if not isOurs(base, jobKey, id, attempt, job[1]) then
    return rcall('HGET', taskKey, 'x' .. attempt) == execution and 2 or 0
  end
  if kind == 'end' then
    finish(at, queue, base, id, jobKey, taskKey, job)
    return 1
  end
  local priority = tonumber(job[5]) or 1
  if kind == 'postpone' then
    -- Nobody is woken for it: those who wait stay in line as they are, so that the next to look is another worker.
    local delayMs = math.max(1, tonumber(ARGV[at + 10]) - now)
    rcall('ZADD', base .. 'delayed', getDelayedScore(base .. 'delayed', now, delayMs), id)
    rcall('HSET', jobKey, 'delay', delayMs, 'ats', tonumber(attempt) - 1, 'ra', ARGV[at + 10], 'pp', 1)
    return 1
  end
  if execution ~= '' then rcall('HSET', taskKey, 'x' .. attempt, execution) end
  rcall('HSET', jobKey, 'xr', attempt)
  if kind == 'retry' then
    rcall('HINCRBY', jobKey, 'atm', 1)
    rcall('HSET', jobKey, 'failedReason', ARGV[at + 9], 'ra', ARGV[at + 10])
    rcall('HDEL', jobKey, 'pp')
    delay(base, id, jobKey, priority, tonumber(ARGV[at + 10]) - now)
  elseif kind == 'attention' then
    rcall('HSET', jobKey, 'failedReason', ARGV[at + 9])
    delay(base, id, jobKey, priority, attentionAt - now, attentionAt * 0x1000)
    if ARGV[at + 11] ~= '' then rcall('LPUSH', prefix .. 'failures', ARGV[at + 11]) end
  else
    pushBackJobWithPriority(base .. 'prioritized', priority, id)
    rcall('ZADD', base .. 'marker', 0, '0')
  end
  return 1
end

for at = 10, #ARGV, 12 do results[#results + 1] = record(at) end

if #locks > 0 then rcall('DEL', unpack(locks)) end
for base, ids in pairs(released) do rcall('SREM', base .. 'stalled', unpack(ids)) end
for base, scored in pairs(completed) do
  rcall('ZADD', base .. 'completed', unpack(scored))
  removeJobsByMaxCount(tonumber(ARGV[5]), base .. 'completed', base)
end
for base, scored in pairs(failed) do
  rcall('ZADD', base .. 'failed', unpack(scored))
  removeJobsByMaxCount(tonumber(ARGV[6]), base .. 'failed', base)
end
if #ended > 0 then
  local minuteKey = prefix .. 'minute:' .. math.floor(now / 60000)
  for state, count in pairs(tally) do
    if count > 0 then rcall('HINCRBY', minuteKey, state, count) end
  end
  rcall('PEXPIRE', minuteKey, 7200000)
  for queue, counts in pairs(totals) do
    for state, count in pairs(counts) do
      if count > 0 then rcall('HINCRBY', prefix .. 'totals', queue .. ':' .. state, count) end
    end
  end
  rcall('LTRIM', prefix .. 'failures', 0, 99)
  rcall('PUBLISH', ARGV[9], table.concat(ended, ' '))
end
return results

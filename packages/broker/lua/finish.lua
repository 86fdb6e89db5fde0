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
local ended, touched, results = {}, {}, {}
local tally = { done = 0, error = 0, cancelled = 0 }
local totals = {}

local function isOurs(base, jobKey, id, attempt)
  -- Ours: nobody has begun another attempt. A lock that merely expired is still ours.
  if rcall('HGET', jobKey, 'ats') ~= attempt then return false end
  local holder = rcall('GET', jobKey .. ':lock')
  if holder and holder ~= ARGV[4] then return false end
  if rcall('LREM', base .. 'active', -1, id) == 0 then return false end
  rcall('DEL', jobKey .. ':lock')
  rcall('SREM', base .. 'stalled', id)
  return true
end

local function copyCheckpoint(jobKey, taskKey)
  local checkpoint = rcall('HGET', jobKey, 'cp')
  if checkpoint then rcall('HSET', taskKey, 'cp', checkpoint) end
end

local function finish(at, queue, base, id, jobKey, taskKey)
  local state, outcome = ARGV[at + 5], ARGV[at + 6]
  local job = rcall('HMGET', jobKey, 'name', 'data', 'timestamp', 'priority', 'progress', 'atm', 'ra')
  local record = { 'q', queue, 'n', job[1], 'd', job[2], 't', job[3], 'p', job[4], 's', state, 'o', outcome, 'f', now }
  local function put(name, value)
    if value and value ~= '' then
      record[#record + 1] = name
      record[#record + 1] = value
    end
  end
  put('pr', job[5])
  if job[6] ~= '0' then put('a', job[6]) end
  put('ra', job[7])
  put('r', ARGV[at + 7])
  put('e', ARGV[at + 8])
  put('m', ARGV[at + 9])
  rcall('HSET', taskKey, unpack(record))
  local lifeMs = ARGV[8]
  if state == 'done' then
    lifeMs = ARGV[7]
    rcall('HSET', jobKey, 'returnvalue', ARGV[at + 7] ~= '' and ARGV[at + 7] or 'null', 'finishedOn', now)
    rcall('ZADD', base .. 'completed', now, id)
    touched[base .. 'completed'] = { base, ARGV[5] }
  else
    copyCheckpoint(jobKey, taskKey)
    rcall('HSET', jobKey, 'failedReason', ARGV[at + 9] ~= '' and ARGV[at + 9] or outcome, 'finishedOn', now)
    rcall('ZADD', base .. 'failed', now, id)
    touched[base .. 'failed'] = { base, ARGV[6] }
  end
  rcall('PEXPIRE', taskKey, lifeMs)
  rcall('PEXPIRE', prefix .. 'log:' .. id, lifeMs)
  ended[#ended + 1] = id
  tally[state] = tally[state] + 1
  totals[queue] = totals[queue] or { done = 0, error = 0, cancelled = 0 }
  totals[queue][state] = totals[queue][state] + 1
  if ARGV[at + 11] ~= '' then rcall('LPUSH', prefix .. 'failures', ARGV[at + 11]) end
end

local function delay(base, id, jobKey, delayMs, score)
  local delayed, marker = base .. 'delayed', base .. 'marker'
  local priority = tonumber(rcall('HGET', jobKey, 'priority')) or 1
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
  if not isOurs(base, jobKey, id, attempt) then
    return rcall('HGET', taskKey, 'x' .. attempt) == execution and 2 or 0
  end
  if kind == 'postpone' then
    rcall('HINCRBY', jobKey, 'ats', -1)
    delay(base, id, jobKey, tonumber(ARGV[at + 10]) - now)
    return 1
  end
  if execution ~= '' then rcall('HSET', taskKey, 'x' .. attempt, execution) end
  rcall('HSET', jobKey, 'xr', attempt)
  if kind == 'end' then
    finish(at, queue, base, id, jobKey, taskKey)
  elseif kind == 'retry' then
    rcall('HINCRBY', jobKey, 'atm', 1)
    rcall('HSET', jobKey, 'failedReason', ARGV[at + 9], 'ra', ARGV[at + 10])
    delay(base, id, jobKey, tonumber(ARGV[at + 10]) - now)
  elseif kind == 'attention' then
    rcall('HSET', jobKey, 'failedReason', ARGV[at + 9])
    delay(base, id, jobKey, attentionAt - now, attentionAt * 0x1000)
    if ARGV[at + 11] ~= '' then rcall('LPUSH', prefix .. 'failures', ARGV[at + 11]) end
  else
    local priority = tonumber(rcall('HGET', jobKey, 'priority')) or 1
    pushBackJobWithPriority(base .. 'prioritized', priority, id)
    rcall('ZADD', base .. 'marker', 0, '0')
  end
  return 1
end

for at = 10, #ARGV, 12 do results[#results + 1] = record(at) end

for set, keep in pairs(touched) do removeJobsByMaxCount(tonumber(keep[2]), set, keep[1]) end
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

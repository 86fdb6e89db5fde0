--[[
  What people do to a task that is not running: cancel it, run it now, change when and how soon it runs, or its data.
  Checks where the task is and changes it in one call.

  KEYS[1]  any key of the shard (for routing)
  ARGV[1]  our prefix
  ARGV[2]  BullMQ's prefix
  ARGV[3]  queue
  ARGV[4]  id
  ARGV[5]  what: cancel, run-now, priority, run-at, data
  ARGV[6]  now, Unix ms
  ARGV[7]  cancel: message; priority: the number; run-at: Unix ms; data: JSON
  ARGV[8]  cancel: life of the ledger record, ms
  ARGV[9]  cancel: channel on which ended tasks are told
  ARGV[10] cancel: how many failed jobs BullMQ keeps a queue

  Returns 1, 0 when there is no such job, or the place that forbids it.
]]
local rcall = redis.call

--- @include "getDelayedScore"
--- @include "addDelayMarkerIfNeeded"
--- @include "addJobWithPriority"
--- @include "isQueuePausedOrMaxed"
--- @include "removeJobsByMaxCount"

local prefix, base, id, what, now, value = ARGV[1], ARGV[2] .. ARGV[3] .. ':', ARGV[4], ARGV[5], tonumber(ARGV[6]), ARGV[7]
local attentionScore = 2199023255551 * 0x1000
local jobKey, taskKey = base .. id, prefix .. 'task:' .. id
if rcall('EXISTS', jobKey) == 0 then return 0 end

local score = rcall('ZSCORE', base .. 'delayed', id)
local isAttention = score and tonumber(score) >= attentionScore
local isScheduled = score and not isAttention
local isPrioritized = rcall('ZSCORE', base .. 'prioritized', id)
local isWaiting = isPrioritized or rcall('LPOS', base .. 'wait', id)

local function makeReady()
  rcall('ZREM', base .. 'delayed', id)
  addJobWithPriority(base .. 'marker', base .. 'prioritized', tonumber(rcall('HGET', jobKey, 'priority')) or 1, id,
    base .. 'pc', isQueuePausedOrMaxed(base .. 'meta', base .. 'active'))
  rcall('HSET', jobKey, 'delay', 0)
end

-- Its time was given or moved by a person, or is that of a retry: now it is now.
local function makeDue()
  makeReady()
  if rcall('HEXISTS', jobKey, 'ra') == 1 then rcall('HSET', jobKey, 'ra', now) end
end

local function cancel()
  if not (isWaiting or score) then return 'running' end
  rcall('ZREM', base .. 'delayed', id)
  rcall('ZREM', base .. 'prioritized', id)
  if not isPrioritized and not score then rcall('LREM', base .. 'wait', 1, id) end
  local job = rcall('HMGET', jobKey, 'name', 'data', 'timestamp', 'priority', 'progress', 'atm', 'ra', 'cp')
  rcall('HSET', taskKey, 'q', ARGV[3], 'n', job[1], 'd', job[2], 't', job[3], 'p', job[4], 's', 'cancelled',
    'o', 'cancelled', 'f', now, 'm', value, 'a', job[6] or 0, 'pr', job[5] or '', 'ra', job[7] or '')
  if job[8] then rcall('HSET', taskKey, 'cp', job[8]) end
  rcall('PEXPIRE', taskKey, ARGV[8])
  rcall('PEXPIRE', prefix .. 'log:' .. id, ARGV[8])
  rcall('HSET', jobKey, 'failedReason', 'cancelled', 'finishedOn', now)
  rcall('ZADD', base .. 'failed', now, id)
  removeJobsByMaxCount(tonumber(ARGV[10]), base .. 'failed', base)
  rcall('HINCRBY', prefix .. 'totals', ARGV[3] .. ':cancelled', 1)
  local minuteKey = prefix .. 'minute:' .. math.floor(now / 60000)
  rcall('HINCRBY', minuteKey, 'cancelled', 1)
  rcall('PEXPIRE', minuteKey, 7200000)
  rcall('PUBLISH', ARGV[9], id)
  return 1
end

if what == 'cancel' then return cancel() end
if what == 'run-now' then
  if not isScheduled then return 'other' end
  makeDue()
elseif what == 'data' then
  if not isAttention then return 'other' end
  rcall('HSET', jobKey, 'data', value)
elseif what == 'priority' then
  if not (isWaiting or isScheduled) then return 'other' end
  rcall('HSET', jobKey, 'priority', value)
  if isPrioritized then
    rcall('ZREM', base .. 'prioritized', id)
    makeReady()
  end
elseif what == 'run-at' then
  if not (isWaiting or isScheduled) then return 'other' end
  local runAt = tonumber(value)
  if runAt <= now then
    if isScheduled then makeDue() end
  else
    rcall('ZREM', base .. 'delayed', id)
    rcall('ZREM', base .. 'prioritized', id)
    if isWaiting and not isPrioritized then rcall('LREM', base .. 'wait', 1, id) end
    rcall('ZADD', base .. 'delayed', getDelayedScore(base .. 'delayed', now, runAt - now), id)
    rcall('HSET', jobKey, 'delay', runAt - now, 'ra', runAt)
    addDelayMarkerIfNeeded(base .. 'marker', base .. 'delayed')
  end
end
return 1

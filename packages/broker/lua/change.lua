--[[
  What people do to a task that is not running: cancel it, run it now, change when and how soon it runs, or its data.
  Checks where the task is and changes it in one call.

  KEYS[1]  any key of the shard (for routing)
  ARGV[1]  our prefix
  ARGV[2]  BullMQ's prefix
  ARGV[3]  queue
  ARGV[4]  id
  ARGV[5]  what: cancel, skip, run-now, priority, run-at, data, comment
  ARGV[6]  now, Unix ms
  ARGV[7]  cancel and skip: message; priority: the number; run-at: Unix ms; data: JSON
  ARGV[8]  what is remembered of it (JSON, '' for nothing)
  ARGV[9]  how many entries are remembered of a task, ARGV[10] and how many bytes
  ARGV[11] life of the statistics, ms
  ARGV[12] how many completed, ARGV[13] how many failed jobs BullMQ keeps a queue

  Returns 1, 0 when there is no such job, or the place that forbids it.
]]
local rcall = redis.call

--- @include "getDelayedScore"
--- @include "addDelayMarkerIfNeeded"
--- @include "dropOldest"

local prefix, bullPrefix, now = ARGV[1], ARGV[2], tonumber(ARGV[6])
--- @include "ledgerRows"
--- @include "indexTask"
--- @include "statistics"
--- @include "events"
--- @include "history"
--- @include "ringSchedule"
--- @include "line"
--- @include "slots"
--- @include "dependents"
--- @include "links"

local queue, id, what, value = ARGV[3], ARGV[4], ARGV[5], ARGV[7]
local base = ARGV[2] .. queue .. ':'
local attentionScore = 2199023255551 * 0x1000
local jobKey, taskKey = base .. id, prefix .. 'task:' .. id
local function done()
  remember(id, ARGV[8], tonumber(ARGV[9]), tonumber(ARGV[10]))
  writeTallies(now, tonumber(ARGV[11]))
  sendNews()
  return 1
end

local isKnown = rcall('EXISTS', jobKey) == 1
if what == 'comment' then
  if not isKnown and rcall('EXISTS', taskKey) == 0 then return 0 end
  return done()
end
if not isKnown then return 0 end

local score = rcall('ZSCORE', base .. 'delayed', id)
local isAttention = score and tonumber(score) >= attentionScore
local isScheduled = score and not isAttention
local isPrioritized = rcall('ZSCORE', base .. 'prioritized', id)
local depends = rcall('ZSCORE', base .. 'waiting-children', id)

local named = rcall('HMGET', jobKey, 'sq', 'name', 'co', 'data', 'ck', 'sl')
local number, name, company, slot = tonumber(named[1]), named[2], named[3] or '', named[6]
local key = named[5] or named[3]
local isHeld = not isPrioritized and not score and key and rcall('ZSCORE', heldKeyOf(queue, key), id)
local isWaiting = isPrioritized or isHeld or rcall('LPOS', base .. 'wait', id)

local function moveTo(state, outcome)
  if not number then
    number, company = indexTask(id, name, queue, named[4], state, outcome)
    rcall('HSET', jobKey, 'sq', number)
  end
  putState(number, state, outcome)
  tell(state, outcome, id, name, company)
end

local function makeReady()
  rcall('ZREM', base .. 'delayed', id)
  lineUpJob(queue, id)
  rcall('HSET', jobKey, 'delay', 0)
end

-- Takes it out of the line, or from beside it.
local function leaveLine()
  if isPrioritized then
    rcall('ZREM', base .. 'prioritized', id)
    giveRoundBack(queue, isPrioritized, key)
  elseif isHeld then
    rcall('ZREM', heldKeyOf(queue, key), id)
    countHeld(queue, key, -1)
    giveRoundBack(queue, isHeld, key)
  elseif isWaiting then
    rcall('LREM', base .. 'wait', 1, id)
  end
end

-- It will not run next: another one of its key may.
local function giveSlot()
  if not isPrioritized or not slot or slot == '' then return end
  rcall('HSET', jobKey, 'sl', '')
  freeSlots(queue, { [slot] = { id } })
end

-- Its time was given or moved by a person, or is that of a retry: now it is now.
local function makeDue()
  makeReady()
  if rcall('HEXISTS', jobKey, 'ra') == 1 then rcall('HSET', jobKey, 'ra', now) end
  moveTo('waiting', '')
end

-- Ends it here and now: nobody runs it.
local function finish(state, outcome)
  rcall('ZREM', base .. 'delayed', id)
  leaveLine()
  giveSlot()
  if depends then
    rcall('ZREM', base .. 'waiting-children', id)
    rcall('DEL', jobKey .. ':dependencies', jobKey .. ':processed')
  end
  local job = rcall('HMGET', jobKey, 'timestamp', 'priority', 'progress', 'atm', 'ra', 'cp', 'lk')
  moveTo(state, outcome)
  rcall('HSET', taskKey, 'q', queue, 'n', name, 'd', named[4], 't', job[1], 'p', job[2], 's', state, 'o', outcome,
    'f', now, 'm', value, 'a', job[4] or 0, 'pr', job[3] or '', 'ra', job[5] or '', 'sq', number)
  if job[7] then rcall('HSET', taskKey, 'lk', job[7]) end
  if job[6] then rcall('HSET', taskKey, 'cp', job[6]) end
  local set, keep = 'failed', tonumber(ARGV[13])
  if state == 'done' then
    set, keep = 'completed', tonumber(ARGV[12])
    rcall('HSET', jobKey, 'returnvalue', 'null', 'finishedOn', now)
  else
    rcall('HSET', jobKey, 'failedReason', outcome, 'finishedOn', now)
  end
  rcall('ZADD', base .. set, now, id)
  dropOldest(keep, base .. set, base)
  rcall('HINCRBY', prefix .. 'totals', queue .. ':' .. state, 1)
  local minuteKey = prefix .. 'minute:' .. math.floor(now / 60000)
  rcall('HINCRBY', minuteKey, state, 1)
  rcall('PEXPIRE', minuteKey, 7200000)
  count(tallyOf(name, queue, company), string.byte(outcomeCodes[outcome]), 1)
  tellEnd(id, job[7], state)
  return done()
end

if what == 'cancel' then
  if not (isWaiting or score or depends) then return 'running' end
  return finish('cancelled', 'cancelled')
end
if what == 'skip' then
  if not isAttention then return 'other' end
  return finish('done', 'skipped')
end
if what == 'run-now' then
  if not isScheduled then return 'other' end
  makeDue()
elseif what == 'data' then
  if not isAttention then return 'other' end
  rcall('HSET', jobKey, 'data', value)
elseif what == 'priority' then
  if not (isWaiting or isScheduled or depends) then return 'other' end
  rcall('HSET', jobKey, 'priority', value)
  if isPrioritized or isHeld then
    leaveLine()
    makeReady()
  end
elseif what == 'run-at' then
  if not (isWaiting or isScheduled) then return 'other' end
  local runAt = tonumber(value)
  if runAt <= now then
    if isScheduled then makeDue() end
  else
    rcall('ZREM', base .. 'delayed', id)
    leaveLine()
    giveSlot()
    rcall('ZADD', base .. 'delayed', getDelayedScore(base .. 'delayed', now, runAt - now), id)
    rcall('HSET', jobKey, 'delay', runAt - now, 'ra', runAt)
    addDelayMarkerIfNeeded(base .. 'marker', base .. 'delayed')
    moveTo('scheduled', '')
  end
end
return done()

--[[
  Compares tasks as queue, ledger and index have them, and mends what does not agree: a row that is missing or says
  something else, a live job that is in no list, an entry of a list without a job.

  KEYS[1]  any key of the shard (for routing)
  ARGV[1]  our prefix
  ARGV[2]  BullMQ's prefix
  ARGV[3]  now, Unix ms
  then 2 a task: queue, id

  Returns for each what was done: ok, indexed, state, requeued, dropped, or twice, which nobody mends: it has ended, and
  is in line all the same.
]]
local rcall = redis.call

--- @include "getDelayedScore"
--- @include "addDelayMarkerIfNeeded"

local prefix, bullPrefix, now = ARGV[1], ARGV[2], tonumber(ARGV[3])
--- @include "ledgerRows"
--- @include "indexTask"
--- @include "events"
--- @include "line"
--- @include "slots"
--- @include "dependents"

local attentionScore = 2199023255551 * 0x1000

-- The state by the list that a job is in; nil when it is in none.
local function liveStateOf(base, queue, id, key)
  if rcall('ZSCORE', base .. 'prioritized', id) then return 'waiting' end
  local score = rcall('ZSCORE', base .. 'delayed', id)
  if score then return tonumber(score) >= attentionScore and 'requires_attention' or 'scheduled' end
  if rcall('ZSCORE', base .. 'waiting-children', id) then return 'depends' end
  if rcall('LPOS', base .. 'active', id) then return 'running' end
  if rcall('LPOS', base .. 'wait', id) then return 'waiting' end
  if key and rcall('ZSCORE', heldKeyOf(queue, key), id) then return 'waiting' end
  return nil
end

-- Not from those that are held: its key went with its job. See `mend.lua`.
local function dropFromLists(base, id)
  for _, set in ipairs({ 'prioritized', 'delayed', 'completed', 'failed', 'waiting-children' }) do
    rcall('ZREM', base .. set, id)
  end
  rcall('LREM', base .. 'wait', 0, id)
  rcall('LREM', base .. 'active', 0, id)
  rcall('SREM', base .. 'stalled', id)
end

local function verifyRow(id, queue, number, name, data, state, outcome)
  local row = number and rcall('GETRANGE', prefix .. 'rows:' .. math.floor(number / segmentRows) .. ':i',
    (number % segmentRows) * 22, (number % segmentRows) * 22 + 21)
  if row ~= string.sub(id, 5, 26) then return 'indexed', indexTask(id, name, queue, data, state, outcome) end
  local cell = rcall('GETRANGE', prefix .. 'rows:' .. math.floor(number / segmentRows) .. ':s',
    (number % segmentRows) * 4, (number % segmentRows) * 4 + 1)
  if cell == stateCodes[state] .. (outcomeCodes[outcome] or noByte) then return 'ok', number end
  putState(number, state, outcome)
  return 'state', number
end

-- Whether all that a task waits for has ended, or is not known any more.
local function waitsForNothing(base, id)
  local setKey = base .. id .. ':dependencies'
  for _, otherKey in ipairs(rcall('SMEMBERS', setKey)) do
    if not isOpen(string.match(otherKey, '([^:]+)$')) then
      rcall('SREM', setKey, otherKey)
      rcall('HSET', base .. id .. ':processed', otherKey, 'null')
    end
  end
  return rcall('SCARD', setKey) == 0
end

local function verify(queue, id)
  local base, taskKey = ARGV[2] .. queue .. ':', prefix .. 'task:' .. id
  local jobKey = base .. id
  local job = rcall('HMGET', jobKey, 'name', 'data', 'sq', 'priority', 'finishedOn', 'ck', 'co')
  local record = rcall('HMGET', taskKey, 's', 'o', 'n', 'd', 'sq')
  local hasEnded, live = record[1] ~= false, liveStateOf(base, queue, id, job[6] or job[7])
  if not job[1] and not hasEnded then
    dropFromLists(base, id)
    -- What its executions have left tells nothing without it.
    rcall('UNLINK', taskKey, prefix .. 'log:' .. id, prefix .. 'history:' .. id)
    return 'dropped'
  end
  if hasEnded and live then return 'twice' end
  -- BullMQ remembers what the ledger has forgotten: it has ended, and must not run again.
  if not hasEnded and not live and job[5] then return 'ok' end
  if hasEnded then
    -- An earlier version ends tasks without saying where their rows are.
    local known = tonumber(record[5] or job[3])
    local done, number = verifyRow(id, queue, known, record[3], record[4], record[1], record[2] or '')
    if number ~= tonumber(record[5]) then rcall('HSET', taskKey, 'sq', number) end
    return done
  end
  local isLost = not live
  if isLost then
    lineUp(queue, { tonumber(job[4]) or 1, id, job[6] or job[7] or '' })
    rcall('HSET', jobKey, 'delay', 0)
    live = 'waiting'
  end
  if live == 'depends' and waitsForNothing(base, id) then
    rcall('ZREM', base .. 'waiting-children', id)
    letGo(queue, id)
    return 'requeued'
  end
  local done, number = verifyRow(id, queue, tonumber(job[3]), job[1], job[2], live, '')
  if done == 'indexed' then rcall('HSET', jobKey, 'sq', number) end
  return isLost and 'requeued' or done
end

local results = {}
for at = 4, #ARGV, 2 do results[#results + 1] = verify(ARGV[at], ARGV[at + 1]) end
sendNews()
return results

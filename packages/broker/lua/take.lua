--[[
  Takes up to n ready tasks: moves what has become due, then locks and hands out the first in line.

  KEYS[1]  any key of the shard (for routing)
  ARGV[1]  our prefix
  ARGV[2]  BullMQ's prefix
  ARGV[3]  now, Unix ms
  ARGV[4]  lock token of this process
  ARGV[5]  life of a lock, ms
  ARGV[6]  who takes them: `worker|host|pid`
  ARGV[7]  how many at most
  ARGV[8]  turn of this process: called again in the same turn (the answer was lost), it hands out the same tasks
  ARGV[9…] names of queues, in the order in which to look

  Returns {next due time (Unix ms, 0: none), queue, id, job hash as a flat list, queue, id, …}.
  An execution that nobody recorded (its worker died) is written to the ledger as `lost`.
]]
local rcall = redis.call

--- @include "getQueueMetadata"
--- @include "promoteDelayedJobs"
--- @include "moveJobFromPrioritizedToActive"
--- @include "prepareJobForProcessing"
--- @include "getNextDelayedTimestamp"
--- @include "getRateLimitTTL"

local prefix, now, left = ARGV[1], ARGV[3], tonumber(ARGV[7])
local options = { token = ARGV[4], lockDuration = ARGV[5], name = ARGV[6] }
local taken = { 0 }
local handedKey = prefix .. 'handed:' .. ARGV[4]
local handed = { ARGV[8] }

local function recordLost(id, jobKey)
  local seen = rcall('HMGET', jobKey, 'ats', 'xr', 'pb', 'processedOn')
  local started = tonumber(seen[1] or '0')
  if started == 0 or started <= tonumber(seen[2] or '0') then return end
  local worker = string.gsub(seen[3] or '?|?|0', '["\\%c]', '')
  rcall('HSET', prefix .. 'task:' .. id, 'x' .. started,
    '["' .. worker .. '",' .. (seen[4] or now) .. ',' .. now .. ',"lost"]')
  rcall('HSET', jobKey, 'xr', started)
end

local function handOut(queue, id, job)
  taken[#taken + 1] = queue
  taken[#taken + 1] = id
  taken[#taken + 1] = job
  left = left - 1
end

local function handOutAgain()
  local turn, names = string.match(rcall('GET', handedKey) or '', '^(%d+) (.+)$')
  if turn ~= ARGV[8] then return end
  for queue, id in string.gmatch(names, '(%S+) (%S+)') do
    local jobKey = ARGV[2] .. queue .. ':' .. id
    if rcall('GET', jobKey .. ':lock') == ARGV[4] then handOut(queue, id, rcall('HGETALL', jobKey)) end
  end
end

local function takeFrom(queue)
  local base = ARGV[2] .. queue .. ':'
  local wait, active, prioritized = base .. 'wait', base .. 'active', base .. 'prioritized'
  local meta, delayed, marker, counter = base .. 'meta', base .. 'delayed', base .. 'marker', base .. 'pc'
  local limiter, events = base .. 'limiter', base .. 'events'
  local isHeld, rateMax, rateDuration = getQueueMetadata(meta, active, wait)
  promoteDelayedJobs(delayed, marker, wait, prioritized, events, base, now, counter, isHeld)
  while left > 0 and not isHeld do
    local rate = tonumber(rateMax)
    local pauseMs = getRateLimitTTL(rate, limiter)
    if pauseMs > 0 then
      if taken[1] == 0 or tonumber(now) + pauseMs < taken[1] then taken[1] = tonumber(now) + pauseMs end
      break
    end
    local id = rcall('RPOPLPUSH', wait, active) or moveJobFromPrioritizedToActive(prioritized, active, counter)
    if not id then break end
    local jobKey = base .. id
    if rcall('EXISTS', jobKey) == 1 then
      recordLost(id, jobKey)
      local job = prepareJobForProcessing(base, limiter, events, id, now, rate, rateDuration, marker, options)
      handOut(queue, id, job[1])
      handed[#handed + 1] = queue .. ' ' .. id
    else
      rcall('LREM', active, 1, id)
    end
    isHeld = getQueueMetadata(meta, active, wait)
  end
  rcall('XTRIM', events, 'MAXLEN', '~', 1000)
  local due = getNextDelayedTimestamp(delayed)
  if due and (taken[1] == 0 or due < taken[1]) then taken[1] = due end
end

handOutAgain()
if #taken > 1 then return taken end
for at = 9, #ARGV do takeFrom(ARGV[at]) end
if #handed > 1 then rcall('SET', handedKey, table.concat(handed, ' '), 'PX', ARGV[5]) end
return taken

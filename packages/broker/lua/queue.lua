--[[
  Changes what bounds the tasks of a queue. It holds from the next take on.

  KEYS[1]  any key of the shard (for routing)
  ARGV[1]  our prefix
  ARGV[2]  BullMQ's prefix
  ARGV[3]  queue
  then for each change: field of BullMQ's `meta` (concurrency, drr: rate, see `includes/rate.lua`, drk: tasks of a key at
  a time), value ('' removes it)

  Returns nothing.
]]
local rcall = redis.call
local prefix, bullPrefix, queue = ARGV[1], ARGV[2], ARGV[3]
--- @include "line"
--- @include "slots"

local base = bullPrefix .. queue .. ':'
local metaKey, roundsKey = base .. 'meta', prefix .. 'rounds:' .. queue
local before = rcall('HMGET', metaKey, 'drk', 'drr')
for at = 4, #ARGV, 2 do
  if ARGV[at + 1] == '' then
    rcall('HDEL', metaKey, ARGV[at])
  else
    rcall('HSET', metaKey, ARGV[at], ARGV[at + 1])
  end
end
local meta = rcall('HMGET', metaKey, 'drk', 'drr', 'concurrency', 'paused')

if meta[1] or meta[3] then countRunning(queue, meta[1]) end
if meta[2] ~= before[2] then rcall('DEL', prefix .. 'rate:' .. queue) end
if before[1] and not meta[1] then
  -- Tasks come as they come again: behind all that had a round.
  local last = tonumber(rcall('GET', base .. 'pc') or 0)
  local scores = rcall('ZRANGE', roundsKey, 0, -1, 'WITHSCORES')
  for at = 2, #scores, 2 do last = math.max(last, tonumber(scores[at]) % priorityStep) end
  rcall('DEL', roundsKey)
  if rcall('EXISTS', base .. 'prioritized', prefix .. 'held:' .. queue) > 0 then
    rcall('SET', base .. 'pc', string.format('%.0f', last))
  end
end
if before[1] ~= meta[1] and rcall('EXISTS', prefix .. 'held:' .. queue) == 1 then
  rcall('HSET', metaKey, 'drh', '0')
  fillStep(queue, tonumber(meta[1] or ''), '0')
end
if not meta[4] then rcall('ZADD', base .. 'marker', 0, '0') end

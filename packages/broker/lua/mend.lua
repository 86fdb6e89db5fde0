--[[
  Compares what is known of the keys of a queue with its tasks, and mends it: slots of tasks that neither run nor are to
  run next, tasks that run without one, counts of those that are held, slots that nobody was given.

  KEYS[1]  any key of the shard (for routing)
  ARGV[1]  our prefix
  ARGV[2]  BullMQ's prefix
  ARGV[3]  queue
  ARGV[4]  1: the first call for this queue
  ARGV[5…] keys

  Returns how many keys were not as they should be.
]]
local rcall = redis.call
local prefix, bullPrefix, queue = ARGV[1], ARGV[2], ARGV[3]
--- @include "line"
--- @include "slots"

local base, countsKey = bullPrefix .. queue .. ':', prefix .. 'held:' .. queue
local meta = rcall('HMGET', base .. 'meta', 'drk', 'concurrency', 'paused')
local running, going, mended = {}, {}, 0
for _, id in ipairs(rcall('LRANGE', base .. 'active', 0, -1)) do running[id] = true end

local function hasSlot(id, key)
  return rcall('HGET', base .. id, 'sl') == key and (running[id] or rcall('ZSCORE', base .. 'prioritized', id))
end

local function mend(key)
  local isWrong = false
  for _, id in ipairs(rcall('SMEMBERS', slotsKeyOf(queue, key))) do
    if not hasSlot(id, key) then
      rcall('SREM', slotsKeyOf(queue, key), id)
      isWrong = true
    end
  end
  -- What somebody removed from BullMQ stands for nothing.
  for _, id in ipairs(rcall('ZRANGE', heldKeyOf(queue, key), 0, 999)) do
    if rcall('EXISTS', base .. id) == 0 then
      rcall('ZREM', heldKeyOf(queue, key), id)
      isWrong = true
    end
  end
  local held = rcall('ZCARD', heldKeyOf(queue, key))
  local by = held - tonumber(rcall('HGET', countsKey, key) or 0)
  if by ~= 0 then
    countHeld(queue, key, by)
    isWrong = true
  end
  if fillSlots(queue, key, tonumber(meta[1] or ''), 1000, going) > 0 then isWrong = true end
  if isWrong then mended = mended + 1 end
end

if meta[1] and ARGV[4] == '1' then countRunning(queue, meta[1]) end
for at = 5, #ARGV do mend(ARGV[at]) end
if letGoOn(queue, going) and not meta[3] then rcall('ZADD', base .. 'marker', 0, '0') end
local total, counts = 0, rcall('HGETALL', countsKey)
for at = 1, #counts, 2 do
  if counts[at] ~= '' then total = total + tonumber(counts[at + 1]) end
end
if total > 0 then rcall('HSET', countsKey, '', total) else rcall('HDEL', countsKey, '') end
return mended

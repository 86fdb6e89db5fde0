--[[
  A task as it is now, its log from a line on, and how far the streams of news are: what they tell later is newer.

  KEYS[1]  any key of the shard (for routing)
  ARGV[1]  our prefix
  ARGV[2]  BullMQ's prefix
  ARGV[3]  queue, ARGV[4] id
  ARGV[5]  lines that are known, counted from the very first of the task
  ARGV[6]  task, or log: without the task itself

  Returns {task as `readTask` tells it, newest id of `events`, of `pulse`, lines that are known with those of this answer,
  those lines}; what there is not is nil
]]
local rcall = redis.call
--- @include "readTask"

local function newestOf(stream)
  local entry = rcall('XREVRANGE', ARGV[1] .. stream, '+', '-', 'COUNT', 1)[1]
  return entry ~= nil and entry[1]
end

local id, known = ARGV[4], tonumber(ARGV[5])
local logKey = ARGV[1] .. 'log:' .. id
local dropped = tonumber(rcall('HGET', ARGV[1] .. 'task:' .. id, 'ld')) or 0
local total = dropped + rcall('LLEN', logKey)
-- It knows more than there is: it speaks of another task, or of an earlier life of this one.
if known > total then known = 0 end
local lines = {}
if known < total then lines = rcall('LRANGE', logKey, math.max(0, known - dropped), -1) end
local task = ARGV[6] == 'task' and readTask(ARGV[1], ARGV[2], ARGV[3], id)
return { task, newestOf('events'), newestOf('pulse'), total, lines }

--[[
  Reads tasks: the ledger's record, BullMQ's job, and where the job is.

  KEYS[1]  any key of the shard (for routing)
  ARGV[1]  our prefix
  ARGV[2]  BullMQ's prefix
  then 2 a task: queue, id

  Returns for each what `readTask` tells.
]]
local rcall = redis.call

--- @include "readTask"

local results = {}
for at = 3, #ARGV, 2 do results[#results + 1] = readTask(ARGV[1], ARGV[2], ARGV[at], ARGV[at + 1]) end
return results

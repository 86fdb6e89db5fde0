--[[
  Adds tasks, as BullMQ jobs with a priority, and their rows in the index, all in one call.

  KEYS[1]  any key of the shard (for routing)
  ARGV[1]  our prefix, `{drover}:`
  ARGV[2]  BullMQ's prefix, `{drover}:q:`
  ARGV[3]  the most queues there may be
  ARGV[4]  now, Unix ms
  ARGV[5]  life of the statistics, ms
  then 19 a task, see `includes/newTasks.lua`

  Returns a list: 1 added (or was there already under this id), 0 too many queues, 2 it
  waits for a task that is not known, or the value under the idempotency key when it was taken.
]]
local rcall = redis.call

--- @include "getDelayedScore"
--- @include "addDelayMarkerIfNeeded"

local prefix, bullPrefix, queuesMax, now = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
--- @include "ledgerRows"
--- @include "statistics"
--- @include "events"
--- @include "line"
--- @include "dependents"
--- @include "newTasks"

local results = {}
for at = 6, #ARGV, perTask do results[#results + 1] = addTask(at) end
writeNewTasks(tonumber(ARGV[5]))
return results

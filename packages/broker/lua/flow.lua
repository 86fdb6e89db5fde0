--[[
  Adds a flow: its record and all of its tasks, or nothing.

  KEYS[1]  any key of the shard (for routing)
  ARGV[1]  our prefix
  ARGV[2]  BullMQ's prefix
  ARGV[3]  the most queues there may be
  ARGV[4]  now, Unix ms
  ARGV[5]  life of the statistics, ms
  ARGV[6]  idempotency key ('' for none), ARGV[7] its value `fingerprint id`, ARGV[8] its life (ms)
  ARGV[9…] the flow, see `includes/newFlow.lua`
  then 19 a task, see `includes/newTasks.lua`, each after those that it waits for

  Returns {1}, {0, number of the task} when its queue would be one too many, {2, number of the task} when it waits for a
  task that is not known, or the value under the idempotency key when it was taken.
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
--- @include "newFlow"

local firstTask = 9 + perFlow
if ARGV[6] ~= '' then
  local taken = rcall('GET', ARGV[6])
  if taken then return taken end
end
-- A call that is made again.
if rcall('EXISTS', prefix .. 'flow:' .. ARGV[9]) == 1 then return { 1 } end
-- New queues are only counted here: those of a flow that is refused must not stay.
local coming, fresh = {}, {}
local queues = rcall('SCARD', prefix .. 'queues')
for at = firstTask, #ARGV, perTask do
  local number, queue = (at - firstTask) / perTask, ARGV[at]
  if not fresh[queue] and rcall('SISMEMBER', prefix .. 'queues', queue) == 0 then
    fresh[queue] = true
    queues = queues + 1
    if queues > queuesMax then return { 0, number } end
  end
  if not knowsDependencies(at, coming) then return { 2, number } end
  coming[ARGV[at + 1]] = true
end
if ARGV[6] ~= '' then rcall('SET', ARGV[6], ARGV[7], 'PX', ARGV[8]) end
addFlow(9)
for at = firstTask, #ARGV, perTask do addTask(at) end
writeNewTasks(tonumber(ARGV[5]))
return { 1 }

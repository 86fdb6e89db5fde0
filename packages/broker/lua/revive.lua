--[[
  Runs tasks of a flow again that have ended, all or none: each waits for those of its dependencies that have not ended.

  KEYS[1]  any key of the shard (for routing)
  ARGV[1]  our prefix
  ARGV[2]  BullMQ's prefix
  ARGV[3]  now, Unix ms
  ARGV[4]  life of the statistics, ms
  ARGV[5]  how many entries are remembered of a task, ARGV[6] and how many bytes
  then 6 a task, each after those that it waits for:
    queue, id, state in which it was found, executions so far, ids of tasks that it waits for (parted by spaces),
    what is remembered of it (JSON, '' for nothing)

  Returns 0, or the number (from 1) of a task that is in another state by now: nothing was changed then.
]]
local rcall = redis.call

--- @include "getDelayedScore"
--- @include "addDelayMarkerIfNeeded"

local prefix, bullPrefix, now, statisticsLifeMs = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
--- @include "ledgerRows"
--- @include "indexTask"
--- @include "statistics"
--- @include "events"
--- @include "history"
--- @include "ringSchedule"
--- @include "line"
--- @include "dependents"
--- @include "links"
--- @include "putBack"

local perTask = 6
for at = 7, #ARGV, perTask do
  if rcall('HGET', prefix .. 'task:' .. ARGV[at + 1], 's') ~= ARGV[at + 2] then return (at - 7) / perTask + 1 end
end
for at = 7, #ARGV, perTask do
  local queue, id = ARGV[at], ARGV[at + 1]
  local base = bullPrefix .. queue .. ':'
  putBack(queue, id, ARGV[at + 3])
  beginAnew(base .. id)
  local job = rcall('HMGET', base .. id, 'sq', 'name', 'co')
  local state = 'depends'
  if ARGV[at + 4] == '' or not waitFor(queue, id, ARGV[at + 4]) then
    state = 'waiting'
    lineUpJob(queue, id)
  end
  putState(tonumber(job[1]), state, '')
  tell(state, '', id, job[2], job[3])
  remember(id, ARGV[at + 5], tonumber(ARGV[5]), tonumber(ARGV[6]))
end
sendNews()
return 0

--[[
  Writes down what became of schedules that rang, with the tasks that they make, all or nothing for each: there is no
  moment in which a slot is done and its task is not there, so that a slot never makes two.

  KEYS[1]  any key of the shard (for routing)
  ARGV[1]  our prefix
  ARGV[2]  BullMQ's prefix
  ARGV[3]  the most queues there may be
  ARGV[4]  now, Unix ms
  ARGV[5]  life of the statistics, ms
  ARGV[6]  how many lines a fire log keeps
  then for each schedule:
    id, v that the decision is based on, new state (JSON), tasks that it waits for (ids parted by spaces),
    next alarm (Unix ms, '' for none), how many lines, for each: number, JSON; how many tasks, for each 19 values, see
    `includes/newTasks.lua`; how many flows, whose tasks are among those, for each 8 values, see `includes/newFlow.lua`

  Returns a list: 1 written, 0 there is no such schedule, 2 it was changed meanwhile, 3 a task's queue would be one too
  many, 4 a task's idempotency key is taken: nothing was written of it then. A line whose number is known replaces the
  one that has it.
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
--- @include "setAlarm"

local logMax = tonumber(ARGV[6])

local function writeLines(id, newest, at, count)
  local key = prefix .. 'fires:' .. id
  for line = 0, count - 1 do
    local number, text = tonumber(ARGV[at + line * 2]), ARGV[at + line * 2 + 1]
    if number > newest then
      rcall('LPUSH', key, text)
      newest = number
    elseif newest - number < rcall('LLEN', key) then
      rcall('LSET', key, newest - number, text)
    end
  end
  if count > 0 then rcall('LTRIM', key, 0, logMax - 1) end
  return newest
end

local function write(at, lines, tasksAt, tasks, flowsAt, flows)
  local id = ARGV[at]
  local key = prefix .. 'schedule:' .. id
  local known = rcall('HMGET', key, 'v', 'n')
  if not known[1] then return 0 end
  if known[1] ~= ARGV[at + 1] then return 2 end
  for task = 0, tasks - 1 do
    local taskAt = tasksAt + task * perTask
    if not knowsQueue(ARGV[taskAt]) then
      rcall('ZADD', prefix .. 'alarms', 0, id)
      return 3
    end
    if ARGV[taskAt + 8] ~= '' and rcall('EXISTS', ARGV[taskAt + 8]) == 1 then return 4 end
  end
  for flow = 0, flows - 1 do addFlow(flowsAt + flow * perFlow) end
  for task = 0, tasks - 1 do addTask(tasksAt + task * perTask) end
  local newest = writeLines(id, tonumber(known[2] or 0), at + 6, lines)
  rcall('HSET', key, 'v', tonumber(known[1]) + 1, 's', ARGV[at + 2], 'lv', ARGV[at + 3], 'n', newest)
  setAlarm(id, ARGV[at + 4])
  return 1
end

local results = {}
local at = 7
while at <= #ARGV do
  local lines = tonumber(ARGV[at + 5])
  local tasksAt = at + 6 + lines * 2 + 1
  local tasks = tonumber(ARGV[tasksAt - 1])
  local flowsAt = tasksAt + tasks * perTask + 1
  local flows = tonumber(ARGV[flowsAt - 1])
  results[#results + 1] = write(at, lines, tasksAt, tasks, flowsAt, flows)
  at = flowsAt + flows * perFlow
end
writeNewTasks(tonumber(ARGV[5]))
return results

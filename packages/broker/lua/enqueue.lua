--[[
  Adds tasks, as BullMQ jobs with a priority, all in one call.

  KEYS[1]  any key of the shard (for routing)
  ARGV[1]  our prefix, `{drover}:`
  ARGV[2]  BullMQ's prefix, `{drover}:q:`
  ARGV[3]  the most queues there may be
  then 11 a task:
    queue, id, name, data (JSON), opts (JSON), createdAt (Unix ms), runAt (Unix ms; 0: now), priority,
    idempotency key ('' for none), its value `fingerprint id`, its life (ms)

  Returns a list: 1 added (or was there already under this id), 0 too many queues,
  or the value under the idempotency key when it was taken.
]]
local rcall = redis.call

--- @include "getDelayedScore"
--- @include "addDelayMarkerIfNeeded"
--- @include "addJobWithPriority"
--- @include "isQueuePausedOrMaxed"

local prefix = ARGV[1]
local results = {}
local known = {}

local function knowsQueue(queue)
  if known[queue] == nil then
    local queuesKey = prefix .. 'queues'
    known[queue] = true
    if rcall('SISMEMBER', queuesKey, queue) == 0 then
      if rcall('SCARD', queuesKey) >= tonumber(ARGV[3]) then
        known[queue] = false
      else
        rcall('SADD', queuesKey, queue)
        -- Workers of all queues learn of it at once; what they miss they learn with their next heartbeat.
        for _, worker in ipairs(rcall('ZRANGE', prefix .. 'workers', 0, -1)) do
          rcall('ZADD', prefix .. 'wake:' .. worker, 0, 'queues')
          rcall('PEXPIRE', prefix .. 'wake:' .. worker, 60000)
        end
      end
    end
  end
  return known[queue]
end

local function add(at)
  local queue, id = ARGV[at], ARGV[at + 1]
  if not knowsQueue(queue) then return 0 end
  local idempotencyKey = ARGV[at + 8]
  if idempotencyKey ~= '' then
    local taken = rcall('GET', idempotencyKey)
    if taken then return taken end
  end
  local base = ARGV[2] .. queue .. ':'
  local jobKey = base .. id
  if rcall('EXISTS', jobKey) == 1 then return 1 end
  if idempotencyKey ~= '' then
    rcall('SET', idempotencyKey, ARGV[at + 9], 'PX', ARGV[at + 10])
  end
  local createdAt, runAt, priority = tonumber(ARGV[at + 5]), tonumber(ARGV[at + 6]), tonumber(ARGV[at + 7])
  local delay = 0
  if runAt > createdAt then delay = runAt - createdAt end
  rcall('HSET', jobKey, 'name', ARGV[at + 2], 'data', ARGV[at + 3], 'opts', ARGV[at + 4],
    'timestamp', createdAt, 'delay', delay, 'priority', priority)
  if delay > 0 then
    rcall('HSET', jobKey, 'ra', runAt)
    rcall('ZADD', base .. 'delayed', getDelayedScore(base .. 'delayed', createdAt, delay), id)
    addDelayMarkerIfNeeded(base .. 'marker', base .. 'delayed')
  else
    addJobWithPriority(base .. 'marker', base .. 'prioritized', priority, id, base .. 'pc',
      isQueuePausedOrMaxed(base .. 'meta', base .. 'active'))
  end
  return 1
end

for at = 4, #ARGV, 11 do
  results[#results + 1] = add(at)
end
return results

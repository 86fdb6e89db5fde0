--[[
  Adds tasks, as BullMQ jobs with a priority, and their rows in the index, all in one call.

  KEYS[1]  any key of the shard (for routing)
  ARGV[1]  our prefix, `{drover}:`
  ARGV[2]  BullMQ's prefix, `{drover}:q:`
  ARGV[3]  the most queues there may be
  ARGV[4]  now, Unix ms
  ARGV[5]  life of the statistics, ms
  then 15 a task:
    queue, id, name, data (JSON), opts (JSON), createdAt (Unix ms), runAt (Unix ms; 0: now), priority,
    idempotency key ('' for none), its value `fingerprint id`, its life (ms),
    company ('' for none), row of column w (12 bytes), of c (8 bytes or ''), of l (32 bytes or '')

  Returns a list: 1 added (or was there already under this id), 0 too many queues,
  or the value under the idempotency key when it was taken.
]]
local rcall = redis.call

--- @include "getDelayedScore"
--- @include "addDelayMarkerIfNeeded"
--- @include "addBaseMarkerIfNeeded"
--- @include "isQueuePausedOrMaxed"

local prefix = ARGV[1]
--- @include "ledgerRows"
--- @include "statistics"
--- @include "events"

local perTask = 15
local tasks = (#ARGV - 5) / perTask
local results = {}
local known = {}
-- By queue, those that are ready: priority, id, priority, id …
local ready = {}
-- Numbers of tasks that turn out not to be new stay empty rows.
local first = rcall('INCRBY', prefix .. 'rows', tasks) - tasks + 1
local rows = { i = {}, w = {}, c = {}, l = {}, s = {} }
local hasWho, hasLabels = false, false
local noWho, noLabels = string.rep(noByte, 8), string.rep(noByte, 32)

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

local function putRow(row, id, what, who, labels, state)
  rows.i[row] = string.sub(id, 5, 26)
  rows.w[row] = what
  rows.s[row] = stateCodes[state] .. noByte .. noByte .. noByte
  if who ~= '' then
    rows.c[row] = who
    hasWho = true
  end
  if labels ~= '' then
    rows.l[row] = labels
    hasLabels = true
  end
end

local function add(row, at)
  local queue, id = ARGV[at], ARGV[at + 1]
  if not knowsQueue(queue) then return 0 end
  local idempotencyKey = ARGV[at + 8]
  if idempotencyKey ~= '' then
    local taken = rcall('GET', idempotencyKey)
    if taken then return taken end
  end
  local base = ARGV[2] .. queue .. ':'
  local jobKey = base .. id
  -- A call that is made again: its task is in line, or has ended and is remembered.
  if rcall('EXISTS', jobKey, prefix .. 'task:' .. id) > 0 then return 1 end
  if idempotencyKey ~= '' then
    rcall('SET', idempotencyKey, ARGV[at + 9], 'PX', ARGV[at + 10])
  end
  local name, company = ARGV[at + 2], ARGV[at + 11]
  local createdAt, runAt, priority = tonumber(ARGV[at + 5]), tonumber(ARGV[at + 6]), tonumber(ARGV[at + 7])
  local delay = 0
  if runAt > createdAt then delay = runAt - createdAt end
  local job = { 'name', name, 'data', ARGV[at + 3], 'opts', ARGV[at + 4], 'timestamp', createdAt, 'delay', delay,
    'priority', priority, 'sq', first + row - 1 }
  if company ~= '' then
    job[#job + 1] = 'co'
    job[#job + 1] = company
  end
  local state = 'waiting'
  if delay > 0 then
    state = 'scheduled'
    job[#job + 1] = 'ra'
    job[#job + 1] = runAt
    rcall('HSET', jobKey, unpack(job))
    rcall('ZADD', base .. 'delayed', getDelayedScore(base .. 'delayed', createdAt, delay), id)
    addDelayMarkerIfNeeded(base .. 'marker', base .. 'delayed')
  else
    rcall('HSET', jobKey, unpack(job))
    ready[base] = ready[base] or {}
    table.insert(ready[base], priority)
    table.insert(ready[base], id)
  end
  putRow(row, id, ARGV[at + 12], ARGV[at + 13], ARGV[at + 14], state)
  count(tallyOf(name, queue, company), 0, 1)
  tell(state, '', id, name, company)
  return 1
end

-- As BullMQ's `addJobWithPriority` does for one: lower priorities first, then as they came.
local function lineUp(base, jobs)
  local counter = rcall('INCRBY', base .. 'pc', #jobs / 2) - #jobs / 2
  for at = 1, #jobs, 2 do
    counter = counter + 1
    jobs[at] = string.format('%.0f', jobs[at] * 0x100000000 + counter % 0x100000000)
  end
  rcall('ZADD', base .. 'prioritized', unpack(jobs))
  addBaseMarkerIfNeeded(base .. 'marker', isQueuePausedOrMaxed(base .. 'meta', base .. 'active'))
end

for row = 1, tasks do
  rows.i[row], rows.w[row] = string.rep(noByte, 22), string.rep(noByte, 12)
  rows.s[row], rows.c[row], rows.l[row] = '\0\0\0\0', noWho, noLabels
  results[row] = add(row, 6 + (row - 1) * perTask)
end

for base, jobs in pairs(ready) do lineUp(base, jobs) end
if #news > 0 then
  putColumn('rows', 'i', 22, first, rows.i)
  putColumn('rows', 'w', 12, first, rows.w)
  if hasWho then putColumn('rows', 'c', 8, first, rows.c) end
  if hasLabels then putColumn('rows', 'l', 32, first, rows.l) end
  putColumn('rows', 's', 4, first, rows.s)
  writeTallies(tonumber(ARGV[4]), tonumber(ARGV[5]))
  sendNews()
end
return results

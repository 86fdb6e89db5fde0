--[[
  Adds tasks, as BullMQ jobs with a priority, and their rows in the index. A task is 19 arguments, from `at` on:
    queue, id, name, data (JSON), opts (JSON), createdAt (Unix ms), runAt (Unix ms; 0: now), priority,
    idempotency key ('' for none), its value `fingerprint id`, its life (ms),
    company ('' for none), row of column w (12 bytes), of c (8 bytes or ''), of l (32 bytes or ''),
    ids of tasks that it waits for (parted by spaces, '' for none), pause after the last of them (ms), what it is a part
    of (see `links.lua`, '' for nothing), key of its own under which it takes turns ('' for that of its company)

  `addTask` answers 1 added (or was there already under this id), 0 too many queues, 2 it waits for a task that is not
  known, or the value under the idempotency key when it was taken; `writeNewTasks` then writes what is one command for all.

  Needs `rcall`, `prefix`, `bullPrefix`, `queuesMax`, `now`, `ledgerRows`, `statistics`, `events`, `line`, `dependents`,
  and of BullMQ `getDelayedScore`, `addDelayMarkerIfNeeded`.
]]
local perTask = 19
local knownQueues = {}
-- By queue, those that are ready: priority, id, key of each.
local ready = {}
-- Rows are numbered as tasks turn out to be new; the counter follows when all are known.
local firstRow = tonumber(rcall('GET', prefix .. 'rows') or 0) + 1
local rows = { i = {}, w = {}, c = {}, l = {}, s = {} }
local hasWho, hasLabels = false, false
local noWho, noLabels = string.rep(noByte, 8), string.rep(noByte, 32)

local function knowsQueue(queue)
  if knownQueues[queue] == nil then
    local queuesKey = prefix .. 'queues'
    knownQueues[queue] = true
    if rcall('SISMEMBER', queuesKey, queue) == 0 then
      if rcall('SCARD', queuesKey) >= queuesMax then
        knownQueues[queue] = false
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
  return knownQueues[queue]
end

local function putRow(id, what, who, labels, state)
  local row = #rows.i + 1
  rows.i[row] = string.sub(id, 5, 26)
  rows.w[row] = what
  rows.s[row] = stateCodes[state] .. noByte .. noByte .. noByte
  rows.c[row] = who ~= '' and who or noWho
  rows.l[row] = labels ~= '' and labels or noLabels
  hasWho, hasLabels = hasWho or who ~= '', hasLabels or labels ~= ''
end

-- Whether all are known that it waits for. `coming`: ids of tasks that are added before it, in the same call.
local function knowsDependencies(at, coming)
  for id in string.gmatch(ARGV[at + 15], '%S+') do
    if not (coming and coming[id]) and isOpen(id) == nil then return false end
  end
  return true
end

local function addTask(at)
  local queue, id = ARGV[at], ARGV[at + 1]
  if not knowsQueue(queue) then return 0 end
  local idempotencyKey = ARGV[at + 8]
  if idempotencyKey ~= '' then
    local taken = rcall('GET', idempotencyKey)
    if taken then return taken end
  end
  local base = bullPrefix .. queue .. ':'
  local jobKey = base .. id
  -- A call that is made again: its task is in line, or has ended and is remembered.
  if rcall('EXISTS', jobKey, prefix .. 'task:' .. id) > 0 then return 1 end
  local dependencies = ARGV[at + 15]
  if dependencies ~= '' and not knowsDependencies(at) then return 2 end
  if idempotencyKey ~= '' then
    rcall('SET', idempotencyKey, ARGV[at + 9], 'PX', ARGV[at + 10])
  end
  local name, company = ARGV[at + 2], ARGV[at + 11]
  local createdAt, runAt, priority = tonumber(ARGV[at + 5]), tonumber(ARGV[at + 6]), tonumber(ARGV[at + 7])
  local delay = 0
  if runAt > createdAt then delay = runAt - createdAt end
  local job = { 'name', name, 'data', ARGV[at + 3], 'opts', ARGV[at + 4], 'timestamp', createdAt, 'delay', delay,
    'priority', priority, 'sq', firstRow + #rows.i }
  local function put(field, value)
    job[#job + 1] = field
    job[#job + 1] = value
  end
  if company ~= '' then put('co', company) end
  local key = ARGV[at + 18]
  if key ~= '' then put('ck', key) else key = company end
  if ARGV[at + 17] ~= '' then put('lk', ARGV[at + 17]) end
  local state = 'waiting'
  if dependencies ~= '' then
    if waitFor(queue, id, dependencies) then
      state = 'depends'
      if ARGV[at + 16] ~= '0' then put('dl', ARGV[at + 16]) end
    else
      delay = math.max(delay, tonumber(ARGV[at + 16]))
      runAt = math.max(runAt, createdAt + delay)
    end
  end
  if runAt > createdAt then put('ra', runAt) end
  if state == 'depends' then
    rcall('HSET', jobKey, unpack(job))
  elseif delay > 0 then
    state = 'scheduled'
    rcall('HSET', jobKey, unpack(job))
    rcall('ZADD', base .. 'delayed', getDelayedScore(base .. 'delayed', createdAt, delay), id)
    addDelayMarkerIfNeeded(base .. 'marker', base .. 'delayed')
  else
    rcall('HSET', jobKey, unpack(job))
    local jobs = ready[queue] or {}
    ready[queue] = jobs
    jobs[#jobs + 1] = priority
    jobs[#jobs + 1] = id
    jobs[#jobs + 1] = key
  end
  putRow(id, ARGV[at + 12], ARGV[at + 13], ARGV[at + 14], state)
  count(tallyOf(name, queue, company), 0, 1)
  tell(state, '', id, name, company)
  return 1
end

local function writeNewTasks(statisticsLifeMs)
  if #rows.i == 0 then return end
  for queue, jobs in pairs(ready) do lineUp(queue, jobs) end
  rcall('INCRBY', prefix .. 'rows', #rows.i)
  putColumn('rows', 'i', 22, firstRow, rows.i)
  putColumn('rows', 'w', 12, firstRow, rows.w)
  if hasWho then putColumn('rows', 'c', 8, firstRow, rows.c) end
  if hasLabels then putColumn('rows', 'l', 32, firstRow, rows.l) end
  putColumn('rows', 's', 4, firstRow, rows.s)
  writeTallies(now, statisticsLifeMs)
  sendNews()
end

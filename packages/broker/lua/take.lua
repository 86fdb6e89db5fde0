--[[
  Takes up to n ready tasks: moves what has become due, then locks and hands out the first in line.

  KEYS[1]  any key of the shard (for routing)
  ARGV[1]  our prefix
  ARGV[2]  BullMQ's prefix
  ARGV[3]  lock token of this process
  ARGV[4]  life of a lock, ms
  ARGV[5]  who takes them: `worker|host|pid`
  ARGV[6]  how many at most
  ARGV[7]  turn of this process: called again in the same turn (the answer was lost), it hands out the same tasks
  ARGV[8]  hash of this worker's id (2 bytes)
  ARGV[9]  life of the statistics, ms
  ARGV[10] the highest priority number that may be taken: those above wait while this worker is careful; 0: all
  ARGV[11…] names of queues, in the order in which to look

  All times are by the clock of Redis, so that a worker whose clock is ahead begins nothing early.

  Returns {ms to the next due time (0: none), queues in which tasks wait that may not be taken here (parted by spaces),
  then ten values a task: queue, id, name, data, attempt, retries begun, workers lost, createdAt, checkpoint, begun (Unix
  ms)}. What a task does not have is nil.
  An execution that nobody recorded (its worker died) is written to the ledger as `lost`.
]]
local rcall = redis.call
local time = rcall('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)

--- @include "getNextDelayedTimestamp"
--- @include "getRateLimitTTL"

local prefix, bullPrefix, left = ARGV[1], ARGV[2], tonumber(ARGV[6])
--- @include "line"
--- @include "slots"
--- @include "rate"
--- @include "ledgerRows"
--- @include "indexTask"
--- @include "statistics"
--- @include "events"
local highest = tonumber(ARGV[10])
local taken = { 0, '' }
local handedKey = prefix .. 'handed:' .. ARGV[3]
local handed = { ARGV[7] }
-- Rows of the executions that begin here; their numbers are taken when all are known.
local lastRun = tonumber(rcall('GET', prefix .. 'runs') or 0)
local runs, runStates = {}, {}
local runState = outcomeCodes.running .. noByte .. ARGV[8]

local function lookAgainIn(ms)
  if ms < 1 then ms = 1 end
  if taken[1] == 0 or ms < taken[1] then taken[1] = ms end
end

local function read(jobKey)
  return rcall('HMGET', jobKey, 'name', 'data', 'timestamp', 'atm', 'stc', 'cp', 'ats', 'xr', 'pb', 'processedOn',
    'sq', 'co', 'xq', 'ck', 'sl')
end

local function handOut(queue, id, job, attempt, begunAt)
  local at = #taken
  taken[at + 1], taken[at + 2], taken[at + 3], taken[at + 4], taken[at + 5] = queue, id, job[1], job[2], attempt
  taken[at + 6], taken[at + 7], taken[at + 8], taken[at + 9], taken[at + 10] = job[4], job[5], job[3], job[6], begunAt
  left = left - 1
end

local function handOutAgain()
  local turn, names = string.match(rcall('GET', handedKey) or '', '^(%d+) (.+)$')
  if turn ~= ARGV[7] then return end
  for queue, id in string.gmatch(names, '(%S+) (%S+)') do
    local jobKey = ARGV[2] .. queue .. ':' .. id
    if rcall('GET', jobKey .. ':lock') == ARGV[3] then
      local job = read(jobKey)
      handOut(queue, id, job, tonumber(job[7]), tonumber(job[10]))
    end
  end
end

local function recordLost(id, queue, jobKey, job, started)
  local worker, startedAt = string.gsub(job[9] or '?|?|0', '["\\%c]', ''), job[10]
  rcall('HSET', prefix .. 'task:' .. id, 'x' .. started,
    '["' .. worker .. '",' .. (startedAt or now) .. ',' .. now .. ',"lost"]')
  rcall('HSET', jobKey, 'xr', started)
  if job[11] then putCell('rows', 's', 4, tonumber(job[11]), hashBytes(string.match(worker, '^[^|]*'), 2), 2) end
  if job[13] then putRunOutcome(tonumber(job[13]), 'lost') end
  countExecution(tallyOf(job[1], queue, job[12] or ''), now - (tonumber(startedAt) or now), 0)
end

-- How many tasks of a queue may begin: none while it is paused, else what its limits leave.
local function roomIn(line)
  if line.isPaused then return 0 end
  local base, room = line.base, math.huge
  if line.concurrency then room = tonumber(line.concurrency) - rcall('LLEN', base .. 'active') end
  if line.windowMax then
    local pauseMs = getRateLimitTTL(line.windowMax, base .. 'limiter')
    if pauseMs > 0 then
      lookAgainIn(pauseMs)
      return 0
    end
    room = math.min(room, math.max(1, line.windowMax - tonumber(rcall('GET', base .. 'limiter') or 0)))
  end
  if line.rate and room > 0 then
    line.rateRoom = mayBegin(line.queue, line.rate)
    room = math.min(room, line.rateRoom)
  end
  return room
end

-- How many of those in line may be taken here: those above `highest` stay.
local function countUrgent(base)
  return rcall('ZCOUNT', base .. 'prioritized', '-inf', string.format('(%.0f', (highest + 1) * priorityStep))
end

-- The first in line: ids and their scores. A job without a priority stands before all others, and has no score.
local function pop(line, most)
  local ids, scores = rcall('RPOP', line.base .. 'wait', most) or {}, {}
  if #ids < most then
    local wanted = most - #ids
    if highest > 0 then wanted = math.min(wanted, countUrgent(line.base)) end
    local popped = wanted > 0 and rcall('ZPOPMIN', line.base .. 'prioritized', wanted) or {}
    if #popped == 0 and highest == 0 then line.isEmpty = true end
    for at = 1, #popped, 2 do
      ids[#ids + 1] = popped[at]
      scores[#ids] = popped[at + 1]
    end
  end
  return ids, scores
end

-- So many are held back in one call: each was looked at, and will not be again.
local holdable = 1000

-- Whether its key has a slot for it. If not, it waits for one outside the line.
local function findSlot(line, id, score, key, slot)
  if not key or not score or slot == key then return true end
  line.used[key] = line.used[key] or rcall('SCARD', slotsKeyOf(line.queue, key))
  local isFree = line.used[key] < line.keyMax
  if not isFree and highest > 0 and not line.noneBack[key] then
    isFree = takeBackSlot(line.queue, key, (highest + 1) * priorityStep)
    if isFree then line.used[key] = line.used[key] - 1 else line.noneBack[key] = true end
  end
  local into = isFree and line.slots or line.held
  into[key] = into[key] or {}
  if isFree then
    line.used[key] = line.used[key] + 1
  else
    holdable = holdable - 1
    table.insert(into[key], score)
  end
  table.insert(into[key], id)
  return isFree
end

-- A round has begun when a task of it has. What was given back stands before all rounds.
local function noteRound(line, score)
  local priority = math.floor(tonumber(score) / priorityStep)
  if tonumber(score) == priority * priorityStep then return end
  line.rounds[priority] = math.max(line.rounds[priority] or 0, tonumber(score))
end

local function writeKeys(line)
  for key, ids in pairs(line.slots) do takeSlots(line.queue, key, ids) end
  for key, scored in pairs(line.held) do holdBack(line.queue, key, scored) end
  local roundsKey = prefix .. 'rounds:' .. line.queue
  if line.isEmpty and rcall('EXISTS', prefix .. 'held:' .. line.queue) == 0 then
    rcall('DEL', roundsKey)
    return
  end
  for priority, score in pairs(line.rounds) do
    rcall('ZADD', roundsKey, 'GT', string.format('%.0f', score), string.format('%d', priority))
    rcall('ZREMRANGEBYSCORE', roundsKey, priority * priorityStep, string.format('(%.0f', score))
  end
end

local function begin(line, id, score)
  local queue, jobKey = line.queue, line.base .. id
  local key
  if line.keyMax then
    -- What is held is not read whole: it may be large, and many.
    local known = rcall('HMGET', jobKey, 'name', 'ck', 'co', 'sl')
    if not known[1] then return false end
    key = known[2] or known[3]
    if not findSlot(line, id, score, key, known[4]) then return false end
    if score then noteRound(line, score) end
  end
  local job = read(jobKey)
  if not job[1] then return false end
  local slot = job[15]
  if line.keyMax then
    slot = score and key or slot or ''
  elseif line.concurrency then
    slot = slot or ''
  end
  local started = tonumber(job[7] or '0')
  if started > tonumber(job[8] or '0') then recordLost(id, queue, jobKey, job, started) end
  local number, company = tonumber(job[11]), job[12]
  if not number then
    number, company = indexTask(id, job[1], queue, job[2], 'waiting', '')
    rcall('HSET', jobKey, 'sq', number)
  end
  runs[#runs + 1] = packRun(number, started + 1, now)
  runStates[#runs] = runState
  rcall('SET', jobKey .. ':lock', ARGV[3], 'PX', ARGV[4])
  local begun = { 'processedOn', now, 'pb', ARGV[5], 'ats', started + 1, 'xq', lastRun + #runs }
  if slot ~= job[15] then begun[9], begun[10] = 'sl', slot end
  rcall('HSET', jobKey, unpack(begun))
  tell('running', '', id, job[1], company)
  handOut(queue, id, job, started + 1, now)
  handed[#handed + 1] = queue .. ' ' .. id
  return true
end

-- So many become ready in one call: Redis is busy with them for a few milliseconds.
local promotable = 1000

-- Moves what has become due to those that are ready, as BullMQ's `promoteDelayedJobs` does.
local function promote(line)
  if promotable == 0 then return end
  local base = line.base
  local ids = rcall('ZRANGEBYSCORE', base .. 'delayed', 0, (now + 1) * 0x1000 - 1, 'LIMIT', 0, promotable)
  promotable = promotable - #ids
  if #ids == 0 then return end
  rcall('ZREM', base .. 'delayed', unpack(ids))
  local jobs = {}
  for _, id in ipairs(ids) do
    local job = rcall('HMGET', base .. id, 'priority', 'sq', 'name', 'co', 'ck')
    local at = #jobs
    jobs[at + 1], jobs[at + 2], jobs[at + 3] = tonumber(job[1]) or 1, id, job[5] or job[4] or ''
    rcall('HSET', base .. id, 'delay', 0)
    if job[2] then putState(tonumber(job[2]), 'waiting', '') end
    if job[3] then tell('waiting', '', id, job[3], job[4]) end
  end
  lineUp(line.queue, jobs, { line.isPaused, line.concurrency, line.keyMax })
end

local function beginSome(line, room)
  local begun = 0
  while left > 0 and room > begun do
    if holdable <= 0 then
      lookAgainIn(1)
      break
    end
    local most = math.min(left, room - begun)
    local ids, scores = pop(line, most)
    local active = {}
    for at, id in ipairs(ids) do
      if begin(line, id, scores[at]) then active[#active + 1] = id end
    end
    if #active > 0 then rcall('LPUSH', line.base .. 'active', unpack(active)) end
    begun = begun + #active
    if #ids < most then break end
  end
  return begun
end

local function takeFrom(queue)
  local base = bullPrefix .. queue .. ':'
  local meta = rcall('HMGET', base .. 'meta', 'paused', 'concurrency', 'max', 'duration', 'drk', 'drr', 'drh')
  local line = { queue = queue, base = base, isPaused = meta[1], concurrency = meta[2], windowMax = tonumber(meta[3]),
    keyMax = tonumber(meta[5] or ''), rate = meta[6] and rateOf(meta[6]), used = {}, slots = {}, held = {},
    rounds = {}, noneBack = {} }
  if meta[7] and not fillStep(queue, line.keyMax, meta[7]) then lookAgainIn(1) end
  promote(line)
  local room = roomIn(line)
  local begun = beginSome(line, room)
  if line.isEmpty then rcall('DEL', base .. 'pc') end
  if line.keyMax then writeKeys(line) end
  if line.windowMax and begun > 0 and rcall('INCRBY', base .. 'limiter', begun) == begun then
    rcall('PEXPIRE', base .. 'limiter', math.floor(math.abs(tonumber(meta[4]))))
  end
  if line.rate then noteBegun(queue, line.rate, begun) end
  local isMore = (line.rate or left <= 0 and room > begun) and not line.isPaused
    and rcall('ZCARD', base .. 'prioritized') + rcall('LLEN', base .. 'wait') > 0
  -- What we leave is for others: the marker wakes one of them.
  if isMore and left <= 0 then
    rcall('ZADD', base .. 'marker', 0, '0')
    if line.rate then leaveRate(queue, ARGV[3]) end
  elseif isMore and line.rateRoom and begun >= line.rateRoom then
    lookAgainIn(watchRate(queue, line.rate, ARGV[3]))
  end
  -- So is what may not be taken here. Whoever took this call does not listen to this marker for a while.
  if highest > 0 and left > 0 and room > begun and rcall('ZCARD', base .. 'prioritized') > 0 then
    rcall('ZADD', base .. 'marker', 0, '0')
    taken[2] = taken[2] .. (taken[2] == '' and '' or ' ') .. queue
  end
  local due = getNextDelayedTimestamp(base .. 'delayed')
  if due then lookAgainIn(due - now) end
end

handOutAgain()
if #taken > 2 then return taken end
for at = 11, #ARGV do takeFrom(ARGV[at]) end
if #runs > 0 then
  rcall('INCRBY', prefix .. 'runs', #runs)
  putColumn('runs', 't', 16, lastRun + 1, runs)
  putColumn('runs', 's', 4, lastRun + 1, runStates)
  rcall('SET', handedKey, table.concat(handed, ' '), 'PX', ARGV[4])
end
writeTallies(now, tonumber(ARGV[9]))
sendNews()
return taken

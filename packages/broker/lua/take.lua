--[[
  Takes up to n ready tasks: moves what has become due, then locks and hands out the first in line.

  KEYS[1]  any key of the shard (for routing)
  ARGV[1]  our prefix
  ARGV[2]  BullMQ's prefix
  ARGV[3]  now, Unix ms
  ARGV[4]  lock token of this process
  ARGV[5]  life of a lock, ms
  ARGV[6]  who takes them: `worker|host|pid`
  ARGV[7]  how many at most
  ARGV[8]  turn of this process: called again in the same turn (the answer was lost), it hands out the same tasks
  ARGV[9]  hash of this worker's id (2 bytes)
  ARGV[10] life of the statistics, ms
  ARGV[11…] names of queues, in the order in which to look

  Returns {next due time (Unix ms, 0: none), then ten values a task: queue, id, name, data, attempt, retries begun,
  workers lost, createdAt, checkpoint, begun (Unix ms)}. What a task does not have is nil.
  An execution that nobody recorded (its worker died) is written to the ledger as `lost`.
]]
local rcall = redis.call

--- @include "addBaseMarkerIfNeeded"
--- @include "getPriorityScore"
--- @include "getNextDelayedTimestamp"
--- @include "getRateLimitTTL"

local prefix, now, left = ARGV[1], tonumber(ARGV[3]), tonumber(ARGV[7])
--- @include "ledgerRows"
--- @include "indexTask"
--- @include "statistics"
--- @include "events"
local taken = { 0 }
local handedKey = prefix .. 'handed:' .. ARGV[4]
local handed = { ARGV[8] }
-- Rows of the executions that begin here; their numbers are taken when all are known.
local lastRun = tonumber(rcall('GET', prefix .. 'runs') or 0)
local runs, runStates = {}, {}
local runState = outcomeCodes.running .. noByte .. ARGV[9]

local function lookAgainAt(dueAt)
  if taken[1] == 0 or dueAt < taken[1] then taken[1] = dueAt end
end

local function read(jobKey)
  return rcall('HMGET', jobKey, 'name', 'data', 'timestamp', 'atm', 'stc', 'cp', 'ats', 'xr', 'pb', 'processedOn',
    'sq', 'co', 'xq')
end

local function handOut(queue, id, job, attempt, begunAt)
  local at = #taken
  taken[at + 1], taken[at + 2], taken[at + 3], taken[at + 4], taken[at + 5] = queue, id, job[1], job[2], attempt
  taken[at + 6], taken[at + 7], taken[at + 8], taken[at + 9], taken[at + 10] = job[4], job[5], job[3], job[6], begunAt
  left = left - 1
end

local function handOutAgain()
  local turn, names = string.match(rcall('GET', handedKey) or '', '^(%d+) (.+)$')
  if turn ~= ARGV[8] then return end
  for queue, id in string.gmatch(names, '(%S+) (%S+)') do
    local jobKey = ARGV[2] .. queue .. ':' .. id
    if rcall('GET', jobKey .. ':lock') == ARGV[4] then
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
local function roomIn(base, isPaused, concurrency, rateMax)
  if isPaused then return 0 end
  local room = math.huge
  if concurrency then room = tonumber(concurrency) - rcall('LLEN', base .. 'active') end
  if rateMax then
    local pauseMs = getRateLimitTTL(rateMax, base .. 'limiter')
    if pauseMs > 0 then
      lookAgainAt(now + pauseMs)
      return 0
    end
    room = math.min(room, math.max(1, rateMax - tonumber(rcall('GET', base .. 'limiter') or 0)))
  end
  return room
end

local function moveToActive(base, most)
  local ids = rcall('RPOP', base .. 'wait', most) or {}
  if #ids < most then
    local popped = rcall('ZPOPMIN', base .. 'prioritized', most - #ids)
    if #popped == 0 then rcall('DEL', base .. 'pc') end
    for at = 1, #popped, 2 do ids[#ids + 1] = popped[at] end
  end
  if #ids > 0 then rcall('LPUSH', base .. 'active', unpack(ids)) end
  return ids
end

local function begin(queue, base, id)
  local jobKey = base .. id
  local job = read(jobKey)
  if not job[1] then
    rcall('LREM', base .. 'active', 1, id)
    return false
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
  rcall('SET', jobKey .. ':lock', ARGV[4], 'PX', ARGV[5])
  rcall('HSET', jobKey, 'processedOn', ARGV[3], 'pb', ARGV[6], 'ats', started + 1, 'xq', lastRun + #runs)
  tell('running', '', id, job[1], company)
  handOut(queue, id, job, started + 1, now)
  handed[#handed + 1] = queue .. ' ' .. id
  return true
end

-- So many become ready in one call: Redis is busy with them for a few milliseconds.
local promotable = 1000

-- Moves what has become due to those that are ready, as BullMQ's `promoteDelayedJobs` does.
local function promote(base, isPaused)
  if promotable == 0 then return end
  local ids = rcall('ZRANGEBYSCORE', base .. 'delayed', 0, (now + 1) * 0x1000 - 1, 'LIMIT', 0, promotable)
  promotable = promotable - #ids
  if #ids == 0 then return end
  rcall('ZREM', base .. 'delayed', unpack(ids))
  for _, id in ipairs(ids) do
    local job = rcall('HMGET', base .. id, 'priority', 'sq', 'name', 'co')
    rcall('ZADD', base .. 'prioritized', getPriorityScore(tonumber(job[1]) or 1, base .. 'pc'), id)
    rcall('HSET', base .. id, 'delay', 0)
    if job[2] then putState(tonumber(job[2]), 'waiting', '') end
    if job[3] then tell('waiting', '', id, job[3], job[4]) end
  end
  addBaseMarkerIfNeeded(base .. 'marker', isPaused)
end

local function takeFrom(queue)
  local base = ARGV[2] .. queue .. ':'
  local meta = rcall('HMGET', base .. 'meta', 'paused', 'concurrency', 'max', 'duration')
  local rateMax, begun = tonumber(meta[3]), 0
  promote(base, meta[1])
  local room = roomIn(base, meta[1], meta[2], rateMax)
  while left > 0 and room > begun do
    local most = math.min(left, room - begun)
    local ids = moveToActive(base, most)
    for _, id in ipairs(ids) do
      if begin(queue, base, id) then begun = begun + 1 end
    end
    if #ids < most then break end
  end
  if rateMax and begun > 0 and rcall('INCRBY', base .. 'limiter', begun) == begun then
    rcall('PEXPIRE', base .. 'limiter', math.floor(math.abs(tonumber(meta[4]))))
  end
  -- What we leave is for others: the marker wakes one of them.
  if left <= 0 and room > begun and rcall('ZCARD', base .. 'prioritized') + rcall('LLEN', base .. 'wait') > 0 then
    rcall('ZADD', base .. 'marker', 0, '0')
  end
  local due = getNextDelayedTimestamp(base .. 'delayed')
  if due then lookAgainAt(due) end
end

handOutAgain()
if #taken > 1 then return taken end
for at = 11, #ARGV do takeFrom(ARGV[at]) end
if #runs > 0 then
  rcall('INCRBY', prefix .. 'runs', #runs)
  putColumn('runs', 't', 16, lastRun + 1, runs)
  putColumn('runs', 's', 4, lastRun + 1, runStates)
  rcall('SET', handedKey, table.concat(handed, ' '), 'PX', ARGV[5])
end
writeTallies(now, tonumber(ARGV[10]))
sendNews()
return taken

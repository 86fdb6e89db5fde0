--[[
  Runs a task again that ended badly, or that needs attention. What BullMQ has dropped is put back from the ledger.

  KEYS[1]  any key of the shard (for routing)
  ARGV[1]  our prefix
  ARGV[2]  BullMQ's prefix
  ARGV[3]  queue
  ARGV[4]  id
  ARGV[5]  executions so far: the next one is counted on from here
  ARGV[6]  now, Unix ms
  ARGV[7]  what is remembered of it (JSON, '' for nothing)
  ARGV[8]  how many entries are remembered of a task, ARGV[9] and how many bytes
  ARGV[10] life of the statistics, ms

  Returns 1, or 0 when it is neither.
]]
local rcall = redis.call

--- @include "addJobWithPriority"
--- @include "isQueuePausedOrMaxed"

local prefix = ARGV[1]
--- @include "ledgerRows"
--- @include "indexTask"
--- @include "statistics"
--- @include "events"
--- @include "history"

local queue, id, now = ARGV[3], ARGV[4], tonumber(ARGV[6])
local base = ARGV[2] .. queue .. ':'
local jobKey, taskKey = base .. id, prefix .. 'task:' .. id
local attentionScore = 2199023255551 * 0x1000
local score = rcall('ZSCORE', base .. 'delayed', id)
local isAttention = score and tonumber(score) >= attentionScore
local ledger = rcall('HMGET', taskKey, 's', 'n', 'd', 't', 'p', 'cp', 'o', 'f', 'sq')
local isLive = rcall('EXISTS', jobKey) == 1 and rcall('HEXISTS', jobKey, 'finishedOn') == 0

-- A task counts once: that it ended is taken back from the quarter of an hour in which it was counted.
local function uncount(fullName, company)
  local state, outcome, finishedAt = ledger[1], ledger[7], tonumber(ledger[8])
  if not finishedAt then return end
  count(tallyOf(fullName, queue, company), string.byte(outcomeCodes[outcome]), -1)
  writeTallies(finishedAt, tonumber(ARGV[10]), true)
  rcall('HINCRBY', prefix .. 'totals', queue .. ':' .. state, -1)
end

if isLive and not isAttention then return 0 end
if not isLive then
  if ledger[1] ~= 'error' and ledger[1] ~= 'cancelled' then return 0 end
  local isRead, envelope = pcall(cjson.decode, ledger[3])
  local isKnown = isRead and type(envelope) == 'table' and type(envelope.company) == 'string'
  local company = isKnown and envelope.company or ''
  local number = tonumber(ledger[9]) or indexTask(id, ledger[2], queue, ledger[3], 'waiting', '')
  rcall('ZREM', base .. 'failed', id)
  -- It may have run again since it was looked at.
  local executions = math.max(tonumber(ARGV[5]), tonumber(rcall('HGET', jobKey, 'ats') or 0))
  rcall('HSET', jobKey, 'name', ledger[2], 'data', ledger[3], 'timestamp', ledger[4], 'priority', ledger[5],
    'ats', executions, 'xr', executions, 'sq', number)
  if company ~= '' then rcall('HSET', jobKey, 'co', company) end
  uncount(ledger[2], company)
  rcall('HSETNX', jobKey, 'opts', '{}')
  if ledger[6] then rcall('HSET', jobKey, 'cp', ledger[6]) end
  rcall('HDEL', jobKey, 'finishedOn', 'failedReason', 'returnvalue')
  rcall('HDEL', taskKey, 's', 'o', 'f', 'r', 'e', 'm', 'a', 'pr', 'ra')
  -- Records of an earlier version went by themselves.
  rcall('PERSIST', taskKey)
end
rcall('ZREM', base .. 'delayed', id)
rcall('HSET', jobKey, 'atm', 0, 'delay', 0, 'ra', now)
-- Workers that died with it before are forgiven, as its retries are.
rcall('HDEL', jobKey, 'stc', 'aa')
local job = rcall('HMGET', jobKey, 'sq', 'name', 'co')
if job[1] then putState(tonumber(job[1]), 'waiting', '') end
tell('waiting', '', id, job[2], job[3])
remember(id, ARGV[7], tonumber(ARGV[8]), tonumber(ARGV[9]))
sendNews()
addJobWithPriority(base .. 'marker', base .. 'prioritized', tonumber(rcall('HGET', jobKey, 'priority')) or 1, id,
  base .. 'pc', isQueuePausedOrMaxed(base .. 'meta', base .. 'active'))
return 1

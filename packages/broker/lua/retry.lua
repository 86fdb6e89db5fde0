--[[
  Runs a task again that ended badly, or that needs attention. What BullMQ has dropped is put back from the ledger.

  KEYS[1]  any key of the shard (for routing)
  ARGV[1]  our prefix
  ARGV[2]  BullMQ's prefix
  ARGV[3]  queue
  ARGV[4]  id
  ARGV[5]  executions so far: the next one is counted on from here
  ARGV[6]  now, Unix ms

  Returns 1, or 0 when it is neither.
]]
local rcall = redis.call

--- @include "addJobWithPriority"
--- @include "isQueuePausedOrMaxed"

local base, id = ARGV[2] .. ARGV[3] .. ':', ARGV[4]
local jobKey, taskKey = base .. id, ARGV[1] .. 'task:' .. id
local attentionScore = 2199023255551 * 0x1000
local score = rcall('ZSCORE', base .. 'delayed', id)
local isAttention = score and tonumber(score) >= attentionScore
local ledger = rcall('HMGET', taskKey, 's', 'n', 'd', 't', 'p', 'cp')
local isLive = rcall('EXISTS', jobKey) == 1 and rcall('HEXISTS', jobKey, 'finishedOn') == 0

if isLive and not isAttention then return 0 end
if not isLive then
  if ledger[1] ~= 'error' and ledger[1] ~= 'cancelled' then return 0 end
  rcall('ZREM', base .. 'failed', id)
  rcall('HSET', jobKey, 'name', ledger[2], 'data', ledger[3], 'timestamp', ledger[4], 'priority', ledger[5],
    'ats', ARGV[5], 'xr', ARGV[5])
  rcall('HSETNX', jobKey, 'opts', '{}')
  if ledger[6] then rcall('HSET', jobKey, 'cp', ledger[6]) end
  rcall('HDEL', jobKey, 'finishedOn', 'failedReason', 'returnvalue')
  rcall('HDEL', taskKey, 's', 'o', 'f', 'r', 'e', 'm', 'a', 'pr', 'ra')
  rcall('PERSIST', taskKey)
end
rcall('ZREM', base .. 'delayed', id)
rcall('HSET', jobKey, 'atm', 0, 'delay', 0, 'ra', ARGV[6])
-- Workers that died with it before are forgiven, as its retries are.
rcall('HDEL', jobKey, 'stc')
addJobWithPriority(base .. 'marker', base .. 'prioritized', tonumber(rcall('HGET', jobKey, 'priority')) or 1, id,
  base .. 'pc', isQueuePausedOrMaxed(base .. 'meta', base .. 'active'))
return 1

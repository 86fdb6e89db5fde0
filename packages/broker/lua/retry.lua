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

--- @include "getDelayedScore"
--- @include "addDelayMarkerIfNeeded"

local prefix, bullPrefix, now, statisticsLifeMs = ARGV[1], ARGV[2], tonumber(ARGV[6]), tonumber(ARGV[10])
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

local queue, id = ARGV[3], ARGV[4]
local base = bullPrefix .. queue .. ':'
local jobKey = base .. id
local attentionScore = 2199023255551 * 0x1000
local score = rcall('ZSCORE', base .. 'delayed', id)
local isAttention = score and tonumber(score) >= attentionScore
local isLive = rcall('EXISTS', jobKey) == 1 and rcall('HEXISTS', jobKey, 'finishedOn') == 0

if isLive and not isAttention then return 0 end
if not isLive then
  local state = rcall('HGET', prefix .. 'task:' .. id, 's')
  if state ~= 'error' and state ~= 'cancelled' then return 0 end
  putBack(queue, id, ARGV[5])
end
rcall('ZREM', base .. 'delayed', id)
beginAnew(jobKey)
local job = rcall('HMGET', jobKey, 'sq', 'name', 'co')
if job[1] then putState(tonumber(job[1]), 'waiting', '') end
tell('waiting', '', id, job[2], job[3])
remember(id, ARGV[7], tonumber(ARGV[8]), tonumber(ARGV[9]))
sendNews()
lineUpJob(queue, id)
return 1

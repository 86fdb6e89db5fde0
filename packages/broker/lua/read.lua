--[[
  Reads tasks: the ledger's record, BullMQ's job, and where the job is.

  KEYS[1]  any key of the shard (for routing)
  ARGV[1]  our prefix
  ARGV[2]  BullMQ's prefix
  then 2 a task: queue, id

  Returns for each {place, delayed score, job hash, ledger hash}. The place is one of completed, failed, delayed,
  prioritized, wait, active, waiting-children, or '' when BullMQ knows no such job.
]]
local rcall = redis.call

local function placeOf(base, id)
  if rcall('ZSCORE', base .. 'prioritized', id) then return 'prioritized', false end
  local score = rcall('ZSCORE', base .. 'delayed', id)
  if score then return 'delayed', score end
  if rcall('ZSCORE', base .. 'completed', id) then return 'completed', false end
  if rcall('ZSCORE', base .. 'failed', id) then return 'failed', false end
  if rcall('EXISTS', base .. id .. ':lock') == 1 or rcall('LPOS', base .. 'active', id) then return 'active', false end
  if rcall('ZSCORE', base .. 'waiting-children', id) then return 'waiting-children', false end
  return 'wait', false
end

local results = {}
for at = 3, #ARGV, 2 do
  local base, id = ARGV[2] .. ARGV[at] .. ':', ARGV[at + 1]
  local job = rcall('HGETALL', base .. id)
  local place, score = '', false
  if #job > 0 then place, score = placeOf(base, id) end
  results[#results + 1] = { place, score, job, rcall('HGETALL', ARGV[1] .. 'task:' .. id) }
end
return results

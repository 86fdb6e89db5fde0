--[[
  Forgets tasks that ended long enough ago: record, log, history and what BullMQ has left, and empties their rows.

  KEYS[1]  any key of the shard (for routing)
  ARGV[1]  our prefix
  ARGV[2]  BullMQ's prefix
  then 5 a task: queue, id, row, and at or before when (Unix ms) one that ended well, and another one, may be forgotten

  Returns for each: done, error or cancelled when it was forgotten so; attention when it has needed a person since
  before its time; gone when there was nothing any more; '' when it stays.
]]
local rcall = redis.call
local prefix = ARGV[1]
--- @include "ledgerRows"

local attentionScore = 2199023255551 * 0x1000

local function forget(base, id, row)
  local jobKey = base .. id
  rcall('ZREM', base .. 'completed', id)
  rcall('ZREM', base .. 'failed', id)
  rcall('UNLINK', prefix .. 'task:' .. id, prefix .. 'log:' .. id, prefix .. 'history:' .. id, jobKey, jobKey .. ':logs',
    jobKey .. ':dependencies', jobKey .. ':processed', jobKey .. ':failed', jobKey .. ':unsuccessful')
  putCell('rows', 's', 4, row, '\0\0\0\0')
end

local function prune(queue, id, row, doneBefore, otherBefore)
  local base = ARGV[2] .. queue .. ':'
  local record = rcall('HMGET', prefix .. 'task:' .. id, 's', 'f')
  if not record[1] then
    local job = rcall('HMGET', base .. id, 'name', 'aa', 'finishedOn')
    if not job[1] then
      forget(base, id, row)
      return 'gone'
    end
    if job[3] then
      -- BullMQ alone remembers that it ended.
      local isDone = rcall('ZSCORE', base .. 'completed', id)
      if tonumber(job[3]) > (isDone and doneBefore or otherBefore) then return '' end
      forget(base, id, row)
      return isDone and 'done' or 'error'
    end
    local score = rcall('ZSCORE', base .. 'delayed', id)
    local isAttention = score and tonumber(score) >= attentionScore
    if isAttention and job[2] and tonumber(job[2]) <= otherBefore then return 'attention' end
    return ''
  end
  local before = record[1] == 'done' and doneBefore or otherBefore
  if tonumber(record[2] or 0) > before then return '' end
  forget(base, id, row)
  return record[1]
end

local results = {}
for at = 3, #ARGV, 5 do
  results[#results + 1] = prune(ARGV[at], ARGV[at + 1], tonumber(ARGV[at + 2]), tonumber(ARGV[at + 3]),
    tonumber(ARGV[at + 4]))
end
return results

--[[
  Asks the worker that runs a task to end it: puts the request into that worker's list, for this attempt only, and
  calls it, in case that it waits for work.

  KEYS[1]  any key of the shard (for routing)
  ARGV[1]  our prefix
  ARGV[2]  BullMQ's prefix
  ARGV[3]  queue
  ARGV[4]  id
  ARGV[5]  reason, for people
  ARGV[6]  how long the request waits for its worker, ms
  ARGV[7]  what is remembered of it (JSON, '' for nothing)
  ARGV[8]  how many entries are remembered of a task, ARGV[9] and how many bytes
  ARGV[10] id of the request: where the worker leaves its answer
  ARGV[11] how many requests wait for a worker at most; of more, the oldest go

  Returns the attempt, or 0 when the task does not run.
]]
local rcall = redis.call
local prefix, id = ARGV[1], ARGV[4]
--- @include "history"

local base = ARGV[2] .. ARGV[3] .. ':'
local jobKey = base .. id
if rcall('EXISTS', jobKey .. ':lock') == 0 and not rcall('LPOS', base .. 'active', id) then return 0 end
local job = rcall('HMGET', jobKey, 'ats', 'pb')
if not job[1] or not job[2] then return 0 end
local worker = string.match(job[2], '^([^|]*)|')
local key = prefix .. 'control:' .. (worker or '')
rcall('RPUSH', key, cjson.encode({ kind = 'kill', request = ARGV[10], id = id, attempt = tonumber(job[1]),
  reason = ARGV[5] }))
rcall('LTRIM', key, -tonumber(ARGV[11]), -1)
rcall('PEXPIRE', key, ARGV[6])
-- Its worker may be dead: then whoever takes the task over ends it.
rcall('HSET', jobKey, 'ko', job[1] .. ' ' .. ARGV[5])
local wakeKey = prefix .. 'wake:' .. (worker or '')
rcall('ZADD', wakeKey, 0, 'control')
rcall('PEXPIRE', wakeKey, ARGV[6])
remember(id, ARGV[7], tonumber(ARGV[8]), tonumber(ARGV[9]))
return tonumber(job[1])

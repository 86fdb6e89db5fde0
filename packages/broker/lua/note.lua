--[[
  Writes what a running task says of itself: progress, checkpoint. Only while the task is this process's: a
  lock that merely expired is still ours.

  KEYS[1]  the job, HASH
  ARGV[1]  lock token of this process
  ARGV[2]  field: progress, cp (checkpoint) or av (arguments as it began with them)
  ARGV[3]  value (JSON)
  ARGV[4]  attempt
  ARGV[5]  our prefix
  ARGV[6]  id

  Returns 1, or 0 when the task is no longer ours.
]]
local holder = redis.call('GET', KEYS[1] .. ':lock')
if holder and holder ~= ARGV[1] then return 0 end
if redis.call('HGET', KEYS[1], 'ats') ~= ARGV[4] then return 0 end
redis.call('HSET', KEYS[1], ARGV[2], ARGV[3])
if ARGV[2] == 'progress' then
  local job = redis.call('HMGET', KEYS[1], 'name', 'co')
  redis.call('XADD', ARGV[5] .. 'pulse', 'MAXLEN', '~', 1000, '*', 'p',
    ARGV[6] .. '\t' .. (job[1] or '') .. '\t' .. (job[2] or '') .. '\t' .. ARGV[3])
end
return 1

--[[
  Writes what a running task says of itself: progress, checkpoint. Only while the task is held under this token.

  KEYS[1]  the job, HASH
  ARGV[1]  lock token of this process
  ARGV[2]  field: progress or cp
  ARGV[3]  value (JSON)

  Returns 1, or 0 when the task is no longer ours.
]]
if redis.call('GET', KEYS[1] .. ':lock') ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], ARGV[2], ARGV[3])
return 1

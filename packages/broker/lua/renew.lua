--[[
  Keeps the locks of running tasks. A lock that expired while nobody took the task over is ours again.

  KEYS[1]  any key of the shard (for routing)
  ARGV[1]  BullMQ's prefix
  ARGV[2]  lock token of this process
  ARGV[3]  life of a lock, ms
  then 3 a task: queue, id, attempt

  Returns the ids that are no longer ours.
]]
local rcall = redis.call
local lost = {}
for at = 4, #ARGV, 3 do
  local base, id = ARGV[1] .. ARGV[at] .. ':', ARGV[at + 1]
  local jobKey = base .. id
  local holder = rcall('GET', jobKey .. ':lock')
  local isOurs = holder == ARGV[2]
  if not holder then
    isOurs = rcall('HGET', jobKey, 'ats') == ARGV[at + 2] and rcall('LPOS', base .. 'active', id) ~= false
  end
  if isOurs then
    rcall('SET', jobKey .. ':lock', ARGV[2], 'PX', ARGV[3])
    rcall('SREM', base .. 'stalled', id)
  else
    lost[#lost + 1] = id
  end
end
return lost

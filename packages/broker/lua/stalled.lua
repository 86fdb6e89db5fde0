--[[
  Gives back to their queues the tasks whose worker died: those that were running at the last look and have no lock
  now. One process a round does it for all.

  KEYS[1]  any key of the shard (for routing)
  ARGV[1]  our prefix
  ARGV[2]  BullMQ's prefix
  ARGV[3]  time between two looks, ms
  ARGV[4…] names of queues

  Returns the ids given back.
]]
local rcall = redis.call
--- @include "pushBackJobWithPriority"
local prefix = ARGV[1]
--- @include "events"
local recovered = {}

local function look(base)
  if not rcall('SET', base .. 'stalled-check', '1', 'NX', 'PX', ARGV[3]) then return end
  local suspects = rcall('SMEMBERS', base .. 'stalled')
  rcall('DEL', base .. 'stalled')
  for _, id in ipairs(suspects) do
    local jobKey = base .. id
    if rcall('EXISTS', jobKey .. ':lock') == 0 and rcall('LREM', base .. 'active', 1, id) > 0 then
      rcall('HINCRBY', jobKey, 'stc', 1)
      local job = rcall('HMGET', jobKey, 'priority', 'name', 'co')
      pushBackJobWithPriority(base .. 'prioritized', tonumber(job[1]) or 1, id)
      if job[2] then tell('waiting', '', id, job[2], job[3]) end
      rcall('ZADD', base .. 'marker', 0, '0')
      recovered[#recovered + 1] = id
    end
  end
  local running = rcall('LRANGE', base .. 'active', 0, -1)
  for at = 1, #running, 1000 do
    rcall('SADD', base .. 'stalled', unpack(running, at, math.min(at + 999, #running)))
  end
end

for at = 4, #ARGV do look(ARGV[2] .. ARGV[at] .. ':') end
sendNews()
return recovered

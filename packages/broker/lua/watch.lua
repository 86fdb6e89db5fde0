--[[
  Looks at a part of all schedules, by name, for those whose alarm was lost, and sets it again.

  KEYS[1]  any key of the shard (for routing)
  ARGV[1]  our prefix
  ARGV[2]  where to go on: `-`, or `(` and the last member of the list that was seen
  ARGV[3]  in how many parts all are looked at
  ARGV[4]  how much later than it was set an alarm may be, ms: a schedule that cannot be decided upon is put off

  Returns where to go on, `-` after the last one, then the ids of those that had no alarm.
]]
local rcall = redis.call
local prefix = ARGV[1]
local listKey, alarmsKey = prefix .. 'schedules', prefix .. 'alarms'
local idLength = 24

local time = rcall('TIME')
local latest = tonumber(time[1]) * 1000 + tonumber(ARGV[4])
local count = math.max(10, math.ceil(rcall('ZCARD', listKey) / tonumber(ARGV[3])))
local members = rcall('ZRANGE', listKey, ARGV[2], '+', 'BYLEX', 'LIMIT', 0, count)
local answer = { #members < count and '-' or '(' .. members[#members] }
for _, member in ipairs(members) do
  local id = string.sub(member, -idLength)
  local at = tonumber(rcall('HGET', prefix .. 'schedule:' .. id, 'a') or '')
  local score = at and tonumber(rcall('ZSCORE', alarmsKey, id) or math.huge)
  if at and score > math.max(at, latest) then
    rcall('ZADD', alarmsKey, at, id)
    answer[#answer + 1] = id
  end
end
return answer

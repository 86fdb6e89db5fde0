--[[
  Sets when a schedule rings next: `at` in Unix ms, '' for never. One of its tasks may have ended since the decision was
  made on which this is based: that alarm stays. Field `a` of the schedule remembers it, so that one that is lost is known.

  Needs `rcall` and `prefix`.
]]
local function setAlarm(id, at)
  local key = prefix .. 'alarms'
  rcall('HSET', prefix .. 'schedule:' .. id, 'a', at)
  if rcall('ZSCORE', key, id) == '0' then return end
  if at == '' then
    rcall('ZREM', key, id)
  else
    rcall('ZADD', key, at, id)
  end
end

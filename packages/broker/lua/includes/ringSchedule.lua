--[[
  A task of a schedule ended, or needs a person: the schedule is looked at again, since fires may wait for it.

  Needs `rcall` and `prefix`.
]]
local function ringSchedule(schedule)
  if schedule and rcall('EXISTS', prefix .. 'schedule:' .. schedule) == 1 then
    rcall('ZADD', prefix .. 'alarms', 'LT', 0, schedule)
  end
end

-- A task that had ended runs again: fires do not run into it. It was counted, which its mark says.
local function watchAgain(schedule, id)
  local key = prefix .. 'schedule:' .. schedule
  local live = rcall('HGET', key, 'lv')
  if not live or string.find(live, id, 1, true) then return end
  rcall('HSET', key, 'lv', live == '' and id .. '!' or live .. ' ' .. id .. '!')
  rcall('HINCRBY', key, 'v', 1)
  ringSchedule(schedule)
end

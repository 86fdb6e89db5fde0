--[[
  What a task is a part of, in the field lk of its job and its record, parted by spaces: `sch_…` the schedule that made it,
  `flw_…` its flow, `background` when nobody waits for it there, `after` when others wait for it.

  A flow: HASH `flow:<id>` with d definition (JSON), n tasks, m those that are not in the background; e ended, k of those
  in the foreground, done, error, cancelled counts by state; f when the last one ended (Unix ms); sd its schedule.

  Needs `rcall`, `prefix`, `now`, `ringSchedule`, `dependents`.
]]
local function countFlow(flow, state, isBackground, by)
  local key = prefix .. 'flow:' .. flow
  if rcall('EXISTS', key) == 0 then return end
  local ended = rcall('HINCRBY', key, 'e', by)
  rcall('HINCRBY', key, state, by)
  if not isBackground then rcall('HINCRBY', key, 'k', by) end
  local whole = rcall('HMGET', key, 'n', 'sd')
  if ended == tonumber(whole[1]) then
    rcall('HSET', key, 'f', now)
    ringSchedule(whole[2])
  elseif by < 0 then
    if rcall('HDEL', key, 'f') == 1 and whole[2] then watchAgain(whole[2], flow) end
  end
end

local function eachLink(links, visit)
  local isBackground = string.find(links, 'background', 1, true) ~= nil
  for link in string.gmatch(links, '%S+') do visit(link, string.sub(link, 1, 4), isBackground) end
end

-- A task has ended.
local function tellEnd(id, links, state)
  if not links then return end
  eachLink(links, function(link, kind, isBackground)
    if link == 'after' then
      releaseDependents(id)
    elseif kind == 'sch_' then
      ringSchedule(link)
    elseif kind == 'flw_' then
      countFlow(link, state, isBackground, 1)
    end
  end)
end

-- A task needs a person: its schedule goes on meanwhile.
local function tellAttention(links)
  if not links then return end
  eachLink(links, function(link, kind)
    if kind == 'sch_' then ringSchedule(link) end
  end)
end

-- A task that had ended in `state` runs again.
local function tellAgain(id, links, state)
  if not links then return end
  eachLink(links, function(link, kind, isBackground)
    if kind == 'flw_' then
      countFlow(link, state, isBackground, -1)
    elseif kind == 'sch_' then
      watchAgain(link, id)
    end
  end)
end

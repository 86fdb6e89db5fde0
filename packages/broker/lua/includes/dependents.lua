--[[
  Tasks that wait for others. A waiting one is in BullMQ's `waiting-children`, with BullMQ's set `<job>:dependencies` of
  those that have not ended, and hash `<job>:processed` of those that have, so that its tools show the tree; but one task
  may hold several others, which BullMQ's own cannot. The way back is SET `after:<task>` of `<queue>:<id>`: who waits.

  Needs `rcall`, `prefix`, `bullPrefix`, `now`, `ledgerRows`, `events`, `line`, and of BullMQ `getDelayedScore`,
  `addDelayMarkerIfNeeded`.
]]
local processedLifeMs = 86400000

local function queueOfTask(id)
  return string.match(id, '^[^-]+%-[^-]+%-(.+)$') or ''
end

local function jobKeyOfTask(id)
  return bullPrefix .. queueOfTask(id) .. ':' .. id
end

-- Whether a task has not ended; nil when there is no such task.
local function isOpen(id)
  local state = rcall('HGET', prefix .. 'task:' .. id, 's')
  if state == 'done' or state == 'error' or state == 'cancelled' then return false end
  if rcall('EXISTS', jobKeyOfTask(id)) == 1 then return true end
  return nil
end

local function addLink(jobKey, link)
  local links = rcall('HGET', jobKey, 'lk')
  if not links then
    rcall('HSET', jobKey, 'lk', link)
  elseif not string.find(' ' .. links .. ' ', ' ' .. link .. ' ', 1, true) then
    rcall('HSET', jobKey, 'lk', links .. ' ' .. link)
  end
end

-- Makes a task wait for those of `ids` that have not ended. Answers whether there are any.
local function waitFor(queue, id, ids)
  local base, open = bullPrefix .. queue .. ':', {}
  for other in string.gmatch(ids, '%S+') do
    if isOpen(other) then
      local otherKey = jobKeyOfTask(other)
      open[#open + 1] = otherKey
      rcall('SADD', prefix .. 'after:' .. other, queue .. ':' .. id)
      addLink(otherKey, 'after')
      if rcall('HSETNX', otherKey, 'parentKey', base .. id) == 1 then
        rcall('HSET', otherKey, 'parent', cjson.encode({ id = id, queueKey = bullPrefix .. queue }))
      end
    end
  end
  if #open == 0 then return false end
  for at = 1, #open, 1000 do
    rcall('SADD', base .. id .. ':dependencies', unpack(open, at, math.min(at + 999, #open)))
  end
  rcall('ZADD', base .. 'waiting-children', now, id)
  return true
end

-- All that it waited for has ended: it is ready, or has a time of its own. A worker decides what becomes of it.
local function letGo(queue, id)
  local base = bullPrefix .. queue .. ':'
  local jobKey = base .. id
  local job = rcall('HMGET', jobKey, 'name', 'co', 'sq', 'priority', 'ra', 'dl', 'ck')
  rcall('PEXPIRE', jobKey .. ':processed', processedLifeMs)
  local runAt = math.max(tonumber(job[5] or 0), job[6] and now + tonumber(job[6]) or 0)
  local state = 'waiting'
  if runAt > now then
    state = 'scheduled'
    rcall('HSET', jobKey, 'ra', runAt, 'delay', runAt - now)
    rcall('ZADD', base .. 'delayed', getDelayedScore(base .. 'delayed', now, runAt - now), id)
    addDelayMarkerIfNeeded(base .. 'marker', base .. 'delayed')
  else
    lineUp(queue, { tonumber(job[4]) or 1, id, job[7] or job[2] or '' })
  end
  if job[3] then putState(tonumber(job[3]), state, '') end
  tell(state, '', id, job[1], job[2])
end

-- A task has ended, well or not: those that waited for nothing else go on.
local function releaseDependents(id)
  local afterKey, ownKey = prefix .. 'after:' .. id, jobKeyOfTask(id)
  for _, dependent in ipairs(rcall('SMEMBERS', afterKey)) do
    local jobKey = bullPrefix .. dependent
    local queue, other = string.match(dependent, '^([^:]*):(.*)$')
    local base = bullPrefix .. queue .. ':'
    if rcall('SREM', jobKey .. ':dependencies', ownKey) == 1 then
      rcall('HSET', jobKey .. ':processed', ownKey, 'null')
      if rcall('SCARD', jobKey .. ':dependencies') == 0 and rcall('ZREM', base .. 'waiting-children', other) == 1 then
        letGo(queue, other)
      end
    end
  end
  rcall('DEL', afterKey)
end

--[[
  Where keys are bound (`drk` of a queue's `meta`), a task needs one of its key's slots to run.

  SET `slots:<queue>:<key>` of ids: tasks that run, and tasks in line that are to run next, whose slot is kept for them.
  ZSET `held:<queue>:<key>`: tasks that came to the head of the line while their key had no slot; scores as in line.
  HASH `held:<queue>`: key → how many are held; '' → how many in all.
  Field sl of a job: the key of which it has a slot; '' for none, where its end is news to the queue all the same. Who
  gives a slot away empties it.

  A task is held once at most: when a slot becomes free, the first that is held gets it, and goes back in line with it. So
  what is held waits for a slot for certain, and nobody has to look for it.

  Needs `rcall`, `prefix`, `bullPrefix`.
]]
local function heldKeyOf(queue, key) return prefix .. 'held:' .. queue .. ':' .. key end
local function slotsKeyOf(queue, key) return prefix .. 'slots:' .. queue .. ':' .. key end

local function addCount(queue, field, by)
  if by == 0 then return end
  local countsKey = prefix .. 'held:' .. queue
  if rcall('HINCRBY', countsKey, field, by) <= 0 then rcall('HDEL', countsKey, field) end
end

local function countHeld(queue, key, by)
  addCount(queue, key, by)
  addCount(queue, '', by)
end

-- `scored`: score and id of each.
local function holdBack(queue, key, scored)
  rcall('ZADD', heldKeyOf(queue, key), unpack(scored))
  countHeld(queue, key, #scored / 2)
end

local function takeSlots(queue, key, ids)
  rcall('SADD', slotsKeyOf(queue, key), unpack(ids))
end

-- Of those that have a slot kept for them, the last in line gives it away and is held again, if it stands at `from` or
-- behind: who looks now may not take it. Answers whether there was one.
local function takeBackSlot(queue, key, from)
  local lineKey, ids = bullPrefix .. queue .. ':prioritized', rcall('SMEMBERS', slotsKeyOf(queue, key))
  if #ids == 0 or #ids > 1000 then return false end
  local scores, last = rcall('ZMSCORE', lineKey, unpack(ids)), nil
  for at in ipairs(ids) do
    local score = tonumber(scores[at] or -1)
    if score >= from and (not last or score > tonumber(scores[last])) then last = at end
  end
  if not last then return false end
  rcall('ZREM', lineKey, ids[last])
  rcall('SREM', slotsKeyOf(queue, key), ids[last])
  rcall('HSET', bullPrefix .. queue .. ':' .. ids[last], 'sl', '')
  holdBack(queue, key, { scores[last], ids[last] })
  return true
end

-- Gives the free slots of a key to the first that are held, `most` of them at most; without `keyMax` all may go. They are
-- gathered in `going` (score and id of each), for `letGoOn`. Answers how many.
local function fillSlots(queue, key, keyMax, most, going)
  local base, free = bullPrefix .. queue .. ':', most
  if keyMax then free = math.min(most, keyMax - rcall('SCARD', slotsKeyOf(queue, key))) end
  if free <= 0 then return 0 end
  local popped = rcall('ZPOPMIN', heldKeyOf(queue, key), free)
  if #popped == 0 then return 0 end
  addCount(queue, key, -#popped / 2)
  going.count = (going.count or 0) + #popped / 2
  local ids = {}
  for at = 1, #popped, 2 do
    -- What somebody removed from BullMQ stands for nothing.
    if rcall('EXISTS', base .. popped[at]) == 1 then
      if keyMax then rcall('HSET', base .. popped[at], 'sl', key) end
      ids[#ids + 1] = popped[at]
      going[#going + 1] = popped[at + 1]
      going[#going + 1] = popped[at]
    end
  end
  if #ids == 0 then return fillSlots(queue, key, keyMax, most, going) end
  if keyMax then takeSlots(queue, key, ids) end
  return #ids
end

-- Those that have got a slot go back in line, where they stood. Answers whether there are any.
local function letGoOn(queue, going)
  addCount(queue, '', -(going.count or 0))
  for at = 1, #going, 2000 do
    rcall('ZADD', bullPrefix .. queue .. ':prioritized', unpack(going, at, math.min(at + 1999, #going)))
  end
  return #going > 0
end

-- Tasks have left: what they held is for others. `freed`: key → ids; under '' are those that had no key's slot. Wakes
-- somebody where there is something to take.
local function freeSlots(queue, freed)
  local base, going = bullPrefix .. queue .. ':', {}
  local meta = rcall('HMGET', base .. 'meta', 'paused', 'concurrency', 'drk')
  for key, ids in pairs(freed) do
    if key ~= '' then
      rcall('SREM', slotsKeyOf(queue, key), unpack(ids))
      fillSlots(queue, key, tonumber(meta[3] or ''), 1000, going)
    end
  end
  local isAny = letGoOn(queue, going)
    or meta[2] and rcall('ZCARD', base .. 'prioritized') + rcall('LLEN', base .. 'wait') > 0
  if isAny and not meta[1] then rcall('ZADD', base .. 'marker', 0, '0') end
end

-- Tells those that run already that their end is news to the queue, and whose slots they have.
local function countRunning(queue, hasKeys)
  local base = bullPrefix .. queue .. ':'
  for _, id in ipairs(rcall('LRANGE', base .. 'active', 0, -1)) do
    local job = rcall('HMGET', base .. id, 'name', 'ck', 'co', 'sl')
    local key = hasKeys and (job[2] or job[3]) or job[4] or ''
    if job[1] then
      if key ~= '' then takeSlots(queue, key, { id }) end
      if job[4] ~= key then rcall('HSET', base .. id, 'sl', key) end
    end
  end
end

-- After `drk` changed: gives slots to those that are held, in steps that Redis does not notice. `drh` of `meta` says how
-- far it has come; it goes when all keys were looked at. Answers whether it has.
local function fillStep(queue, keyMax, cursor)
  local metaKey, left, going = bullPrefix .. queue .. ':meta', 1000, {}
  local page = rcall('HSCAN', prefix .. 'held:' .. queue, cursor, 'COUNT', 100)
  for at = 1, #page[2], 2 do
    local key = page[2][at]
    if key ~= '' and left > 0 then left = left - fillSlots(queue, key, keyMax, left, going) end
  end
  letGoOn(queue, going)
  -- This page again: of what was done on it nothing is left to do.
  if left <= 0 then return false end
  if page[1] == '0' then
    rcall('HDEL', metaKey, 'drh')
    return true
  end
  rcall('HSET', metaKey, 'drh', page[1])
  return false
end

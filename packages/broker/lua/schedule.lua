--[[
  Creates, changes or removes a schedule, with its places in the lists.

  KEYS[1]  any key of the shard (for routing)
  ARGV[1]  our prefix
  ARGV[2]  id
  ARGV[3]  v that the change is based on; '' creates it
  ARGV[4]  definition (JSON); '' removes it
  ARGV[5]  state (JSON)
  ARGV[6]  next alarm (Unix ms, '' for none)
  ARGV[7]  company ('' for none), ARGV[8] name that it had ('' for none), ARGV[9] name that it gets ('' for none)
  ARGV[10] under what code declared it before, ARGV[15] and declares it now: a field of `schedules-declared`, '' for none
  ARGV[11] how many schedules there may be
  ARGV[12] idempotency key ('' for none), ARGV[13] its value `fingerprint id`, ARGV[14] its life (ms)

  Returns 1 written, 0 there is no such schedule, 2 it was changed meanwhile, 3 there are as many as there may be, 4 the
  name is taken, or the value under the idempotency key when it was taken.
]]
local rcall = redis.call
local prefix, id, company, oldName, newName = ARGV[1], ARGV[2], ARGV[7], ARGV[8], ARGV[9]
local key, listKey, namesKey = prefix .. 'schedule:' .. id, prefix .. 'schedules', prefix .. 'schedule-names'
--- @include "setAlarm"

local function lists()
  if company == '' then return { listKey } end
  return { listKey, listKey .. ':' .. company }
end

-- By name, whatever its case, then by id.
local function memberOf(name)
  return string.lower(name) .. '\0' .. id
end

local function leave(name)
  for _, list in ipairs(lists()) do rcall('ZREM', list, memberOf(name)) end
  rcall('HDEL', namesKey, company .. '\0' .. name)
end

local function enter(name)
  for _, list in ipairs(lists()) do rcall('ZADD', list, 0, memberOf(name)) end
  rcall('HSET', namesKey, company .. '\0' .. name, id)
end

local function declare(before, now)
  local declaredKey = prefix .. 'schedules-declared'
  if before ~= '' and before ~= now and rcall('HGET', declaredKey, before) == id then
    rcall('HDEL', declaredKey, before)
  end
  if now ~= '' then rcall('HSET', declaredKey, now, id) end
end

if ARGV[3] == '' then
  if ARGV[12] ~= '' then
    local taken = rcall('GET', ARGV[12])
    if taken then return taken end
  end
  if rcall('ZCARD', listKey) >= tonumber(ARGV[11]) then return 3 end
else
  local v = rcall('HGET', key, 'v')
  if not v then return 0 end
  if v ~= ARGV[3] then return 2 end
end
if newName ~= '' then
  local holder = rcall('HGET', namesKey, company .. '\0' .. newName)
  if holder and holder ~= id then return 4 end
end
if oldName ~= '' and oldName ~= newName then leave(oldName) end
declare(ARGV[10], ARGV[15])
if ARGV[4] == '' then
  rcall('DEL', key, prefix .. 'fires:' .. id)
  rcall('ZREM', prefix .. 'alarms', id)
  return 1
end
if ARGV[12] ~= '' then rcall('SET', ARGV[12], ARGV[13], 'PX', ARGV[14]) end
if newName ~= '' then enter(newName) end
rcall('HINCRBY', key, 'v', 1)
rcall('HSET', key, 'd', ARGV[4], 's', ARGV[5])
setAlarm(id, ARGV[6])
return 1

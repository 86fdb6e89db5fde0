--[[
  Creates, changes or removes a job, with its places in the lists.

  KEYS[1]  any key of the shard (for routing)
  ARGV[1]  our prefix
  ARGV[2]  id
  ARGV[3]  v that the change is based on; '' creates it
  ARGV[4]  definition (JSON); '' removes it
  ARGV[5]  company that it had, ARGV[6] name that it had ('' for none)
  ARGV[7]  company that it gets, ARGV[8] name that it gets ('' for none)
  ARGV[9]  how many jobs there may be
  ARGV[10] idempotency key ('' for none), ARGV[11] its value `fingerprint id`, ARGV[12] its life (ms)

  Returns 1 written, 0 there is no such job, 2 it was changed meanwhile, 3 there are as many as there may be, 4 the name is
  taken, or the value under the idempotency key when it was taken.
]]
local rcall = redis.call
local prefix, id = ARGV[1], ARGV[2]
local key, listKey, namesKey = prefix .. 'job:' .. id, prefix .. 'jobs', prefix .. 'job-names'

-- By name, whatever its case, then by id.
local function memberOf(name)
  return string.lower(name) .. '\0' .. id
end

local function listsOf(company)
  if company == '' then return { listKey } end
  return { listKey, listKey .. ':' .. company }
end

if ARGV[3] == '' then
  if ARGV[10] ~= '' then
    local taken = rcall('GET', ARGV[10])
    if taken then return taken end
  end
  if rcall('ZCARD', listKey) >= tonumber(ARGV[9]) then return 3 end
else
  local v = rcall('HGET', key, 'v')
  if not v then return 0 end
  if v ~= ARGV[3] then return 2 end
end
if ARGV[8] ~= '' then
  local holder = rcall('HGET', namesKey, ARGV[7] .. '\0' .. ARGV[8])
  if holder and holder ~= id then return 4 end
end
if ARGV[6] ~= '' then
  for _, list in ipairs(listsOf(ARGV[5])) do rcall('ZREM', list, memberOf(ARGV[6])) end
  rcall('HDEL', namesKey, ARGV[5] .. '\0' .. ARGV[6])
end
if ARGV[4] == '' then
  rcall('DEL', key)
  return 1
end
for _, list in ipairs(listsOf(ARGV[7])) do rcall('ZADD', list, 0, memberOf(ARGV[8])) end
rcall('HSET', namesKey, ARGV[7] .. '\0' .. ARGV[8], id)
if ARGV[10] ~= '' then rcall('SET', ARGV[10], ARGV[11], 'PX', ARGV[12]) end
rcall('HINCRBY', key, 'v', 1)
rcall('HSET', key, 'd', ARGV[4])
return 1

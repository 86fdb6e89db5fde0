--[[
  Appends log lines to tasks, keeping the newest. Lines of a task that is forgotten by now go too.

  KEYS[1]  any key of the shard (for routing)
  ARGV[1]  our prefix
  ARGV[2]  BullMQ's prefix
  ARGV[3]  lines kept a task
  then 3 a line: queue, id, line (JSON)
]]
local rcall = redis.call
local keep = tonumber(ARGV[3])
local touched, ids = {}, {}
for at = 4, #ARGV, 3 do
  local queue, id = ARGV[at], ARGV[at + 1]
  if touched[id] == nil then
    touched[id] = rcall('EXISTS', ARGV[2] .. queue .. ':' .. id, ARGV[1] .. 'task:' .. id) > 0
    if touched[id] then ids[#ids + 1] = id end
  end
  if touched[id] then rcall('RPUSH', ARGV[1] .. 'log:' .. id, ARGV[at + 2]) end
end
for _, id in ipairs(ids) do
  local logKey = ARGV[1] .. 'log:' .. id
  local excess = rcall('LLEN', logKey) - keep
  if excess > 0 then
    rcall('LTRIM', logKey, excess, -1)
    rcall('HINCRBY', ARGV[1] .. 'task:' .. id, 'ld', excess)
  end
end
if #ids > 0 then
  rcall('XADD', ARGV[1] .. 'pulse', 'MAXLEN', '~', 1000, '*', 'l', table.concat(ids, '\n'))
end
return 1

--[[
  Appends log lines to tasks, keeping the newest.

  KEYS[1]  any key of the shard (for routing)
  ARGV[1]  our prefix
  ARGV[2]  lines kept a task
  ARGV[3]  life of a log nobody finishes, ms
  then 2 a line: id, line (JSON)
]]
local rcall = redis.call
local keep = tonumber(ARGV[2])
local touched = {}
for at = 4, #ARGV, 2 do
  local id = ARGV[at]
  rcall('RPUSH', ARGV[1] .. 'log:' .. id, ARGV[at + 1])
  touched[id] = true
end
for id in pairs(touched) do
  local logKey = ARGV[1] .. 'log:' .. id
  local excess = rcall('LLEN', logKey) - keep
  if excess > 0 then
    rcall('LTRIM', logKey, excess, -1)
    rcall('HINCRBY', ARGV[1] .. 'task:' .. id, 'ld', excess)
  end
  rcall('PEXPIRE', logKey, ARGV[3])
end
return 1

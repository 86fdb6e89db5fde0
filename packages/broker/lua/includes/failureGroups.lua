--[[
  Failures that look alike: HASH `failure:<group>` with i what is the same in all (JSON), n count, a first, z last (Unix
  ms), t last task, m last message; ZSET `failure-groups`, group → last. A group is `<fingerprint>`, and for a company's
  tasks `<fingerprint>.<company's digest>`.

  Needs `rcall` and `prefix`.
]]
local groups = {}

local function addFailure(group, same, id, message, at)
  groups[group] = groups[group] or { count = 0, same = same }
  local seen = groups[group]
  seen.count, seen.id, seen.message, seen.at = seen.count + 1, id, message, at
end

local function writeFailures(keep)
  local isAny = false
  for group, seen in pairs(groups) do
    isAny = true
    local key = prefix .. 'failure:' .. group
    if rcall('HSETNX', key, 'i', seen.same) == 1 then rcall('HSET', key, 'a', seen.at) end
    rcall('HINCRBY', key, 'n', seen.count)
    rcall('HSET', key, 'z', seen.at, 't', seen.id, 'm', string.sub(seen.message, 1, 500))
    rcall('ZADD', prefix .. 'failure-groups', seen.at, group)
  end
  groups = {}
  if not isAny then return end
  rcall('LTRIM', prefix .. 'failures', 0, 99)
  local excess = rcall('ZCARD', prefix .. 'failure-groups') - keep
  if excess <= 0 then return end
  local popped = rcall('ZPOPMIN', prefix .. 'failure-groups', excess)
  for at = 1, #popped, 2 do rcall('DEL', prefix .. 'failure:' .. popped[at]) end
end

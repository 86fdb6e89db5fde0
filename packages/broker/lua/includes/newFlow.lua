--[[
  Writes a flow's record; its tasks are added in the same call. A flow is 8 arguments, from `at` on:
    id, definition (JSON), how many tasks, how many of them in the foreground, created (Unix ms), company ('' for none),
    schedule that made it ('' for none), job of which it is a run ('' for none)

  Needs `rcall` and `prefix`.
]]
local perFlow = 8

local function addFlow(at)
  local id, createdAt, company, schedule = ARGV[at], ARGV[at + 4], ARGV[at + 5], ARGV[at + 6]
  local key = prefix .. 'flow:' .. id
  rcall('HSET', key, 'd', ARGV[at + 1], 'n', ARGV[at + 2], 'm', ARGV[at + 3], 'e', 0, 'k', 0)
  if schedule ~= '' then rcall('HSET', key, 'sd', schedule) end
  rcall('ZADD', prefix .. 'flows', createdAt, id)
  if company ~= '' then rcall('ZADD', prefix .. 'flows:' .. company, createdAt, id) end
  local job = ARGV[at + 7]
  if job == '' then return end
  rcall('ZADD', prefix .. 'job-runs', createdAt, id)
  rcall('ZADD', prefix .. 'job-runs-of:' .. job, createdAt, id)
  if company ~= '' then rcall('ZADD', prefix .. 'job-runs:' .. company, createdAt, id) end
  if rcall('EXISTS', prefix .. 'job:' .. job) == 1 then rcall('HSET', prefix .. 'job:' .. job, 'lr', id) end
end

--[[
  A task: {place, delayed score, job hash, ledger hash}. The place is one of completed, failed, delayed, prioritized,
  wait, active, waiting-children, or '' when BullMQ knows no such job.

  Needs `rcall`.
]]
local function placeOf(base, id)
  if rcall('ZSCORE', base .. 'prioritized', id) then return 'prioritized', false end
  local score = rcall('ZSCORE', base .. 'delayed', id)
  if score then return 'delayed', score end
  if rcall('ZSCORE', base .. 'completed', id) then return 'completed', false end
  if rcall('ZSCORE', base .. 'failed', id) then return 'failed', false end
  if rcall('EXISTS', base .. id .. ':lock') == 1 or rcall('LPOS', base .. 'active', id) then return 'active', false end
  if rcall('ZSCORE', base .. 'waiting-children', id) then return 'waiting-children', false end
  return 'wait', false
end

local function readTask(prefix, bullPrefix, queue, id)
  local base = bullPrefix .. queue .. ':'
  local job = rcall('HGETALL', base .. id)
  local place, score = '', false
  if #job > 0 then place, score = placeOf(base, id) end
  return { place, score, job, rcall('HGETALL', prefix .. 'task:' .. id) }
end

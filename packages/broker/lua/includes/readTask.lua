--[[
  A task: {place, delayed score, job hash, ledger hash}. The place is one of completed, failed, delayed, prioritized,
  held (ready, but its key has no slot), wait, active, waiting-children, or '' when BullMQ knows no such job.

  Needs `rcall`.
]]
local function isHeld(prefix, queue, id, job)
  local fields = {}
  for at = 1, #job, 2 do fields[job[at]] = job[at + 1] end
  local key = fields.ck or fields.co
  return key and rcall('ZSCORE', prefix .. 'held:' .. queue .. ':' .. key, id)
end

local function placeOf(base, id)
  if rcall('ZSCORE', base .. 'prioritized', id) then return 'prioritized', false end
  local score = rcall('ZSCORE', base .. 'delayed', id)
  if score then return 'delayed', score end
  if rcall('ZSCORE', base .. 'completed', id) then return 'completed', false end
  if rcall('ZSCORE', base .. 'failed', id) then return 'failed', false end
  if rcall('EXISTS', base .. id .. ':lock') == 1 or rcall('LPOS', base .. 'active', id) then return 'active', false end
  if rcall('ZSCORE', base .. 'waiting-children', id) then return 'waiting-children', false end
  return nil, false
end

local function readTask(prefix, bullPrefix, queue, id)
  local base = bullPrefix .. queue .. ':'
  local job = rcall('HGETALL', base .. id)
  local place, score = '', false
  if #job > 0 then
    place, score = placeOf(base, id)
    place = place or isHeld(prefix, queue, id, job) and 'held' or 'wait'
  end
  return { place, score, job, rcall('HGETALL', prefix .. 'task:' .. id) }
end

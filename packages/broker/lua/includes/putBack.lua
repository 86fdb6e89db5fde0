--[[
  Makes a live job of a task again that has ended, as the ledger has it: where it then goes is up to the caller. What
  BullMQ has dropped is put back.

  Needs `rcall`, `prefix`, `bullPrefix`, `now`, `statisticsLifeMs`, `ledgerRows`, `indexTask`, `statistics`, `links`,
  `line`.
]]
-- A task counts once: that it ended is taken back from the quarter of an hour in which it was counted.
local function uncount(queue, fullName, company, state, outcome, finishedAt)
  if not finishedAt then return end
  count(tallyOf(fullName, queue, company), string.byte(outcomeCodes[outcome]), -1)
  writeTallies(finishedAt, statisticsLifeMs, true)
  rcall('HINCRBY', prefix .. 'totals', queue .. ':' .. state, -1)
end

-- `executions`: so many it has had; the next one is counted on from there.
local function putBack(queue, id, executions)
  local base, taskKey = bullPrefix .. queue .. ':', prefix .. 'task:' .. id
  local jobKey = base .. id
  local ledger = rcall('HMGET', taskKey, 's', 'n', 'd', 't', 'p', 'cp', 'o', 'f', 'sq', 'lk')
  local isRead, envelope = pcall(cjson.decode, ledger[3])
  local isKnown = isRead and type(envelope) == 'table' and type(envelope.company) == 'string'
  local company = isKnown and envelope.company or ''
  local number = tonumber(ledger[9]) or indexTask(id, ledger[2], queue, ledger[3], 'waiting', '')
  rcall('ZREM', base .. 'failed', id)
  rcall('ZREM', base .. 'completed', id)
  -- It may have run again since it was looked at.
  executions = math.max(tonumber(executions), tonumber(rcall('HGET', jobKey, 'ats') or 0))
  rcall('HSET', jobKey, 'name', ledger[2], 'data', ledger[3], 'timestamp', ledger[4], 'priority', ledger[5],
    'ats', executions, 'xr', executions, 'sq', number)
  if company ~= '' then rcall('HSET', jobKey, 'co', company) end
  local key = isRead and type(envelope) == 'table' and envelope.concurrencyKey
  if type(key) == 'string' then rcall('HSET', jobKey, 'ck', keyWithin(company, key)) end
  uncount(queue, ledger[2], company, ledger[1], ledger[7], tonumber(ledger[8]))
  rcall('HSETNX', jobKey, 'opts', '{}')
  if ledger[6] then rcall('HSET', jobKey, 'cp', ledger[6]) end
  if ledger[10] then rcall('HSET', jobKey, 'lk', ledger[10]) end
  rcall('HDEL', jobKey, 'finishedOn', 'failedReason', 'returnvalue', 'av', 'sl', 'ko')
  rcall('HDEL', taskKey, 's', 'o', 'f', 'r', 'e', 'm', 'a', 'pr', 'ra', 'w', 'lk', 'av')
  -- Records of an earlier version went by themselves.
  rcall('PERSIST', taskKey)
  tellAgain(id, ledger[10] or nil, ledger[1])
end

-- As if it had just come: nothing of what happened before counts.
local function beginAnew(jobKey)
  rcall('HSET', jobKey, 'atm', 0, 'delay', 0, 'ra', now)
  -- Workers that died with it before are forgiven, as its retries are.
  rcall('HDEL', jobKey, 'stc', 'aa')
end

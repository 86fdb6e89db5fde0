--[[
  The line of a queue: tasks that are ready, in BullMQ's `prioritized`. Whatever becomes ready enters here.

  A score is priority · 2^32 + place. By itself the place is BullMQ's counter `pc`: tasks go as they came. Where keys are
  bound (`drk` of the queue's `meta`), keys take turns instead: the place is a round, and a key has one task in a round.
  The first task of a key stands in the round that has begun, its next one in the round after its last. So what comes
  late stands beside what came early and in masses, and nothing is moved for it. Tasks without a key take turns as one.

  ZSET `rounds:<queue>`: `<priority>:<key>` → score of the newest task of a key, `<priority>` → the round that has begun.
  What lies before that round says nothing, and is dropped.

  Needs `rcall`, `prefix`, `bullPrefix`.
]]
--- @include "addBaseMarkerIfNeeded"

local priorityStep = 0x100000000

-- A company's tasks never share a key with those of another one.
local function keyWithin(company, key)
  return company .. '\t' .. key
end

-- Where a round has not begun yet, that of the first in line counts.
local function roundOf(base, priority, begun)
  if begun then return tonumber(begun) end
  -- What was given back stands at place 0, before all rounds.
  local from = priority * priorityStep
  local first = rcall('ZRANGE', base .. 'prioritized', string.format('%.0f', from + 1), '(' .. string.format('%.0f', from + priorityStep), 'BYSCORE',
    'LIMIT', 0, 1, 'WITHSCORES')
  return math.max(from + 1, tonumber(first[2] or 0))
end

local function takeTurns(queue, base, jobs)
  local members, places = {}, {}
  local function ask(member)
    if places[member] then return end
    members[#members + 1] = member
    places[member] = #members
  end
  for at = 1, #jobs, 3 do
    ask(string.format('%d', jobs[at]))
    ask(string.format('%d:', jobs[at]) .. jobs[at + 2])
  end
  local known = rcall('ZMSCORE', prefix .. 'rounds:' .. queue, unpack(members))
  local rounds, newest, scored, written = {}, {}, {}, {}
  for at = 1, #jobs, 3 do
    local priority = jobs[at]
    local name = string.format('%d', priority)
    local member = name .. ':' .. jobs[at + 2]
    rounds[name] = rounds[name] or roundOf(base, priority, known[places[name]])
    local last = newest[member] or tonumber(known[places[member]] or 0)
    newest[member] = math.max(rounds[name], last + 1)
    scored[#scored + 1] = string.format('%.0f', newest[member])
    scored[#scored + 1] = jobs[at + 1]
  end
  for member, score in pairs(newest) do
    written[#written + 1] = string.format('%.0f', score)
    written[#written + 1] = member
  end
  rcall('ZADD', prefix .. 'rounds:' .. queue, unpack(written))
  return scored
end

-- A task leaves the line without having run: its key has one turn less behind it. What comes of the key then may stand
-- before some of its own, but never behind thousands that are not there any more.
local function giveRoundBack(queue, score, key)
  local member = string.format('%d:', math.floor(tonumber(score) / priorityStep)) .. (key or '')
  rcall('ZADD', prefix .. 'rounds:' .. queue, 'XX', 'INCR', -1, member)
end

-- As BullMQ's `addJobWithPriority` does for one.
local function asTheyCame(base, jobs)
  local scored = {}
  local counter = rcall('INCRBY', base .. 'pc', #jobs / 3) - #jobs / 3
  for at = 1, #jobs, 3 do
    counter = counter + 1
    scored[#scored + 1] = string.format('%.0f', jobs[at] * priorityStep + counter % priorityStep)
    scored[#scored + 1] = jobs[at + 1]
  end
  return scored
end

-- `jobs`: priority, id, key ('' for none) of each; `meta`: paused, concurrency and drk, where they are known.
local function lineUp(queue, jobs, meta)
  local base = bullPrefix .. queue .. ':'
  meta = meta or rcall('HMGET', base .. 'meta', 'paused', 'concurrency', 'drk')
  local scored = meta[3] and takeTurns(queue, base, jobs) or asTheyCame(base, jobs)
  rcall('ZADD', base .. 'prioritized', unpack(scored))
  local isMaxed = meta[2] and rcall('LLEN', base .. 'active') >= tonumber(meta[2])
  addBaseMarkerIfNeeded(base .. 'marker', meta[1] or isMaxed)
end

-- One job of which the hash is known.
local function lineUpJob(queue, id)
  local job = rcall('HMGET', bullPrefix .. queue .. ':' .. id, 'priority', 'ck', 'co')
  lineUp(queue, { tonumber(job[1]) or 1, id, job[2] or job[3] or '' })
end

--[[
  What the alarm clock rings for. One worker at a time has the clock: whoever asks first, for as long as he goes on asking.
  Time is that of Redis, so that a worker whose clock is wrong fires nothing early and nothing twice.

  KEYS[1]  any key of the shard (for routing)
  ARGV[1]  our prefix
  ARGV[2]  BullMQ's prefix
  ARGV[3]  token of the worker
  ARGV[4]  life of the lease, ms; 0: gives it back
  ARGV[5]  how many schedules at most; fewer when they have many tasks, or are large
  ARGV[6]  1: the worker is busy, and leaves the clock to the next one that asks and is not; else 0

  Returns {now (Unix ms), ms after which to ask again when another has the clock (0: it is ours), next alarm (Unix ms, 0:
  none), then one list a due schedule: {id, v, definition, state, {task, its end, task, its end, …}}}. A task's end is
  `live`, `attention`, `gone`, or its state and outcome, `done success`.
]]
local rcall = redis.call
local prefix, bullPrefix = ARGV[1], ARGV[2]
local attentionScore = 2199023255551 * 0x1000

local time = rcall('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)

local clockKey = prefix .. 'clock'
local holder, busy = string.match(rcall('GET', clockKey) or '', '^(%S+)( ?)')
if ARGV[4] == '0' then
  if holder == ARGV[3] then rcall('DEL', clockKey) end
  return { now, 1, 0 }
end
if holder and holder ~= ARGV[3] and (busy == '' or ARGV[6] == '1') then
  return { now, math.max(1, rcall('PTTL', clockKey)), 0 }
end
rcall('SET', clockKey, ARGV[6] == '1' and ARGV[3] .. ' busy' or ARGV[3], 'PX', ARGV[4])

-- Of a run of a job: that of its flow.
local function endOfFlow(flow)
  local counts = rcall('HMGET', prefix .. 'flow:' .. flow, 'n', 'e', 'error', 'cancelled')
  if not counts[1] then return 'gone' end
  if counts[1] ~= counts[2] then return 'live' end
  if tonumber(counts[3] or 0) > 0 then return 'error error' end
  return tonumber(counts[4] or 0) > 0 and 'cancelled cancelled' or 'done success'
end

local function endOf(live)
  local task = string.match(live, '^[^!]+')
  if string.sub(task, 1, 4) == 'flw_' then return endOfFlow(task) end
  local ended = rcall('HMGET', prefix .. 'task:' .. task, 's', 'o')
  if ended[1] == 'done' or ended[1] == 'error' or ended[1] == 'cancelled' then
    return ended[1] .. ' ' .. (ended[2] or '')
  end
  local base = bullPrefix .. (string.match(task, '^[^-]+%-[^-]+%-(.+)$') or '') .. ':'
  local job = rcall('HMGET', base .. task, 'name', 'finishedOn')
  if not job[1] or job[2] then return 'gone' end
  local score = rcall('ZSCORE', base .. 'delayed', task)
  return score and tonumber(score) >= attentionScore and 'attention' or 'live'
end

local alarmsKey = prefix .. 'alarms'
-- First those whose time has come; then those of which a task ended, which are many after a busy moment: a part of the
-- places is theirs in any case.
local most = tonumber(ARGV[5])
local due = rcall('ZRANGEBYSCORE', alarmsKey, '(0', now, 'LIMIT', 0, most)
local ended = rcall('ZRANGEBYSCORE', alarmsKey, '-inf', 0, 'LIMIT', 0, most)
for place = #due, most - math.min(#ended, math.floor(most / 4)) + 1, -1 do due[place] = nil end
for place = 1, math.min(#ended, most - #due) do due[#due + 1] = ended[place] end
local found = { now, 0, 0 }
local rung = {}
-- What one call may look at, in bytes; a task counts as some hundred.
local left = 1048576
for _, id in ipairs(due) do
  if left <= 0 then break end
  local record = rcall('HMGET', prefix .. 'schedule:' .. id, 'v', 'd', 's', 'lv')
  if not record[1] then
    rcall('ZREM', alarmsKey, id)
  else
    local ends = {}
    for task in string.gmatch(record[4] or '', '%S+') do
      ends[#ends + 1] = task
      ends[#ends + 1] = endOf(task)
    end
    left = left - #record[2] - #record[3] - 500 * #ends
    found[#found + 1] = { id, record[1], record[2], record[3], ends }
    rung[#rung + 1] = now + tonumber(ARGV[4])
    rung[#rung + 1] = id
  end
end
-- Until it is written what became of them. Where the worker dies before, they ring again for the next one; and an alarm
-- that is set meanwhile is known as a new one.
if #rung > 0 then rcall('ZADD', alarmsKey, unpack(rung)) end
local first = rcall('ZRANGE', alarmsKey, 0, 0, 'WITHSCORES')
if first[2] then found[3] = tonumber(first[2]) end
return found

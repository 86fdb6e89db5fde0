--[[
  How fast tasks of a queue begin: `drr` of its `meta` is `<tasks> <seconds> <burst>`. They begin evenly, `burst` at once
  after a rest (the generic cell rate algorithm of ITU-T I.371). STRING `rate:<queue>`: when the next one is expected, in µs
  since 1970, were they to come one by one. STRING `rate-watch:<queue>`: the lock token of the worker that looks when the
  next one may begin.

  Needs `rcall`, `prefix` and `time`, what TIME has answered.
]]
-- A worker that looks a little late makes up for it, so that the rate is kept in the long run.
local lateUs = 20000

local function rateOf(text)
  local tasks, seconds, burst = string.match(text, '^(%S+) (%S+) (%S+)$')
  local everyUs = tonumber(seconds) * 1e6 / tonumber(tasks)
  return { everyUs = everyUs, aheadUs = (tonumber(burst) - 1) * everyUs }
end

-- How many may begin now, and in how many ms the next one may.
local function mayBegin(queue, rate)
  local nowUs = tonumber(time[1]) * 1e6 + tonumber(time[2])
  rate.nextUs = math.max(tonumber(rcall('GET', prefix .. 'rate:' .. queue) or 0), nowUs - lateUs)
  local earlyUs = rate.nextUs - rate.aheadUs - nowUs
  if earlyUs > 0 then return 0, math.ceil(earlyUs / 1000) end
  return math.floor(-earlyUs / rate.everyUs) + 1, 0
end

local function noteBegun(queue, rate, begun)
  if begun == 0 then return end
  local nextUs = rate.nextUs + begun * rate.everyUs
  local lifeMs = math.ceil((nextUs - tonumber(time[1]) * 1e6) / 1000) + 1000
  rcall('SET', prefix .. 'rate:' .. queue, string.format('%.0f', nextUs), 'PX', lifeMs)
end

-- Not for each one: a few that are due together are taken together.
local watchEveryMs = 10
-- Many may be idle: one of them looks in time. The others look now and then, as it may be full, or dead, by then.
local othersLookMs = 1000

-- It can take no more: whoever is woken next looks in its place.
local function leaveRate(queue, token)
  local key = prefix .. 'rate-watch:' .. queue
  if rcall('GET', key) == token then rcall('DEL', key) end
end

-- After how many ms the worker with this token looks again.
local function watchRate(queue, rate, token)
  local key = prefix .. 'rate-watch:' .. queue
  local _, waitMs = mayBegin(queue, rate)
  local watcher = rcall('GET', key)
  if watcher and watcher ~= token then return math.max(waitMs, othersLookMs) end
  rcall('SET', key, token, 'PX', waitMs + othersLookMs)
  return math.max(waitMs, watchEveryMs)
end

--[[
  Exact counters, by quarter of an hour: HASH `stats:<quarter>`, whose fields are `*` (all), `m:<full method name>`,
  `q:<queue>` and `c:<company>`, and HASH `stats:<quarter>:<company>` with the first three for one company's tasks. A
  value is a msgpack map from a metric's number to its count:

  0 enqueued    1–10 tasks that ended, by outcome (`outcomeCodes`)    11 executions    12 of them tried again
  13 their duration, ms    14 their wait, ms    32–159 durations by bucket    160–287 waits by bucket

  Bucket 0 is less than 1 ms; bucket b > 0 ends at 2^(b/4) ms.
  What one call counts is gathered first: a group of like tasks costs as much as one.

  Needs `rcall` and `prefix`.
]]
local tallies = {}
local lastTally = {}

local function tallyOf(fullName, queue, company)
  if lastTally.fullName == fullName and lastTally.queue == queue and lastTally.company == company then
    return lastTally.counts
  end
  local name = queue .. ' ' .. fullName .. ' ' .. company
  lastTally = tallies[name]
  if not lastTally then
    lastTally = { fullName = fullName, queue = queue, company = company, counts = {} }
    tallies[name] = lastTally
  end
  return lastTally.counts
end

local function count(counts, metric, by)
  counts[metric] = (counts[metric] or 0) + by
end

local function bucketOf(ms)
  if ms < 1 then return 0 end
  local bucket = math.floor(math.log(ms) / 0.17328679513998632) + 1
  return bucket < 127 and bucket or 127
end

local function countExecution(counts, durationMs, waitMs)
  if durationMs < 0 then durationMs = 0 end
  if waitMs < 0 then waitMs = 0 end
  counts[11] = (counts[11] or 0) + 1
  counts[13] = (counts[13] or 0) + durationMs
  counts[14] = (counts[14] or 0) + waitMs
  local duration, wait = 32 + bucketOf(durationMs), 160 + bucketOf(waitMs)
  counts[duration] = (counts[duration] or 0) + 1
  counts[wait] = (counts[wait] or 0) + 1
end

local function spread(hashes, key, field, counts)
  hashes[key] = hashes[key] or {}
  local into = hashes[key][field]
  if not into then
    into = {}
    hashes[key][field] = into
  end
  for metric, by in pairs(counts) do into[metric] = (into[metric] or 0) + by end
end

-- Writes what was gathered. `onlyKnown`: not where nothing is kept any more.
local function writeTallies(now, lifeMs, onlyKnown)
  local hashes, key = {}, prefix .. 'stats:' .. math.floor(now / 900000)
  for _, tally in pairs(tallies) do
    spread(hashes, key, '*', tally.counts)
    spread(hashes, key, 'm:' .. tally.fullName, tally.counts)
    spread(hashes, key, 'q:' .. tally.queue, tally.counts)
    if tally.company ~= '' then
      local own = key .. ':' .. tally.company
      spread(hashes, key, 'c:' .. tally.company, tally.counts)
      spread(hashes, own, '*', tally.counts)
      spread(hashes, own, 'm:' .. tally.fullName, tally.counts)
      spread(hashes, own, 'q:' .. tally.queue, tally.counts)
    end
  end
  tallies, lastTally = {}, {}
  for hashKey, fields in pairs(hashes) do
    local names, writes = {}, {}
    for field in pairs(fields) do names[#names + 1] = field end
    local known, isNew = rcall('HMGET', hashKey, unpack(names)), true
    for at, field in ipairs(names) do
      local figures = {}
      if known[at] then
        figures = cmsgpack.unpack(known[at])
        isNew = false
      end
      for metric, by in pairs(fields[field]) do figures[metric] = (figures[metric] or 0) + by end
      writes[#writes + 1] = field
      writes[#writes + 1] = cmsgpack.pack(figures)
    end
    if not (isNew and onlyKnown) then
      rcall('HSET', hashKey, unpack(writes))
      if isNew then rcall('PEXPIRE', hashKey, lifeMs) end
    end
  end
end

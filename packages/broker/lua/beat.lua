--[[
  One heartbeat of a worker, by the clock of Redis: one whose own clock is wrong would think that all others are dead.

  KEYS[1]  any key of the shard (for routing)
  ARGV[1]  our prefix
  ARGV[2]  id of the worker
  ARGV[3]  its record (JSON)
  ARGV[4]  digest of its manifest
  ARGV[5]  how long it is remembered after its last heartbeat, and its manifest, ms

  Returns whether the manifest is there (1, 0), then the names of the cluster's queues, so that a worker of all learns of
  new ones.
]]
local rcall = redis.call
local time = rcall('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local prefix = ARGV[1]
rcall('ZADD', prefix .. 'workers', now, ARGV[2])
rcall('SET', prefix .. 'worker:' .. ARGV[2], ARGV[3], 'PX', ARGV[5])
rcall('ZREMRANGEBYSCORE', prefix .. 'workers', 0, now - tonumber(ARGV[5]))
local hasManifest = rcall('PEXPIRE', prefix .. 'manifest:' .. ARGV[4], ARGV[5])
return { hasManifest, unpack(rcall('SMEMBERS', prefix .. 'queues')) }

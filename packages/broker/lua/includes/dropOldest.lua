--[[
  Drops the jobs beyond the newest `keep` of a set of finished ones, all at once. BullMQ's own function asks each for its
  parents and children: a task of Drover has neither, and leaves nothing beside its hash. The ledger keeps the rest.

  Needs `rcall`.
]]
local function dropOldest(keep, set, base)
  local ids = rcall('ZREVRANGE', set, keep, -1)
  if #ids == 0 then return end
  for at = 1, #ids, 1000 do
    local keys = {}
    for place = at, math.min(at + 999, #ids) do keys[#keys + 1] = base .. ids[place] end
    rcall('UNLINK', unpack(keys))
  end
  rcall('ZREMRANGEBYRANK', set, 0, -(keep + 1))
end

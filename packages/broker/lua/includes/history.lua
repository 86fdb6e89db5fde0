--[[
  What people did to a task: LIST `history:<id>` of JSON, oldest first, bounded in entries and bytes.

  Needs `rcall` and `prefix`.
]]
local function remember(id, entry, entriesMax, bytesMax)
  if entry == '' then return end
  local key = prefix .. 'history:' .. id
  rcall('RPUSH', key, entry)
  local entries, bytes = rcall('LRANGE', key, 0, -1), 0
  for at = #entries, 1, -1 do
    bytes = bytes + #entries[at]
    -- The newest always stays.
    if at < #entries and (bytes > bytesMax or #entries - at >= entriesMax) then
      rcall('LTRIM', key, at, -1)
      return
    end
  end
end

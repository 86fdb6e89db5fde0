--[[
  Gives a row to a task that has none: one of an earlier version, or of which the row was lost. Its number tells that it
  came late, so from then on numbers say nothing certain of times (`unsorted`).

  Needs `rcall`, `prefix` and `ledgerRows`.
]]
local function hashBytes(text, count)
  if not text or text == '' then return string.rep(noByte, count) end
  local hex, bytes = redis.sha1hex(text), {}
  for at = 1, count do bytes[at] = string.char(tonumber(string.sub(hex, at * 2 - 1, at * 2), 16) % 128) end
  return table.concat(bytes)
end

local function indexTask(id, fullName, queue, data, state, outcome)
  local number = rcall('INCR', prefix .. 'rows')
  rcall('SET', prefix .. 'unsorted', 1)
  local isRead, envelope = pcall(cjson.decode, data)
  if not isRead or type(envelope) ~= 'table' then envelope = {} end
  local text = function(value) return type(value) == 'string' and value or '' end
  local model, method = string.match(fullName, '^(.*)%.([^.]*)$')
  putColumn('rows', 'i', 22, number, { string.sub(id, 5, 26) })
  putColumn('rows', 'w', 12, number, { hashBytes(model, 4) .. hashBytes(method, 4) .. hashBytes(queue, 4) })
  local company = text(envelope.company)
  if company ~= '' or text(envelope.user) ~= '' then
    putColumn('rows', 'c', 8, number, { hashBytes(company, 4) .. hashBytes(text(envelope.user), 4) })
  end
  local tags, labels = type(envelope.tags) == 'table' and envelope.tags or {}, {}
  for at, name in ipairs({ 'schedule', 'flow', 'job' }) do labels[at] = hashBytes(text(envelope[name]), 4) end
  for at = 1, 10 do labels[at + 3] = hashBytes(text(tags[at]), 2) end
  local joined = table.concat(labels)
  if joined ~= string.rep(noByte, 32) then putColumn('rows', 'l', 32, number, { joined }) end
  putColumn('rows', 's', 4, number, { stateCodes[state] .. (outcomeCodes[outcome] or noByte) .. noByte .. noByte })
  return number, company
end

--[[
  News of tasks for whoever listens: one entry of the stream `events` a call, a line an event, its values parted by tabs:
  state, outcome, id, full method name, company.

  Needs `rcall` and `prefix`.
]]
local news = {}

local function tell(state, outcome, id, fullName, company)
  news[#news + 1] = state .. '\t' .. outcome .. '\t' .. id .. '\t' .. fullName .. '\t' .. (company or '')
end

local function sendNews()
  if #news == 0 then return end
  rcall('XADD', prefix .. 'events', 'MAXLEN', '~', 1000, '*', 'e', table.concat(news, '\n'))
  news = {}
end

--[[
  News of tasks for whoever listens: one entry of the stream `events` a call. A line tells the same of several tasks, its
  values parted by tabs: state, outcome, full method name, company, ids parted by spaces.

  Needs `rcall` and `prefix`.
]]
local news, newsOf = {}, {}
local lastNews, lastState, lastOutcome, lastName, lastCompany

local function tell(state, outcome, id, fullName, company)
  company = company or ''
  -- Those of one call are mostly alike.
  if state ~= lastState or outcome ~= lastOutcome or fullName ~= lastName or company ~= lastCompany then
    lastState, lastOutcome, lastName, lastCompany = state, outcome, fullName, company
    local what = state .. '\t' .. outcome .. '\t' .. fullName .. '\t' .. company .. '\t'
    lastNews = newsOf[what]
    if not lastNews then
      lastNews = { what = what }
      newsOf[what] = lastNews
      news[#news + 1] = lastNews
    end
  end
  lastNews[#lastNews + 1] = id
end

local function sendNews()
  if #news == 0 then return end
  local lines = {}
  for at, ids in ipairs(news) do lines[at] = ids.what .. table.concat(ids, ' ') end
  rcall('XADD', prefix .. 'events', 'MAXLEN', '~', 1000, '*', 'e', table.concat(lines, '\n'))
end

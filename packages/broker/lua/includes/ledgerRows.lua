--[[
  The index of the ledger: a table with one row a task, and one with a row an execution, kept by column in strings of
  4096 rows each (`rows:<segment>:<column>`, `runs:<segment>:<column>`). Rows are numbered from 1 in the order in which
  tasks came, and executions began. `index-row.ts` is the same for readers; widths are bytes.

  rows  i 22 the id's time and chance, as text     w 12 hashes of model, method, queue     c 8 of company, user
        l 32 of schedule, flow, job, and ten tags (2 each)     s 4 state, outcome, worker (2)     f 4 of the failure
  runs  t 16 number of the task (6), attempt (2), start (6), 2 free     s 4 outcome, 1 free, worker (2)

  Needs `rcall` and `prefix`.
]]
local segmentRows = 4096
local noByte = '\0'

-- Rows of ready tasks are not touched when they begin to run: which of them do is known from the queues.
local stateCodes = {
  waiting = '\1', running = '\1', scheduled = '\2', depends = '\3', requires_attention = '\4', done = '\5', error = '\6', cancelled = '\7'
}
local outcomeCodes = {
  success = '\1', warning = '\2', info = '\3', skipped = '\4', error = '\5', timeout = '\6', cancelled = '\7',
  expired = '\8', lost = '\9', merged = '\10', running = '\11'
}

local function putCell(tableName, column, width, number, value, shift)
  rcall('SETRANGE', prefix .. tableName .. ':' .. math.floor(number / segmentRows) .. ':' .. column,
    (number % segmentRows) * width + (shift or 0), value)
end

-- Writes one value a row into a column, from row `first` on: one command a segment. A segment's first write takes the
-- room for all of it, so that it never moves.
local function putColumn(tableName, column, width, first, values)
  local at = 1
  while at <= #values do
    local number = first + at - 1
    local segment, offset = math.floor(number / segmentRows), number % segmentRows
    local count = math.min(#values - at + 1, segmentRows - offset)
    local key = prefix .. tableName .. ':' .. segment .. ':' .. column
    if offset == 0 or number == 1 then rcall('SETRANGE', key, segmentRows * width - 1, noByte) end
    rcall('SETRANGE', key, offset * width, table.concat(values, '', at, at + count - 1))
    at = at + count
  end
end

-- Cells of the columns s that are written together: rows that follow one another are one command.
local function newCells()
  return { numbers = {}, values = {}, isSorted = true }
end

local taskCells, runCells = newCells(), newCells()

local function putLater(cells, number, value)
  local numbers = cells.numbers
  local last = numbers[#numbers]
  if last and last > number then cells.isSorted = false end
  numbers[#numbers + 1] = number
  cells.values[number] = value
end

-- What became of a task. `outcome` only when it has ended; `worker` (2 bytes) only when one ran it: then it is written
-- with the others, by `writeCells`.
local function putState(number, state, outcome, worker)
  local value = stateCodes[state] .. (outcomeCodes[outcome] or noByte)
  if worker then
    putLater(taskCells, number, value .. worker)
  else
    putCell('rows', 's', 4, number, value)
  end
end

-- How an execution ended that `worker` (2 bytes) ran; written by `writeCells`.
local function putRun(number, outcome, worker)
  putLater(runCells, number, (outcomeCodes[outcome] or noByte) .. noByte .. worker)
end

local function writeTable(tableName, cells)
  local numbers, values = cells.numbers, cells.values
  if not cells.isSorted then table.sort(numbers) end
  local at = 1
  while at <= #numbers do
    local run, number = { values[numbers[at]] }, numbers[at]
    while numbers[at + 1] == number + #run and numbers[at + 1] % segmentRows ~= 0 do
      at = at + 1
      run[#run + 1] = values[numbers[at]]
    end
    putCell(tableName, 's', 4, number, table.concat(run))
    at = at + 1
  end
end

local function writeCells()
  writeTable('rows', taskCells)
  writeTable('runs', runCells)
end

local function putRunOutcome(number, outcome)
  putCell('runs', 's', 4, number, outcomeCodes[outcome] or noByte)
end

local function packRun(taskNumber, attempt, startedAt)
  return struct.pack('<I4I2I2I4I2I2', taskNumber % 4294967296, math.floor(taskNumber / 4294967296), attempt % 65536,
    startedAt % 4294967296, math.floor(startedAt / 4294967296), 0)
end

--[[
  Writes down what came of a change, in place of the entry that said it was begun. Running twice changes nothing.

  KEYS[1]  STREAM of the audit
  ARGV[1]  id of the begun entry
  ARGV[2]  entries kept, about
  then     field, value, … of the entry

  Returns 1, or 0 when the begun entry is gone: it was written down before.
]]
if redis.call('XDEL', KEYS[1], ARGV[1]) == 0 then
  return 0
end
redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[2], '*', unpack(ARGV, 3))
return 1

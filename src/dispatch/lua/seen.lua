-- A runner's sign of life.
--
-- KEYS	beats, then serves:<pool>/<language>
-- ARGV	runner, ms it counts as live
-- returns 1
local t = now()
call('ZADD', KEYS[1], string.format('%.0f', t), ARGV[1])
for i = 2, #KEYS do
	call('ZADD', KEYS[i], string.format('%.0f', t + ARGV[2]), ARGV[1])
	call('ZREMRANGEBYSCORE', KEYS[i], '-inf', string.format('%.0f', t))
end
return 1

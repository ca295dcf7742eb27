-- What a process counted since it last said so, and what it has now.
--
-- KEYS	metrics workers worker:<token>
-- ARGV	token, number of counters, name and amount of each; then name and value
--	of each gauge
-- returns 1
local t, last = now(), 2 + 2 * ARGV[2]
for i = 3, last, 2 do call('HINCRBY', KEYS[1], ARGV[i], ARGV[i + 1]) end
call('DEL', KEYS[3])
for i = last + 1, #ARGV, 2 do call('HSET', KEYS[3], ARGV[i], ARGV[i + 1]) end
call('PEXPIRE', KEYS[3], 5000)
call('ZADD', KEYS[2], string.format('%.0f', t), ARGV[1])
call('ZREMRANGEBYSCORE', KEYS[2], '-inf', string.format('%.0f', t - 5000))
return 1

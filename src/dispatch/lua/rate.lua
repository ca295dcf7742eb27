-- Takes one of the amount that a period allows, refilled evenly: the key
-- holds the time at which all of it is there again (generic cell rate).
--
-- KEYS	rate:<key>
-- ARGV	amount, period ms
-- returns 0, or the ms to wait
local t, period = now(), tonumber(ARGV[2])
local each = period / ARGV[1]
local full = math.max(t, tonumber(call('GET', KEYS[1]) or 0))
local wait = full + each - period - t
if wait > 0 then return math.ceil(wait) end
call('SET', KEYS[1], string.format('%.3f', full + each), 'PX',
    math.ceil(full + each - t))
return 0

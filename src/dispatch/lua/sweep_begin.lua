-- Takes the sweep's turn and notices gaps.
--
-- KEYS	sweep:turn sweep leased epoch beats
-- ARGV	our token, the server's identity, longest gap ms, lease ms
-- returns have the turn, gap (each 0 or 1), memory lost: 0, 1 it was and we
--	rebuild it, 2 it is now
-- keeps true: after a gap nothing is reclaimed that had no time to beat again
local t = now()
local owner = call('GET', KEYS[1])
if owner and owner ~= ARGV[1] then return { 0, 0, 0 } end
call('SET', KEYS[1], ARGV[1], 'PX', 3000)
local last, server = unpack(call('HMGET', KEYS[2], 'at', 'server'))
local gap = not last or server ~= ARGV[2] or t < tonumber(last) or
    t - last > tonumber(ARGV[3])
call('HSET', KEYS[2], 'at', string.format('%.0f', t), 'server', ARGV[2])
if gap then
	local deadline = string.format('%.0f', t + ARGV[4])
	for _, job in ipairs(call('ZRANGE', KEYS[3], 0, -1)) do
		call('ZADD', KEYS[3], deadline, job)
	end
end
call('ZREMRANGEBYSCORE', KEYS[5], '-inf', string.format('%.0f', t - 604800000))
local epoch, ours = call('GET', KEYS[4]), 'building ' .. ARGV[1]
if epoch == ours then return { 1, gap and 1 or 0, 1 } end
if epoch and epoch:sub(1, 9) ~= 'building ' then
	return { 1, gap and 1 or 0, 0 }
end
call('SET', KEYS[4], ours)
return { 1, gap and 1 or 0, 2 }

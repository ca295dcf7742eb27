-- All that is counted, and how long the queues are.
--
-- KEYS	metrics workers pools leased beats
-- returns counters and gauges (name, value ...), depths (pool, class, ready
--	jobs ...), leases, runners heard of within three minutes
local gauges, depths, t = {}, {}, now()
for _, worker in ipairs(call('ZRANGE', KEYS[2], 0, -1)) do
	for _, x in ipairs(call('HGETALL', P .. 'worker:' .. worker)) do
		gauges[#gauges + 1] = x
	end
end
for _, pool in ipairs(call('SMEMBERS', KEYS[3])) do
	local n = { live = 0, practice = 0, rejudge = 0 }
	for _, q in ipairs(call('SMEMBERS', P .. 'ready:' .. pool)) do
		local class = q:match('([^/]*)$')
		n[class] = n[class] + call('ZCARD', P .. 'q:' .. pool .. '/' .. q)
	end
	for class, ready in pairs(n) do
		for _, x in ipairs({ pool, class, ready }) do
			depths[#depths + 1] = x
		end
	end
end
return { call('HGETALL', KEYS[1]), gauges, depths, call('ZCARD', KEYS[4]),
    call('ZCOUNT', KEYS[5], string.format('%.0f', t - 182000), '+inf') }

-- Expired leases -> ready at the consuming end, at most a page of them.
--
-- KEYS	leased
-- ARGV	page size
-- returns job, lease, runner of each
local out = {}
local due = call('ZRANGEBYSCORE', KEYS[1], '-inf', string.format('%.0f', now()),
    'LIMIT', 0, ARGV[1])
for _, job in ipairs(due) do
	local e = entry(job)
	if e and e.runner then
		out[#out + 1], out[#out + 2], out[#out + 3] = job, e.lease, e.runner
		give_back(job, e, true)
	else
		call('ZREM', KEYS[1], job)
	end
end
return out

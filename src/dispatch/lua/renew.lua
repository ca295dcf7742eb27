-- Renews what a runner holds of a list, or all that it acknowledged.
--
-- KEYS	held:<runner> leased
-- ARGV	lease ms, 'listed' (jobs follow) or 'acked'
-- returns for each listed: 0 renewed, 1 no entry, 2 ready or another's, 3 past
--	its hard deadline, 4 renewed but recalled; for 'acked' how many
-- keeps true: only its holder renews a lease, never past the hard deadline;
--	to be listed acknowledges
local t, out, z, v, jobs = now(), {}, {}, {}, { unpack(ARGV, 3) }
local whole = string.format('%.0f', t + ARGV[1])
local listed = ARGV[2] == 'listed'
if listed then
	v = call('HMGET', KEYS[1], unpack(jobs))
else
	local all = call('HGETALL', KEYS[1])
	for i = 1, #all, 2 do jobs[#jobs + 1], v[#v + 1] = all[i], all[i + 1] end
end
for i, job in ipairs(jobs) do
	local flags, hard = (v[i] or ''):match('^%S+ (%d) (%d+)')
	local acked = flags == '1' or flags == '3'
	if not flags then
		out[i] = call('EXISTS', P .. 'job:' .. job) + 1
	elseif tonumber(hard) <= t then
		out[i] = 3
	elseif listed or acked then
		out[i] = flags < '2' and 0 or 4
		z[#z + 1] = tonumber(hard) < tonumber(whole) and hard or whole
		z[#z + 1] = job
		if not acked then
			local h = parse(v[i])
			h.acked = 1
			hold(KEYS[1]:match('held:(.*)$'), job, h)
			wake('submission ' .. h.sub)
		end
	end
end
if #z > 0 then call('ZADD', KEYS[2], unpack(z)) end
return listed and out or #z / 2

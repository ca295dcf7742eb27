-- Moves at most one job that fits a runner from ready to leased.
-- KEYS	held:<runner>
-- ARGV	runner, lease ms, 20 random digits, nonce or '', most acknowledged
--	leases or 0, number of pools, pools, languages
-- returns nil, or job, lease, ms left, hard ms left, 1 if held by this nonce
-- keeps true: ready -> leased is one step; a new lease sorts after the last
local runner, ms, nonce, max = ARGV[1], tonumber(ARGV[2]), ARGV[4], tonumber(ARGV[5])
local t, subs, acked, serves = now(), {}, 0, {}
local held = call('HGETALL', KEYS[1])
for i = 1, #held, 2 do
	local h = parse(held[i + 1])
	if nonce ~= '' and h.nonce == nonce and h.hard > t then
		local left = lease(held[i], runner, h, t, ms) - t
		return { held[i], h.lease, left, h.hard - t, 1 }
	end
	subs[h.sub], acked = true, acked + h.acked
end
if max > 0 and acked >= max then return false end
for i = 7 + ARGV[6], #ARGV do serves[ARGV[i]] = true end
local function fits(job)
	local e = entry(job)
	return e and not subs[e.sub] and may_try(e, runner, t) and e
end
for i = 7, 6 + ARGV[6] do
	local pool, top = ARGV[i], {}
	for _, q in ipairs(call('SMEMBERS', P .. 'ready:' .. pool)) do
		local lang, class = q:match('^(.*)/(.*)$')
		if serves[lang] then
			top[class] = earlier(top[class], P .. 'q:' .. pool .. '/' .. q, fits)
		end
	end
	local c = by_turn(pool, top)
	if c then
		local h = take(c, t, ARGV[3], nonce)
		local left = ms
		-- mutant pop_before_lease leaves out:
		left = lease(c.job, runner, h, t, ms) - t
		-- mutant end
		return { c.job, h.lease, left, h.hard - t, 0 }
	end
end
return false

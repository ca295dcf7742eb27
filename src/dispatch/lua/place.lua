-- Where a ready job stands among those that the same runners take, and who
-- they are.  Costs the number of the pool's queues, not their lengths.
--
-- KEYS	job:<id>
-- ARGV	job, most jobs and most runners that are named
-- returns nil if it is not ready; else jobs before it in its class, weight of
--	its class, weight of all classes that wait, live runners, number of
--	runners named, these runners, and jobs right before it in its queue
local e, most = entry(ARGV[1]), tonumber(ARGV[2])
if not e or e.runner then return false end
local queue = P .. 'q:' .. e.pool .. '/'
local own = queue .. e.lang .. '/' .. e.class
local rank, score = call('ZRANK', own, ARGV[1]), call('ZSCORE', own, ARGV[1])
if not rank then return false end
local before, waits = rank, { [e.class] = true }
for _, q in ipairs(call('SMEMBERS', P .. 'ready:' .. e.pool)) do
	local lang, class = q:match('^(.*)/(.*)$')
	waits[class] = true
	if class == e.class and lang ~= e.lang then
		before = before + call('ZCOUNT', queue .. q, '-inf', '(' .. score)
	end
end
local mine, all = 0, 0
for _, w in ipairs(WEIGHT) do
	if w[1] == e.class then mine = w[2] end
	if waits[w[1]] then all = all + w[2] end
end
local serves, t = P .. 'serves:' .. e.pool .. '/' .. e.lang,
    string.format('(%.0f', now())
local runners = call('ZREVRANGEBYSCORE', serves, '+inf', t, 'LIMIT', 0, most)
local out = { before, mine, all, call('ZCOUNT', serves, t, '+inf'), #runners }
for _, r in ipairs(runners) do out[#out + 1] = r end
if rank > 0 then
	for _, j in ipairs(call('ZRANGE', own, math.max(0, rank - most), rank - 1)) do
		out[#out + 1] = j
	end
end
return out

-- Put before claim.lua: which ready job of a pool is next for a runner.
local DEPTH = 16 -- entries looked at in a queue whose first ones do not fit
local WEIGHT = { { 'live', 16 }, { 'practice', 4 }, { 'rejudge', 1 } }
-- Not one it tried, while another live runner serves the queue.
local function may_try(e, runner, t)
	local tried = e.tried or ''
	if not tried:find(' ' .. runner .. ' ', 1, true) then return true end
	local _, n = tried:gsub('%S+', '')
	for _, r in ipairs(call('ZREVRANGEBYSCORE', P .. 'serves:' .. e.pool .. '/'
	    .. e.lang, '+inf', string.format('(%.0f', t), 'LIMIT', 0, n + 1)) do
		if not tried:find(' ' .. r .. ' ', 1, true) then return false end
	end
	return true
end
-- The first of a queue that fits(job); a is kept if it comes before.
local function earlier(a, queue, fits)
	for at = 0, DEPTH - 1 do
		local r = call('ZRANGE', queue, at, at, 'WITHSCORES')
		local job, score = r[1], tonumber(r[2])
		if not job or a and (a.score < score or
		    a.score == score and a.job < job) then return a end
		local e = fits(job)
		if e then return { job = job, score = score, e = e } end
	end
	return a
end
-- Smooth weighted round robin over the classes that have one.
local function by_turn(pool, top)
	local turn, sum, win, most = P .. 'turn:' .. pool, 0, nil, nil
	for _, w in ipairs(WEIGHT) do
		if top[w[1]] then
			local credit = call('HINCRBY', turn, w[1], w[2])
			sum = sum + w[2]
			if not win or credit > most then win, most = w[1], credit end
		end
	end
	if win then call('HINCRBY', turn, win, -sum) end
	return win and top[win]
end

-- Put before the scripts: what an entry is, and its two places.
--
-- job:<id> is a hash; it is leased if it has `runner`, else ready; `lease` is
-- the one it has or had last.  Ready: in q:<pool>/<lang>/<class>, and that
-- queue in ready:<pool>.  Leased: in `leased` by its deadline, and in
-- held:<runner> as "lease flags hard submission nonce".  Keys are made here
-- from the entry: one hash tag keeps them in one slot.
local P = '{assize}:'
local F = { 'sub', 'user', 'pool', 'lang', 'class', 'score', 'span', 'lease',
	'runner', 'tried' }
local function call(...) return redis.call(...) end
local function now()
	local t = call('TIME')
	return t[1] * 1000 + math.floor(t[2] / 1000)
end
local function entry(job)
	local v, e = call('HMGET', P .. 'job:' .. job, unpack(F)), {}
	for i, f in ipairs(F) do e[f] = v[i] or nil end
	return e.sub and e
end
-- What waits for news listens.
local function wake(what) call('PUBLISH', P .. 'wake', what) end
local function enqueue(job, e, score)
	local q = e.lang .. '/' .. e.class
	call('ZADD', P .. 'q:' .. e.pool .. '/' .. q, score, job)
	call('SADD', P .. 'ready:' .. e.pool, q)
	call('SADD', P .. 'pools', e.pool)
	wake(e.pool .. '/' .. q)
end
-- A pool without ready jobs forgets who had how much of it.
local function dequeue(job, e)
	local q, fair = e.lang .. '/' .. e.class, P .. 'fair:' .. e.pool .. '/'
	call('ZREM', P .. 'q:' .. e.pool .. '/' .. q, job)
	if call('EXISTS', P .. 'q:' .. e.pool .. '/' .. q) == 1 then return end
	call('SREM', P .. 'ready:' .. e.pool, q)
	if call('EXISTS', P .. 'ready:' .. e.pool) == 0 then
		call('DEL', fair .. 'live', fair .. 'practice', fair .. 'rejudge')
	end
end

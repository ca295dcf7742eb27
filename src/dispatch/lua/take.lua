-- Put before claim.lua: a chosen job leaves its queue.
--
-- A lease sorts after the one before it, also within a millisecond and after
-- the clock went back.  Virtual time moves on, and who is not ahead of it
-- needs no memory.
local function lease_id(t, last, random)
	local id = string.format('ls_%012x', t) .. random
	if last and last >= id then
		local ms = tonumber(last:sub(4, 15), 16) + 1
		id = string.format('ls_%012x', ms) .. random
	end
	return id
end
local function take(c, t, random, nonce)
	local e, score = c.e, c.score
	local turn, v = P .. 'turn:' .. e.pool, 'v:' .. e.class
	if score > tonumber(call('HGET', turn, v) or 0) then
		call('HSET', turn, v, score)
		call('ZREMRANGEBYSCORE', P .. 'fair:' .. e.pool .. '/' .. e.class,
		    '-inf', score)
	end
	dequeue(c.job, e)
	return { lease = lease_id(t, e.lease, random), acked = 0,
		hard = t + e.span, sub = e.sub, nonce = nonce }
end

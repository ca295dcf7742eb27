-- Put after lease.lua: a new entry.
--
-- ARGV begins with job, submission, user, pool, language, class, span (ms a
-- lease may last) and lease ('' or the newest that the row names).
local function fresh(score)
	local e = { sub = ARGV[2], user = ARGV[3], pool = ARGV[4],
		lang = ARGV[5], class = ARGV[6], span = ARGV[7], score = score }
	if ARGV[8] ~= '' then e.lease = ARGV[8] end
	local v = {}
	for f, x in pairs(e) do
		v[#v + 1], v[#v + 2] = f, x
	end
	call('HSET', P .. 'job:' .. ARGV[1], unpack(v))
	return e
end
-- The virtual time of a class of a pool: the start of what was taken last.
local function virtual(pool, class)
	return tonumber(call('HGET', P .. 'turn:' .. pool, 'v:' .. class) or 0)
end

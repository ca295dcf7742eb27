-- The runner named the job: the lease it holds is acknowledged.
--
-- KEYS	held:<runner>
-- ARGV	runner, job, lease or '' (any)
-- returns the lease, or nil if the runner does not hold it
local v = call('HGET', KEYS[1], ARGV[2])
local h = v and parse(v)
if not h or ARGV[3] ~= '' and ARGV[3] ~= h.lease then return false end
if h.acked == 0 then
	h.acked = 1
	hold(ARGV[1], ARGV[2], h)
	wake('submission ' .. h.sub)
end
return h.lease

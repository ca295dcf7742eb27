-- Puts a job without entry at the end of its queue: start-time fair queueing,
-- each job starts where its user's last one ended, not before virtual time.
--
-- KEYS	job:<id> fair:<pool>/<class>
-- ARGV	as fresh.lua says; then the runner that had it last, or ''
-- returns 1, or 0 if there is an entry
-- keeps true: an entry is never replaced; a job once claimed goes first
if call('EXISTS', KEYS[1]) == 1 then return 0 end
local last = tonumber(call('ZSCORE', KEYS[2], ARGV[3]) or 0)
local score = math.max(virtual(ARGV[4], ARGV[6]), last)
call('ZADD', KEYS[2], score + 1, ARGV[3])
local e = fresh(score)
if ARGV[9] ~= '' then
	call('HSET', KEYS[1], 'tried', ' ' .. ARGV[9] .. ' ')
end
enqueue(ARGV[1], e, ARGV[8] == '' and score or score + RECLAIMED)
return 1

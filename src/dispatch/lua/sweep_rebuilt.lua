-- Everything is there again, unless it was lost once more meanwhile.
--
-- KEYS	epoch
-- ARGV	our token, the new epoch
-- returns 1 if the rebuild was ours
if call('GET', KEYS[1]) ~= 'building ' .. ARGV[1] then return 0 end
call('SET', KEYS[1], ARGV[2])
return 1

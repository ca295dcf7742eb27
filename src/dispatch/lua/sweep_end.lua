-- Gives the sweep's turn back, if we have it.
--
-- KEYS	sweep:turn
-- ARGV	our token
-- returns 1 if we had it
if call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return call('DEL', KEYS[1])

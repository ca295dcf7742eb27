EXTRA_DIST += systemd/redis.conf

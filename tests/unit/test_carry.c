/*
 * Bytes between two sockets: all of them, in order, both ways at once, past a
 * reader who stops, and to the end.
 */
#include "unit.h"

#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "runner/carry.h"

#define MANY ((size_t)3 << 20)

/* Ours are the outer ends, [0]; the carry has [1]. */
struct ends {
	struct carry carry;
	int a[2];
	int b[2];
};

static void
begin(struct ends *e, struct arena *arena)
{
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, e->a), 0);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, e->b), 0);
	fcntl(e->a[0], F_SETFL, O_NONBLOCK);
	fcntl(e->b[0], F_SETFL, O_NONBLOCK);
	carry_init(&e->carry);
	assert_false(carry_is_used(&e->carry));
	carry_begin(&e->carry, arena, e->a[1], e->b[1]);
	assert_true(carry_is_used(&e->carry));
}

static void
end(struct ends *e)
{
	carry_end(&e->carry);
	assert_false(carry_is_used(&e->carry));
	close(e->a[0]);
	close(e->b[0]);
}

/* Waits as the door does, and goes on. */
static void
turn(struct carry *c)
{
	struct pollfd p[2];

	carry_poll(c, p);
	if (poll(p, 2, 0) > 0)
		carry_turn(c);
}

static char
byte_at(size_t i, size_t way)
{
	return (char)(i * 31 + i / 251 + way);
}

/* One side's part: writes what fits, reads and checks what is there. */
static void
talk(int fd, size_t way, size_t *sent, size_t *seen)
{
	char p[5000];
	size_t n = MANY - *sent < sizeof(p) ? MANY - *sent : sizeof(p);
	ssize_t k;

	for (size_t i = 0; i < n; i++)
		p[i] = byte_at(*sent + i, way);
	k = n > 0 ? write(fd, p, n) : 0;
	*sent += k > 0 ? (size_t)k : 0;
	k = read(fd, p, sizeof(p));
	for (ssize_t i = 0; i < k; i++)
		assert_int_equal(p[i], byte_at(*seen + (size_t)i, !way));
	*seen += k > 0 ? (size_t)k : 0;
}

static void
all_bytes_go_both_ways(void **state)
{
	size_t sent[2] = { 0 }, seen[2] = { 0 };
	struct ends e;
	UNIT_ARENA(a);

	begin(&e, a);
	while (seen[0] < MANY || seen[1] < MANY) {
		talk(e.a[0], 0, &sent[0], &seen[0]);
		talk(e.b[0], 1, &sent[1], &seen[1]);
		turn(&e.carry);
	}
	end(&e);
}

static void
who_does_not_read_is_waited_for(void **state)
{
	size_t sent = 0, seen = 0, other = 0;
	struct pollfd p[2];
	struct ends e;
	UNIT_ARENA(a);

	begin(&e, a);
	for (int i = 0; i < 2000; i++) {
		char c[1000];

		memset(c, 'x', sizeof(c));
		sent += write(e.a[0], c, sizeof(c)) > 0 ? sizeof(c) : 0;
		turn(&e.carry);
	}
	/* It stopped, and nothing more is read from the one who writes. */
	assert_true(sent < (size_t)2000 * 1000);
	carry_poll(&e.carry, p);
	assert_false(p[0].events & POLLIN);
	/* The other way goes on. */
	assert_int_equal(write(e.b[0], "y", 1), 1);
	turn(&e.carry);
	assert_int_equal(read(e.a[0], &(char) { 0 }, 1), 1);
	while (other < 1000000 && seen < sent) {
		char c[5000];
		ssize_t n = read(e.b[0], c, sizeof(c));

		seen += n > 0 ? (size_t)n : 0;
		turn(&e.carry);
		other++;
	}
	assert_int_equal(seen, sent);
	end(&e);
}

static void
the_end_of_one_is_the_end_of_both(void **state)
{
	for (int which = 0; which < 2; which++) {
		struct ends e;
		char c[8];
		UNIT_ARENA(a);

		begin(&e, a);
		/* What was said before the end arrives. */
		assert_int_equal(write(which ? e.b[0] : e.a[0], "last", 4), 4);
		shutdown(which ? e.b[0] : e.a[0], SHUT_WR);
		turn(&e.carry);
		turn(&e.carry);
		assert_false(carry_is_used(&e.carry));
		assert_int_equal(read(which ? e.a[0] : e.b[0], c, 8), 4);
		assert_int_equal(read(which ? e.a[0] : e.b[0], c, 8), 0);
		end(&e);
	}
}

static void
last_words_of_the_box_are_carried(void **state)
{
	struct ends e;
	char c[8];
	UNIT_ARENA(a);

	begin(&e, a);
	assert_int_equal(write(e.b[0], "bye", 3), 3);
	carry_end(&e.carry);
	assert_int_equal(read(e.a[0], c, 8), 3);
	end(&e);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_bytes_go_both_ways),
		cmocka_unit_test(who_does_not_read_is_waited_for),
		cmocka_unit_test(the_end_of_one_is_the_end_of_both),
		cmocka_unit_test(last_words_of_the_box_are_carried),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

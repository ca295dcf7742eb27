/*
 * No bytes are a token but those that were signed with our key: whatever is
 * verified here must be one of the two that the corpus holds.  The other
 * readers of credentials end without a fault.
 */
#include "fuzz.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "token/jwt.h"
#include "token/link.h"
#include "token/runner_token.h"

#define SECRET "fuzz: 0123456789abcdef0123456789"
/* Blanks would part an old one from a new one. */
#define LINK_KEY "fuzz-0123456789abcdef0123456789abcdef"
#define NOW_MS INT64_C(1800000000000)

/* Signed with SECRET for alice and, without a name, for bob. */
static const char *const good[] = {
	"eyJhbGciOiJIUzI1NiIsImtpZCI6Imh1In0.eyJzdWIiOiJhbGljZSIsIm5h"
	"bWUiOiJBbGljZSIsImlzcyI6InVzIiwiYXVkIjoiYXNzaXplIiwiZXhwIjox"
	"ODAwMDAzNjAwfQ.QqDr1pfw6fwYgasR4zhxSjKNLugzfODHkY5rHubRW9M",
	"eyJhbGciOiJIUzI1NiIsImtpZCI6Imh1In0.eyJzdWIiOiJib2IiLCJpc3Mi"
	"OiJ1cyIsImF1ZCI6WyJ4IiwiYXNzaXplIl0sImV4cCI6MTgwMDAwMzYwMH0."
	"2bWgXvxLIU8sjBDnlHiSU4uv6Rj0DOe26SQs3dVy184",
};

/* For as long as the process lives. */
static struct arena *volatile keys_arena; /* kept, says LeakSanitizer */
static const struct token_wanted wanted = { "us", "assize", 0 };
static struct token_verifier *verifier;
static struct token_link_key link_key;

static void
must(struct err *e)
{
	if (e != NULL)
		abort();
}

static void
end(void)
{
	token_verifier_free(verifier);
	arena_free(keys_arena);
}

/* The keys file and its secret, in a directory that is gone at once. */
static void
start(void)
{
	char dir[] = "/tmp/assize-fuzz-XXXXXX";
	struct token_claims claims;
	struct token_keys *keys;
	struct arena *a;
	int fd;

	keys_arena = arena_new("fuzz keys", 1 << 20);
	a = keys_arena;
	if (mkdtemp(dir) == NULL)
		abort();
	fd = open(dir, O_DIRECTORY | O_CLOEXEC);
	must(io_write_file(a, fd, "secret", SECRET, strlen(SECRET), 0600));
	must(io_write_file(a, fd, "keys", "hu HS256 secret\n", 16, 0600));
	must(token_keys_load(a, arena_printf(a, "%s/keys", dir), &keys));
	close(fd);
	if (io_remove_all(AT_FDCWD, dir) != 0)
		abort();
	verifier = token_verifier_new(keys, &wanted, 16);
	must(token_link_key_set(a, LINK_KEY, &link_key));
	for (size_t i = 0; i < ARRAY_LEN(good); i++)
		must(token_verify(verifier, a, good[i], NOW_MS, &claims));
	/* Nothing else reads the arena: without this it looks like a leak. */
	if (atexit(end) != 0)
		abort();
}

static void
check_jwt(struct arena *a, const char *text)
{
	struct token_claims claims;

	if (token_verify(verifier, a, text, NOW_MS, &claims) != NULL)
		return;
	for (size_t i = 0; i < ARRAY_LEN(good); i++)
		if (strcmp(text, good[i]) == 0)
			return;
	abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	_cleanup_(arena_freep) struct arena *a = arena_new("fuzz", 8 << 20);
	char *text;

	if (verifier == NULL)
		start();
	text = arena_memdup(a, data, n);
	check_jwt(a, text);
	/* Its signature cannot be guessed. */
	if (token_link_check(a, &link_key, "jb_1", text, NOW_MS) == NULL)
		abort();
	if (token_runner_hash(a, text) != NULL &&
	    strlen(text) != TOKEN_RUNNER_LEN)
		abort();
	return 0;
}

#include "store/schema.h"

#include <assert.h>

#include "base/attr.h"

#pragma GCC diagnostic ignored "-Woverlength-strings"
#include "store/functions_gen.h"
#include "store/grants_gen.h"
#include "store/migrations_gen.h"
#include "store/views_gen.h"

const char *
schema_kind_name(enum schema_kind kind)
{
	static const char *const names[] = { "migration", "function", "view",
		"grants" };

	assert(kind < ARRAY_LEN(names));
	return names[kind];
}

int
schema_migrations(void)
{
	return (int)ARRAY_LEN(migrations);
}

#define TAKE(table, which)                                          \
	do {                                                        \
		if (i < ARRAY_LEN(table)) {                         \
			file = (struct schema_file) { (which),      \
				(table)[i].name, (table)[i].text }; \
			return &file;                               \
		}                                                   \
		i -= ARRAY_LEN(table);                              \
	} while (0)

const struct schema_file *
schema_file(size_t i)
{
	static _Thread_local struct schema_file file;

	TAKE(migrations, SCHEMA_MIGRATION);
	TAKE(functions, SCHEMA_FUNCTION);
	TAKE(views, SCHEMA_VIEW);
	TAKE(grants, SCHEMA_GRANTS);
	return NULL;
}

#include "assized/zip_answer.h"

#include <string.h>

void
answer_zip(struct req *r, const struct store_blob *blob, const char *name)
{
	const char *etag = arena_printf(r->arena, "\"%s\"", blob->digest);

	resp_header(&r->resp, "ETag", etag);
	resp_header(&r->resp, "Cache-Control",
	    name == NULL ? "private, max-age=31536000, immutable"
			 : "private, no-cache");
	if (name != NULL)
		resp_header(&r->resp, "Content-Disposition",
		    arena_printf(r->arena, "attachment; filename=\"%s\"",
			name));
	if (strcmp(req_param(r, "HTTP_IF_NONE_MATCH"), etag) == 0)
		resp_empty(&r->resp, 304);
	else
		resp_body(&r->resp, 200, "application/zip", blob->p, blob->n);
}

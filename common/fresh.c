// SPDX-License-Identifier: GPL-3.0-or-later
/* fresh.c - does what an authority signed with dates still hold? */
#include "fresh.h"
#include "text.h"

const char *
fresh_why(struct pool *p, int64_t this_update, int64_t next_update, int64_t now)
{
	if (this_update == 0)
		return "without a date that can be read";
	if (this_update > now + FRESH_SKEW)
		return pool_printf(p, "of the future, %s", text_date(p, this_update));
	if (next_update == 0)
		return this_update >= now - FRESH_DAY
		    ? NULL
		    : pool_printf(p, "without next update, and older than a day, %s",
			  text_date(p, this_update));
	if (next_update < this_update)
		return "its next update lies before itself";
	return next_update >= now - FRESH_SKEW ? NULL :
	    pool_printf(p, "out of date since %s", text_date(p, next_update));
}

const char *
fresh_text(struct pool *p, int64_t this_update, int64_t next_update)
{
	if (next_update == 0)
		return pool_printf(p, "as of %s", text_date(p, this_update));
	return pool_printf(p, "as of %s, next update %s", text_date(p, this_update),
	    text_date(p, next_update));
}

// SPDX-License-Identifier: GPL-3.0-or-later
/* lint.c - check_mtasts --lint: what is not given is not judged. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "lint.h"
#include "sts.h"
#include "text.h"

#define NAME_SHOWN 80	/* of the file's name in a message */

static int
refuse(const struct plan *plan, int why, struct err *e)
{
	const char *file = plan->policy_file;

	return err_set(e, ERR_FILE, "--policy-file: cannot read \"%s\": %s",
	    text_clean(plan->pool, file, strlen(file), NAME_SHOWN), strerror(why));
}

/* One byte more than a policy may have is enough to tell. */
static ssize_t
read_file(char *to, size_t room, const char *file)
{
	int fd = open(file, O_RDONLY | O_CLOEXEC);
	ssize_t n = -1;
	size_t len = 0;
	int why;

	if (fd == -1)
		return -1;
	while (len < room && (n = read(fd, to + len, room - len)) != 0) {
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			break;
		len += (size_t)n;
	}
	why = errno;
	close(fd);
	errno = why;
	return n == -1 ? -1 : (ssize_t)len;
}

int
lint_read(struct lint_policy *policy, struct pool *p, const struct plan *plan, struct err *e)
{
	size_t room = STS_POLICY_MAX + 1;
	char *body;
	ssize_t n;

	*policy = (struct lint_policy){ 0 };
	if (plan->policy_file == NULL)
		return 0;
	body = pool_alloc(p, room);
	if ((n = read_file(body, room, plan->policy_file)) == -1)
		return refuse(plan, errno, e);
	*policy = (struct lint_policy){ body, (size_t)n };
	return 0;
}

static struct sts_txt
txt_of(const char *text)
{
	return (struct sts_txt){ (const uint8_t *)text, strlen(text) };
}

static void
read_reports(struct run_facts *facts, const struct plan *plan)
{
	size_t n = plan->tlsrpt_txt.n;
	struct sts_txt *txt = pool_array(facts->pool, n, sizeof(*txt));

	for (size_t i = 0; i < n; i++)
		txt[i] = txt_of(plan->tlsrpt_txt.item[i]);
	if (n > 0)
		sts_read_tlsrpt(&facts->tlsrpt, facts->pool, txt, n);
}

/* Hosts that nobody connects to. */
static void
take_mx(struct run_facts *facts, const struct plan *plan)
{
	facts->nhosts = facts->mx_total = plan->mx.n;
	facts->hosts = pool_array(facts->pool, facts->nhosts, sizeof(*facts->hosts));
	for (size_t i = 0; i < facts->nhosts; i++)
		facts->hosts[i] = (struct host){ .mx = plan->mx.item[i],
			.mx_index = i,
			.port = (uint16_t)plan->port,
			.status = HOST_SKIPPED };
}

void
lint_run(struct run_facts *facts, const struct plan *plan, const struct lint_policy *policy)
{
	const struct sts_txt record = txt_of(plan->txt == NULL ? "" : plan->txt);

	if (plan->txt != NULL)
		sts_read_record(&facts->mtasts, facts->pool, &record, 1);
	if (policy->body != NULL)
		sts_read_policy(&facts->mtasts, facts->pool, policy->body, policy->len);
	read_reports(facts, plan);
	take_mx(facts, plan);
	sts_judge(facts, plan);
}

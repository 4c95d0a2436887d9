// SPDX-License-Identifier: GPL-3.0-or-later
/* plan_batch.c - what goes with --batch, and what goes only with it. */
#include "plan_check.h"

/* Formats that give each target a line, or more that belong together. */
static bool
is_batch_format(enum format format)
{
	switch (format) {
	case FORMAT_PLUGIN:
	case FORMAT_SCORE:
	case FORMAT_JSON:
	case FORMAT_XML:
	case FORMAT_CSV:
	case FORMAT_NAGIOS:
	case FORMAT_ICINGA:
		return true;
	default:
		return false;
	}
}

int
plan_batch(struct plan *plan, struct err *e)
{
	bool batch = plan->batch_file != NULL;
	const struct plan_clash clash[] = {
		{ batch && plan->hostname != NULL, "--batch and --hostname exclude each other" },
		{ batch && plan->soa_arg != NULL, "--batch and --soa exclude each other" },
		{ batch && plan->send_email, "--batch and --send-email exclude each other" },
		{ batch && !is_batch_format(plan->format),
		    "--batch: --format is plugin, score, json, xml, csv, nagios or icinga there" },
		{ !batch && plan->format >= FORMAT_NAGIOS,
		    "--format=nagios and --format=icinga need --batch" },
		{ !batch && (plan->total_minimum != 0 || plan->host_name != NULL || plan->service != NULL),
		    "--total, --host-name and --service need --batch" },
	};

	return plan_clashes(clash, sizeof(clash) / sizeof(clash[0]), e);
}

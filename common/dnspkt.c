// SPDX-License-Identifier: GPL-3.0-or-later
/* dnspkt.c - DNS messages: a question to bytes, bytes to an answer. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include <ldns/ldns.h>

#include "dnspkt.h"
#include "text.h"

#define HEADER 12
#define FLAG_QR 0x80	/* byte 2 */
#define FLAG_OPCODE 0x78
#define FLAG_TC 0x02
#define FLAG_RCODE 0x0f
#define RCODE_NOERROR 0
#define RCODE_FORMERR 1
#define RCODE_NXDOMAIN 3
#define RCODE_NOTIMP 4
#define CHAIN_MAX 16	/* CNAME links; resolvers stop at 8 to 16 */
#define RR_MAX 1000	/* kept of one answer: 64 KiB hold 4,000 A records, real sets a hundred */
#define CNAME_LOOP "CNAME loop"

/* RFC 1035 and 2136. */
static const char *const rcodes[16] = {
	"NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED", "YXDOMAIN", "YXRRSET",
	"NXRRSET", "NOTAUTH", "NOTZONE", "RCODE11", "RCODE12", "RCODE13", "RCODE14", "RCODE15",
};

/* The bytes of a packet of ldns, taken over into the pool; frees pkt. */
static int
query_bytes(struct dnspkt *out, struct pool *p, ldns_pkt *pkt)
{
	uint8_t *wire = NULL;
	size_t n = 0;
	int rc = -1;

	if (ldns_pkt2wire(&wire, pkt, &n) == LDNS_STATUS_OK && n <= DNSPKT_UDP) {
		out->wire = pool_alloc(p, DNSPKT_PREFIX + n);
		out->wire[0] = (uint8_t)(n >> 8);
		out->wire[1] = (uint8_t)n;
		memcpy(out->wire + DNSPKT_PREFIX, wire, n);
		out->len = n;
		rc = 0;
	}
	free(wire);
	ldns_pkt_free(pkt);
	return rc;
}

int
dnspkt_query(struct dnspkt *out, struct pool *p, const char *name, enum dns_type type, uint16_t id)
{
	ldns_rdf *owner = ldns_dname_new_frm_str(name[0] == '\0' ? "." : name);
	ldns_pkt *pkt;

	if (owner == NULL)
		return -1;
	*out = (struct dnspkt){ .question_len = ldns_rdf_size(owner) + 4, .type = type };
	/* the packet takes owner over */
	pkt = ldns_pkt_query_new(owner, (ldns_rr_type)type, LDNS_RR_CLASS_IN, LDNS_RD);
	if (pkt == NULL) {
		ldns_rdf_deep_free(owner);
		return -1;
	}
	ldns_pkt_set_id(pkt, id);
	ldns_pkt_set_edns_udp_size(pkt, DNSPKT_UDP);
	return query_bytes(out, p, pkt);
}

/* The question as sent, in any case; a server that does not understand it may leave it out. */
static bool
same_question(const struct dnspkt *query, const uint8_t *msg, size_t n)
{
	const uint8_t *asked = query->wire + DNSPKT_PREFIX + HEADER;
	unsigned count = (unsigned)msg[4] << 8 | msg[5];
	unsigned rcode = msg[3] & FLAG_RCODE;
	size_t i;

	if (count == 0)
		return rcode == RCODE_FORMERR || rcode == RCODE_NOTIMP;
	if (count != 1 || n < HEADER + query->question_len)
		return false;
	/* lengths of labels are below 'A', so that folding their case, too, does no harm */
	for (i = 0; i < query->question_len - 4; i++)
		if (tolower(msg[HEADER + i]) != tolower(asked[i]))
			return false;
	return memcmp(msg + HEADER + i, asked + i, 4) == 0;
}

static const ldns_rr *
rr_of(const ldns_rr_list *rrs, size_t i, const ldns_rdf *owner, ldns_rr_type type)
{
	const ldns_rr *rr = ldns_rr_list_rr(rrs, i);

	if (ldns_rr_get_type(rr) != type || ldns_rr_get_class(rr) != LDNS_RR_CLASS_IN)
		return NULL;
	return ldns_rr_rd_count(rr) > 0 && ldns_dname_compare(ldns_rr_owner(rr), owner) == 0 ? rr
											     : NULL;
}

static const ldns_rr *
rr_first(const ldns_rr_list *rrs, const ldns_rdf *owner, ldns_rr_type type)
{
	for (size_t i = 0; i < ldns_rr_list_rr_count(rrs); i++) {
		const ldns_rr *rr = rr_of(rrs, i, owner, type);

		if (rr != NULL)
			return rr;
	}
	return NULL;
}

/* The owner at the end of the CNAME chain from name; *why is set when the chain has no end. */
static const ldns_rdf *
chain_end(const ldns_rr_list *rrs, const ldns_rdf *name, ldns_rr_type type, const char **why)
{
	const ldns_rdf *seen[CHAIN_MAX + 1] = { name };
	size_t n = 0;

	while (rr_first(rrs, seen[n], type) == NULL) {
		const ldns_rr *link = rr_first(rrs, seen[n], LDNS_RR_TYPE_CNAME);

		if (link == NULL)
			break;
		if (n == CHAIN_MAX) {
			*why = "CNAME chain too long";
			break;
		}
		seen[++n] = ldns_rr_rdf(link, 0);
		for (size_t i = 0; i < n; i++)
			if (ldns_dname_compare(seen[i], seen[n]) == 0)
				*why = CNAME_LOOP;
		if (*why != NULL)
			break;
	}
	return seen[n];
}

/* Lower case, without the final dot; octets outside printable ASCII show as escapes. */
static const char *
shown_name(struct pool *p, const ldns_rdf *name)
{
	ldns_rdf *lower = ldns_rdf_clone(name);
	char *raw = NULL;
	const char *shown = "";

	if (lower != NULL) {
		ldns_dname2canonical(lower);
		raw = ldns_rdf2str(lower);
		ldns_rdf_deep_free(lower);
	}
	if (raw != NULL && raw[0] != '\0')
		shown = text_clean(p, raw, strlen(raw) - 1, TEXT_SHOWN);
	free(raw);
	return shown;
}

static struct dns_rr
kept_rr(struct pool *p, const ldns_rr *rr)
{
	const ldns_rdf *data = ldns_rr_rdf(rr, 0);
	struct dns_rr kept = { 0 };

	if (ldns_rr_get_type(rr) == LDNS_RR_TYPE_MX) {
		kept.preference = ldns_rdf2native_int16(data);
		kept.name = shown_name(p, ldns_rr_rdf(rr, 1));
	} else if (ldns_rr_get_type(rr) != LDNS_RR_TYPE_SOA) {
		addr_from_bytes(&kept.address, ldns_rdf_data(data), ldns_rdf_size(data));
	}
	return kept;
}

static void
keep_rrs(struct dns_answer *a, struct pool *p, const ldns_rr_list *rrs, const ldns_rdf *owner,
    ldns_rr_type type)
{
	for (size_t i = 0; i < ldns_rr_list_rr_count(rrs) && a->nrr < RR_MAX; i++) {
		const ldns_rr *rr = rr_of(rrs, i, owner, type);

		if (rr == NULL)
			continue;
		a->rr = pool_grow(p, a->rr, a->nrr, sizeof(*a->rr));
		a->rr[a->nrr++] = kept_rr(p, rr);
	}
}

/* ldns lets a record pass that ends early or is empty; it must not look like none. */
static bool
is_sound(const ldns_rr_list *rrs)
{
	for (size_t i = 0; i < ldns_rr_list_rr_count(rrs); i++) {
		const ldns_rr *rr = ldns_rr_list_rr(rrs, i);
		const ldns_rr_descriptor *want = ldns_rr_descript((uint16_t)ldns_rr_get_type(rr));

		if (ldns_rr_rd_count(rr) < ldns_rr_descriptor_minimum(want))
			return false;
	}
	return true;
}

static enum dnspkt_kind
refusal(struct dns_answer *a, const char *rcode, const char *why)
{
	*a = (struct dns_answer){ .status = DNS_ERROR, .rcode = rcode, .why = why };
	return DNSPKT_REFUSAL;
}

/* A parsed packet whose header is NOERROR or NXDOMAIN. */
static enum dnspkt_kind
read_answer(struct dns_answer *a, struct pool *p, const ldns_pkt *pkt, enum dns_type asked)
{
	const ldns_rr_list *rrs = ldns_pkt_answer(pkt);
	const ldns_rdf *name = ldns_rr_owner(ldns_rr_list_rr(ldns_pkt_question(pkt), 0)), *end;
	bool no_name = ldns_pkt_get_rcode(pkt) == LDNS_RCODE_NXDOMAIN;
	const char *why = NULL;

	if (ldns_pkt_edns(pkt) && ldns_pkt_edns_extended_rcode(pkt) != 0)
		return refusal(a, "BADVERS", "BADVERS");
	end = chain_end(rrs, name, (ldns_rr_type)asked, &why);
	*a = (struct dns_answer){ .status = DNS_INSECURE,
		.rcode = rcodes[ldns_pkt_get_rcode(pkt)] };
	a->canonical = shown_name(p, end);
	if (why != NULL) {
		a->status = DNS_ERROR;
		a->why = why;
		return DNSPKT_ANSWER;
	}
	keep_rrs(a, p, rrs, end, (ldns_rr_type)asked);
	/* data beside NXDOMAIN is a contradiction: senders go by the records they see */
	a->kind = a->nrr > 0 ? DNS_DATA : no_name ? DNS_NO_NAME : DNS_NO_DATA;
	/* a referral: the server knows neither the answer nor how to get it */
	if (a->kind == DNS_NO_DATA && !ldns_pkt_ra(pkt) && !ldns_pkt_aa(pkt))
		return refusal(a, a->rcode, "the server offers no recursion");
	return DNSPKT_ANSWER;
}

enum dnspkt_kind
dnspkt_read(struct dns_answer *a, struct pool *p, const struct dnspkt *query, const uint8_t *msg,
    size_t n)
{
	enum dnspkt_kind kind;
	ldns_pkt *pkt = NULL;
	unsigned rcode;

	if (n < 2 || memcmp(msg, query->wire + DNSPKT_PREFIX, 2) != 0)
		return DNSPKT_FOREIGN;
	if (n < HEADER || (msg[2] & FLAG_QR) == 0 || (msg[2] & FLAG_OPCODE) != 0 ||
	    !same_question(query, msg, n))
		return DNSPKT_GARBLED;
	if (msg[2] & FLAG_TC)
		return DNSPKT_CUT;
	rcode = msg[3] & FLAG_RCODE;
	if (rcode != RCODE_NOERROR && rcode != RCODE_NXDOMAIN)
		return refusal(a, rcodes[rcode], rcodes[rcode]);
	if (ldns_wire2pkt(&pkt, msg, n) != LDNS_STATUS_OK)
		return DNSPKT_GARBLED;
	kind = is_sound(ldns_pkt_answer(pkt)) ? read_answer(a, p, pkt, query->type)
					      : DNSPKT_GARBLED;
	ldns_pkt_free(pkt);
	return kind;
}

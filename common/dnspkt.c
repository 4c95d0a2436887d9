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
dnspkt_query(struct dnspkt *out, struct pool *p, const char *name, enum dns_type type,
    enum dnspkt_mode mode, uint16_t id)
{
	ldns_rdf *owner = ldns_dname_new_frm_str(name[0] == '\0' ? "." : name);
	ldns_pkt *pkt;

	if (owner == NULL)
		return -1;
	*out = (struct dnspkt){ .question_len = ldns_rdf_size(owner) + 4,
		.type = type,
		.ad = mode == DNSPKT_AD };
	/* the packet takes owner over */
	pkt = ldns_pkt_query_new(owner, (ldns_rr_type)type, LDNS_RR_CLASS_IN, LDNS_RD);
	if (pkt == NULL) {
		ldns_rdf_deep_free(owner);
		return -1;
	}
	ldns_pkt_set_id(pkt, id);
	ldns_pkt_set_edns_udp_size(pkt, DNSPKT_UDP);
	ldns_pkt_set_edns_do(pkt, mode != DNSPKT_PLAIN);
	ldns_pkt_set_ad(pkt, mode == DNSPKT_AD);
	ldns_pkt_set_cd(pkt, mode == DNSPKT_CD);
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
	return ldns_dname_compare(ldns_rr_owner(rr), owner) == 0 ? rr : NULL;
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

/* From name over CNAMEs to the records of a type. */
struct chain {
	const ldns_rdf *seen[CHAIN_MAX + 1];	/* owners, name first */
	size_t links;
	const char *why;	/* the chain has no end; NULL: the last owner is the end */
};

static struct chain
chain_walk(const ldns_rr_list *rrs, const ldns_rdf *name, ldns_rr_type type)
{
	struct chain c = { .seen = { name } };

	while (rr_first(rrs, c.seen[c.links], type) == NULL) {
		const ldns_rr *link = rr_first(rrs, c.seen[c.links], LDNS_RR_TYPE_CNAME);

		if (link == NULL)
			break;
		if (c.links == CHAIN_MAX) {
			c.why = "CNAME chain too long";
			break;
		}
		c.seen[++c.links] = ldns_rr_rdf(link, 0);
		for (size_t i = 0; i < c.links; i++)
			if (ldns_dname_compare(c.seen[i], c.seen[c.links]) == 0)
				c.why = CNAME_LOOP;
		if (c.why != NULL)
			break;
	}
	return c;
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

/* Rdata as on the wire; of a TXT the strings without the length in front of each. */
static void
keep_data(struct dns_rr *kept, struct pool *p, const ldns_rr *rr)
{
	size_t skip = ldns_rr_get_type(rr) == LDNS_RR_TYPE_TXT ? 1 : 0, n = 0;
	uint8_t *to;

	for (size_t i = 0; i < ldns_rr_rd_count(rr); i++)
		n += ldns_rdf_size(ldns_rr_rdf(rr, i));
	kept->data = to = pool_alloc(p, n + 1);
	for (size_t i = 0; i < ldns_rr_rd_count(rr); i++) {
		const ldns_rdf *part = ldns_rr_rdf(rr, i);

		if (ldns_rdf_size(part) <= skip)
			continue;
		memcpy(to + kept->len, ldns_rdf_data(part) + skip, ldns_rdf_size(part) - skip);
		kept->len += ldns_rdf_size(part) - skip;
	}
}

static struct dns_rr
kept_rr(struct pool *p, const ldns_rr *rr)
{
	const ldns_rdf *data = ldns_rr_rdf(rr, 0);
	struct dns_rr kept = { 0 };

	switch ((int)ldns_rr_get_type(rr)) {
	case DNS_MX:
		kept.preference = ldns_rdf2native_int16(data);
		kept.name = shown_name(p, ldns_rr_rdf(rr, 1));
		break;
	case DNS_CNAME: kept.name = shown_name(p, data); break;
	case DNS_A:
	case DNS_AAAA:
		addr_from_bytes(&kept.address, ldns_rdf_data(data), ldns_rdf_size(data));
		break;
	case DNS_TXT:
	case DNS_TLSA: keep_data(&kept, p, rr); break;
	default: break;
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

/* The RRSIG over records of this owner and type. */
static bool
covers(const ldns_rr *rr, const ldns_rdf *owner, ldns_rr_type type)
{
	return ldns_rr_get_type(rr) == LDNS_RR_TYPE_RRSIG &&
	    ldns_rdf2rr_type(ldns_rr_rrsig_typecovered(rr)) == type &&
	    ldns_dname_compare(ldns_rr_owner(rr), owner) == 0;
}

/* TTL and signatures of the records of one owner and type, added to those of the answer. */
static void
keep_dates(struct dns_answer *a, const ldns_rr_list *rrs, const ldns_rdf *owner, ldns_rr_type type)
{
	for (size_t i = 0; i < ldns_rr_list_rr_count(rrs); i++) {
		const ldns_rr *rr = ldns_rr_list_rr(rrs, i);
		int64_t expires;

		if (rr_of(rrs, i, owner, type) != NULL && ldns_rr_ttl(rr) < a->ttl)
			a->ttl = ldns_rr_ttl(rr);
		if (!covers(rr, owner, type))
			continue;
		expires = ldns_rdf2native_int32(ldns_rr_rrsig_expiration(rr));
		if (a->sig_expires != 0 && expires >= a->sig_expires)
			continue;
		a->sig_expires = expires;
		a->sig_begins = ldns_rdf2native_int32(ldns_rr_rrsig_inception(rr));
	}
}

/*
 * ldns lets a record pass that ends early or is empty; it must not look like none.  A TLSA record
 * may be of any length: a bad one does not spoil the others.
 */
static bool
is_sound(const ldns_rr_list *rrs)
{
	for (size_t i = 0; i < ldns_rr_list_rr_count(rrs); i++) {
		const ldns_rr *rr = ldns_rr_list_rr(rrs, i);
		ldns_rr_type type = ldns_rr_get_type(rr);
		size_t want = ldns_rr_descriptor_minimum(ldns_rr_descript((uint16_t)type));

		if (ldns_rr_rd_count(rr) < want && type != LDNS_RR_TYPE_TLSA)
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

/* The records of a parsed packet, and what they come to. */
static void
read_records(struct dns_answer *a, struct pool *p, const ldns_pkt *pkt, ldns_rr_type asked)
{
	const ldns_rr_list *rrs = ldns_pkt_answer(pkt);
	const ldns_rdf *end;
	struct chain c = chain_walk(rrs,
	    ldns_rr_owner(ldns_rr_list_rr(ldns_pkt_question(pkt), 0)), asked);

	*a = (struct dns_answer){ .status = DNS_INSECURE,
		.rcode = dnspkt_rcode(ldns_pkt_get_rcode(pkt)),
		.authoritative = ldns_pkt_aa(pkt),
		.cname = c.links > 0,
		.ttl = UINT32_MAX };
	end = c.seen[c.links];
	a->canonical = shown_name(p, end);
	for (size_t i = 0; i < c.links; i++)
		keep_dates(a, rrs, c.seen[i], LDNS_RR_TYPE_CNAME);
	keep_dates(a, rrs, end, asked);
	if (a->ttl == UINT32_MAX)
		a->ttl = 0;
	if (c.why != NULL) {
		a->status = DNS_ERROR;
		a->why = c.why;
		return;
	}
	keep_rrs(a, p, rrs, end, asked);
	/* data beside NXDOMAIN is a contradiction: senders go by the records they see */
	a->kind = a->nrr > 0                                 ? DNS_DATA
	    : ldns_pkt_get_rcode(pkt) == LDNS_RCODE_NXDOMAIN ? DNS_NO_NAME
							     : DNS_NO_DATA;
}

/* A parsed packet whose header is NOERROR or NXDOMAIN. */
static enum dnspkt_kind
read_answer(struct dns_answer *a, struct pool *p, const ldns_pkt *pkt, const struct dnspkt *query)
{
	if (ldns_pkt_edns(pkt) && ldns_pkt_edns_extended_rcode(pkt) != 0)
		return refusal(a, "BADVERS", "BADVERS");
	read_records(a, p, pkt, (ldns_rr_type)query->type);
	if (query->ad && ldns_pkt_ad(pkt) && a->status == DNS_INSECURE)
		a->status = DNS_SECURE;
	/* a referral: the server knows neither the answer nor how to get it */
	if (a->status != DNS_ERROR && a->kind == DNS_NO_DATA && !ldns_pkt_ra(pkt) &&
	    !ldns_pkt_aa(pkt))
		return refusal(a, a->rcode, "the server offers no recursion");
	return DNSPKT_ANSWER;
}

const char *
dnspkt_rcode(unsigned rcode)
{
	return rcodes[rcode & FLAG_RCODE];
}

bool
dnspkt_records(struct dns_answer *a, struct pool *p, enum dns_type type, const uint8_t *msg,
    size_t n)
{
	ldns_pkt *pkt = NULL;
	bool sound;

	if (ldns_wire2pkt(&pkt, msg, n) != LDNS_STATUS_OK)
		return false;
	sound = ldns_rr_list_rr_count(ldns_pkt_question(pkt)) == 1 &&
	    is_sound(ldns_pkt_answer(pkt));
	if (sound)
		read_records(a, p, pkt, (ldns_rr_type)type);
	ldns_pkt_free(pkt);
	return sound;
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
	kind = is_sound(ldns_pkt_answer(pkt)) ? read_answer(a, p, pkt, query)
					      : DNSPKT_GARBLED;
	ldns_pkt_free(pkt);
	return kind;
}

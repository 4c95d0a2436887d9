// SPDX-License-Identifier: GPL-3.0-or-later
/* test_hello.c - raw ClientHellos: their form, and what answers mean. */
#include <string.h>

#include "hello.h"
#include "tap.h"

#define NAME_10 "abcdefghij"
#define NAME_100 NAME_10 NAME_10 NAME_10 NAME_10 NAME_10 NAME_10 NAME_10 NAME_10 NAME_10 NAME_10

static const uint8_t dice[32] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16 };

/* Answers as servers send them: the start of a record with a ServerHello, of an alert, of an SSL 2 SERVER-HELLO. */
#define RECORD "\x16\x03"
#define HELLO "\x00\x51\x02\x00\x00\x4d\x03"
#define RANDOM "0123456789abcdef0123456789abcdef"
#define REST RANDOM "\x00\xc0\x2f"
#define V2 "\x83\x92\x04\x00\x01\x00\x02\x03\x6e\x00"

static const struct {
	const char *name;
	enum proto asked;
	const char *bytes;
	size_t n;
	enum hello_result want;
	enum proto taken;
} answers[] = {
#define ROW(name, asked, bytes, want, taken) { name, asked, bytes, sizeof(bytes) - 1, want, taken }
	ROW("SSL 3", PROTO_SSL3, RECORD "\x00" HELLO "\x00" REST, HELLO_YES, PROTO_SSL3),
	ROW("TLS 1.0", PROTO_TLS10, RECORD "\x01" HELLO "\x01" REST, HELLO_YES, PROTO_TLS10),
	ROW("TLS 1.1", PROTO_TLS11, RECORD "\x02" HELLO "\x02" REST, HELLO_YES, PROTO_TLS11),
	ROW("TLS 1.2", PROTO_TLS12, RECORD "\x03" HELLO "\x03" REST, HELLO_YES, PROTO_TLS12),
	ROW("a lower version", PROTO_TLS12, RECORD "\x01" HELLO "\x01" REST, HELLO_YES, PROTO_TLS10),
	ROW("a higher version than asked", PROTO_SSL3, RECORD "\x01" HELLO "\x01", HELLO_NO, PROTO_NONE),
	ROW("behind a session", PROTO_TLS12, RECORD "\x03" HELLO "\x03" RANDOM "\x20" RANDOM "\x00\x05", HELLO_YES,
	    PROTO_TLS12),
	ROW("a session that is too long", PROTO_TLS12, RECORD "\x03" HELLO "\x03" RANDOM "\x21" RANDOM "1\x00\x05",
	    HELLO_NO, PROTO_NONE),
	ROW("a suite that was not offered", PROTO_TLS12, RECORD "\x03" HELLO "\x03" RANDOM "\x00\x00\x00", HELLO_NO,
	    PROTO_NONE),
	ROW("one byte of the suite", PROTO_TLS12, RECORD "\x03" HELLO "\x03" RANDOM "\x00\xc0", HELLO_MORE, PROTO_NONE),
	ROW("no session yet", PROTO_TLS12, RECORD "\x03" HELLO "\x03" RANDOM, HELLO_MORE, PROTO_NONE),
	ROW("random cut short", PROTO_TLS12, RECORD "\x03" HELLO "\x03" "0123", HELLO_MORE, PROTO_NONE),
	ROW("a version nobody knows", PROTO_TLS12, RECORD "\x03" HELLO "\x7f", HELLO_NO, PROTO_NONE),
	ROW("nothing yet", PROTO_TLS12, "", HELLO_MORE, PROTO_NONE),
	ROW("one byte short", PROTO_TLS12, RECORD "\x03" HELLO, HELLO_MORE, PROTO_NONE),
	ROW("an alert", PROTO_TLS12, "\x15\x03\x01\x00\x02\x02\x28", HELLO_NO, PROTO_NONE),
	ROW("the first byte of an alert", PROTO_SSL3, "\x15", HELLO_NO, PROTO_NONE),
	ROW("a record that is no ServerHello", PROTO_TLS12, RECORD "\x03\x00\x51\x0b\x00\x00\x4d\x03\x03",
	    HELLO_NO, PROTO_NONE),
	ROW("another major version", PROTO_TLS12, "\x16\x7f\x03" HELLO "\x03", HELLO_NO, PROTO_NONE),
	ROW("SMTP in the clear", PROTO_SSL3, "500 what?\r\n", HELLO_NO, PROTO_NONE),
	ROW("SSL 2", PROTO_SSL2, V2 "\x15", HELLO_YES, PROTO_SSL2),
	ROW("SSL 2 with padding", PROTO_SSL2, "\x03\x92\x05\x04\x00\x01\x00\x02\x03\x6e\x00\x15",
	    HELLO_YES, PROTO_SSL2),
	ROW("SSL 2 without suites", PROTO_SSL2, V2 "\x00", HELLO_NO, PROTO_NONE),
	ROW("SSL 2, one byte short", PROTO_SSL2, V2, HELLO_MORE, PROTO_NONE),
	ROW("SSL 2, nothing yet", PROTO_SSL2, "", HELLO_MORE, PROTO_NONE),
	ROW("SSL 2 answered in SSL 3", PROTO_SSL2, RECORD "\x00" HELLO "\x00" "12345", HELLO_NO, PROTO_NONE),
	ROW("SSL 2, an error", PROTO_SSL2, "\x80\x03\x00\x00\x01" "1234567", HELLO_NO, PROTO_NONE),
	ROW("SSL 2, another version", PROTO_SSL2, "\x83\x92\x04\x00\x01\x03\x00\x03\x6e\x00\x15", HELLO_NO,
	    PROTO_NONE),
	ROW("SSL 2, SMTP in the clear", PROTO_SSL2, "500 what did you say?\r\n", HELLO_NO, PROTO_NONE),
#undef ROW
};

/* What the lengths inside a hello in a record say: record and message end with its last byte. */
static bool
lengths_agree(const uint8_t *b, size_t n)
{
	size_t record = (size_t)b[3] << 8 | b[4], message = (size_t)b[7] << 8 | b[8];

	return n > 9 && record == n - 5 && message == n - 9 && b[0] == 22 && b[5] == 1;
}

static void
test_make(void)
{
	uint8_t b[HELLO_MAX];
	size_t n = hello_make(b, PROTO_SSL2, HELLO_ANY, "mx.example.org", dice);

	tap_ok(n == 48 && b[0] == 0x80 && b[1] == 46 && b[2] == 1 && b[3] == 0 && b[4] == 2,
	    "SSL 2: header and version");
	tap_ok(b[6] == 21 && b[10] == 16 && memcmp(b + n - 16, dice, 16) == 0,
	    "SSL 2: suites and challenge");
	n = hello_make(b, PROTO_SSL3, HELLO_ANY, "mx.example.org", dice);
	tap_ok(lengths_agree(b, n) && b[1] == 3 && b[2] == 0 && b[9] == 3 && b[10] == 0,
	    "SSL 3: lengths and versions");
	tap_ok(memmem(b, n, "mx.example.org", 14) == NULL && b[n - 2] == 1 && b[n - 1] == 0,
	    "SSL 3: no extensions");
	n = hello_make(b, PROTO_TLS12, HELLO_ANY, "mx.example.org", dice);
	tap_ok(lengths_agree(b, n) && b[2] == 1 && b[10] == 3, "TLS 1.2: lengths and versions");
	tap_ok(memmem(b, n, "\x00\x00\x0emx.example.org", 17) != NULL, "TLS 1.2: the server name");
	tap_ok(memmem(b, n, "\xc0\x2f", 2) != NULL && memmem(b, n, "\xc0\x11", 2) != NULL,
	    "TLS 1.2: common suites and lost ones");
	n = hello_make(b, PROTO_TLS12, HELLO_LOST, NULL, dice);
	tap_ok(lengths_agree(b, n) && memmem(b, n, "\xc0\x2f", 2) == NULL &&
		memmem(b, n, "\xc0\x11", 2) != NULL,
	    "TLS 1.2: lost suites, no common ones");
	n = hello_make(b, PROTO_TLS10, HELLO_ANY, NULL, dice);
	tap_ok(lengths_agree(b, n) && b[10] == 1 && memcmp(b + 11, dice, 32) == 0,
	    "TLS 1.0: lengths, version, random");
	n = hello_make(b, PROTO_TLS12, HELLO_ANY,
	    NAME_100 NAME_100 NAME_10 NAME_10 NAME_10 NAME_10 NAME_10, dice);
	tap_ok(lengths_agree(b, n), "the longest name there is");
	n = hello_make(b, PROTO_TLS12, HELLO_ANY, NAME_100 NAME_100 NAME_100 NAME_100, dice);
	tap_ok(n == 0, "a longer one does not fit");
}

int
main(void)
{
	test_make();
	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		enum proto taken = PROTO_TLS13;
		enum hello_result got = hello_read(&taken, answers[i].asked,
		    (const uint8_t *)answers[i].bytes, answers[i].n);

		tap_ok(got == answers[i].want && taken == answers[i].taken, "answer: %s",
		    answers[i].name);
	}
	return tap_end();
}

#!/usr/bin/perl
# SPDX-License-Identifier: GPL-3.0-or-later
# mutants.pl [NAME...] - break central rules on purpose, one at a time, and see that a test fails for each.
#
# A mutant is a change of one place in the sources, built in a copy of them below build/mutants; it is killed when
# one of its tests fails that passed before (or does not end).  One that survives, that cannot be applied any more or that the compiler
# takes for an error fails the whole: tests that cannot fail promise nothing.

use strict;
use warnings;
use Cwd 'getcwd';
use FindBin;

# what it is about, file, what stands there, what is put in its place, the tests ("NN-name.t": of tests/func)
my @MUTANTS = (
	['name: a wildcard covers a whole top level', 'common/name.c',
	    'if (two == NULL || two == pattern + 2 || two == pattern + np - 1)', 'if (two == pattern + 2)', 'name'],
	['name: a wildcard covers several labels', 'common/name.c',
	    'const char *dot = memchr(host, \'.\', nh);', 'const char *dot = memrchr(host, \'.\', nh);', 'name'],
	['name: the common name counts beside others', 'common/san.c',
	    'bool by_cn = !broken && !has_dns(names);', 'bool by_cn = !broken;', 'san'],
	['name: a NUL byte ends a name', 'common/san.c', "memchr(raw, '\\0', n) != NULL", 'false', 'san cert'],
	['date: an expired certificate is in date', 'common/cert.c',
	    'if (date || is_date_field_error(code)) {', 'if (is_date_field_error(code)) {', 'cert'],
	['date: the certificate above the leaf may be expired', 'common/cert.c',
	    'bool date = is_date_error(code);', 'bool date = is_date_error(code) && depth == 0;', 'cert'],
	['trust: what has a wrong signature is trusted', 'common/cert.c',
	    'if (!date)', 'if (!date && code != X509_V_ERR_CERT_SIGNATURE_FAILURE)', 'cert'],
	['dane: no digest agility', 'common/tls.c', 'SSL_CTX_dane_enable(made->ssl);',
	    'SSL_CTX_dane_enable(made->ssl); SSL_CTX_dane_mtype_set(made->ssl, EVP_sha512(), 2, 1);', 'dane'],
	['dane: the date of an anchor that is no root does not count', 'common/dane_verify.c',
	    'check_dates(out, X509_STORE_CTX_get0_chain(ctx), x->now);', '', 'dane'],
	['dane: usage 2 without a name to match', 'common/dane_verify.c',
	    'out->name = !path->names.name_match;', '', 'dane'],
	['dane: usage 3 wants a name and a date', 'common/dane_verify.c',
	    '!= NULL && out->by->usage == 2) {', '!= NULL) {', 'dane'],
	['dane: usage 1 is for mail', 'common/tlsa.c', 'if (t->usage < 2)', 'if (t->usage < 1)', 'tlsa'],
	['dane: an unsigned alias is followed', 'common/tlsaset.c',
	    '} else if (a->status != DNS_SECURE || a->kind != DNS_DATA) {', '} else if (a->kind != DNS_DATA) {',
	    'tlsaset'],
	['dane: an address without DNSSEC has TLSA records', 'common/tlsaset.c',
	    'if (h->proof.status != DNS_SECURE && !h->proof.cname) {', 'if (false) {', 'tlsaset'],
	['dane: counts without a secure MX', 'common/points.c',
	    'facts->dane_tested && vouched &&', 'facts->dane_tested &&', 'score'],
	['score: a band begins a point lower', 'common/points.c',
	    'out->exact = b->floor + sum', 'out->exact = b->floor - 1 + sum', 'score'],
	['score: a revoked certificate authenticates', 'common/points.c',
	    'return c->revoked != REVOKED_YES && (pkix', 'return (pkix', 'score'],
	['score: a backup MX weighs as much as the best', 'common/score.c',
	    'weight = 1.0 / (1 << preference_rank(facts, mx[i].preference));', 'weight = 1.0;', 'score'],
	['deadline: a server that never stops holds us', 'common/conn.c',
	    'if (tick_now() >= c->deadline)', 'if (false)', 'conn'],
	['conn: what waits in the socket is not pending', 'common/conn.c',
	    'return c->at < c->len || recv(c->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) > 0;',
	    '(void)byte; return c->at < c->len;', 'conn'],
	['conn: a NUL byte hides the rest of a line', 'common/conn.c', "byte == '\\0' ? DEL : byte", 'byte', 'conn'],
	['smtp: what was injected before the handshake is taken', 'common/phase.c',
	    "if (conn_pending(p->conn)) {", 'if (false) {', '03-situations.t'],
	['smtp: a reply may change its code', 'common/reply.c',
	    'if (r->lines > 0 && code != r->code)', 'if (false)', 'reply'],
	['smtp: a password is sent without TLS', 'common/phase_mail.c',
	    'if (conn_tls(p->conn) == NULL)', 'if (false)', '22-mail.t'],
	['smtp: a password is in the transcript', 'common/smtp.c',
	    'line->text = text_clean_str(log->pool, hide(log, text_get(&t)));',
	    'line->text = text_clean_str(log->pool, text_get(&t));', '22-mail.t'],
	['text: control characters are kept', 'common/text.c',
	    'bool keep = bytes > 0 && showable(c);', 'bool keep = bytes > 0;', 'text'],
	['text: longer than wanted', 'common/text.c',
	    'if (len + (keep ? bytes : 1) > max) {', 'if (len > max) {', 'text'],
	['text: a bar in plugin output', 'common/text.c', "*c == '|' ? '/'", "*c == '|' ? '|'", 'text out'],
	['state: WARNING is worse than CRITICAL', 'common/sev.c',
	    '[STATE_WARNING] = 2, [STATE_CRITICAL] = 3', '[STATE_WARNING] = 3, [STATE_CRITICAL] = 2', 'sev verdict'],
	['state: the exit code is always OK', 'common/plug.c',
	    'return (int)state;', 'return (int)(state == STATE_UNKNOWN ? state : STATE_OK);', '04-domains.t'],
	['range: the start is outside', 'common/range.c', 'v >= r->start && v <= r->end', 'v > r->start && v <= r->end',
	    'range'],
	['range: a bare number for what is bad when low', 'common/range.c',
	    "if (strchr(text, ':') == NULL) {", 'if (false) {', 'range'],
	['revocation: a missing staple is no fault', 'common/finding.c',
	    '(h->tls.staple == NULL || h->cert.staple == REVOKED_UNKNOWN)', 'h->cert.staple == REVOKED_UNKNOWN',
	    'finding verdict'],
	['revocation: answers of yesterday count', 'common/fresh.c',
	    'return next_update >= now - FRESH_SKEW ? NULL :', 'return next_update >= 0 ? NULL :', 'ocsp crl'],
	['revocation: the nonce does not matter', 'common/ocsp.c', 'return rc != 0;', 'return true;', 'ocsp'],
	['revocation: anybody may sign', 'common/ocsp.c',
	    'OCSP_PARTIAL_CHAIN | OCSP_NOEXPLICIT) == 1', 'OCSP_PARTIAL_CHAIN | OCSP_NOVERIFY) == 1', 'ocsp'],
	['revocation: a part of the list is the whole', 'common/crl.c',
	    'X509_V_FLAG_PARTIAL_CHAIN | X509_V_FLAG_CRL_CHECK', 'X509_V_FLAG_PARTIAL_CHAIN', 'crl'],
	['revocation: step Cert does not fail', 'common/revoke.c', 'fail_cert(h);', ';', 'revoke'],
	['revocation: the CA above the leaf does not matter', 'common/revoke.c',
	    'for (size_t i = 0; i + 1 < cert->path.n; i++) {', 'for (size_t i = 0; i < 1; i++) {', 'revoke'],
	['revocation: a scope that cannot be read is all', 'common/crl.c',
	    "else if (idp == NULL &&\n\t    X509_CRL_get_ext_by_NID(crl, NID_issuing_distribution_point, -1) >= 0)",
	    'else if (false)', 'crl'],
	['dns: an answer to another question', 'common/dnspkt.c', 'memcmp(msg, query->wire + DNSPKT_PREFIX, 2) != 0', 'false', 'dnspkt'],
	['dns: the AD bit of anybody', 'common/dnspkt.c',
	    'if (query->ad && ldns_pkt_ad(pkt)', 'if (ldns_pkt_ad(pkt)', 'dnspkt'],
	['mta-sts: a pattern covers several labels', 'common/sts.c',
	    "const char *dot = strchr(mx, '.');", "const char *dot = strrchr(mx, '.');", 'sts_judge'],
	['socks: a password though none was given', 'common/socks.c',
	    'if (in[1] == METHOD_LOGIN && s->user != NULL)', 'if (in[1] == METHOD_LOGIN)', 'socks'],
	['route: a null MX beside others is all there is', 'common/route.c',
	    'r->facts->null_mx = a->nrr == 1 && r->n == 0;', 'r->facts->null_mx = a->nrr >= 1 && r->n < a->nrr;', 'route'],
	['ini: a NUL byte hides the rest of a line', 'common/ini.c',
	    "if (memchr(text, '\\0', len) != NULL)", 'if (false)', 'ini'],
);

my $tree = 'build/mutants';
my $jobs = `nproc` + 0;
my %passes;	# of tests without a mutant
my ($killed, $bad) = (0, 0);

sub slurp
{
	my ($file) = @_;
	open my $in, '<:raw', $file or return undef;
	local $/ = undef;
	return scalar <$in>;
}

sub spill
{
	my ($file, $text) = @_;
	open my $out, '>:raw', $file or die "$file: $!\n";
	print $out $text;
	close $out or die "$file: $!\n";
	return;
}

# In the copy, its output kept.
sub quietly
{
	my ($command) = @_;
	return system("($command) >$tree.log 2>&1 </dev/null") == 0;
}

sub build
{
	my (@tests) = @_;
	my @targets = map { /\.t$/ ? 'all' : "build/release/tests/test_$_" } @tests;
	return quietly("make -s -j$jobs CFLAGS=-O1 @targets");
}

sub passes
{
	my ($test) = @_;
	# a test that hangs has failed, too
	return quietly($test =~ /\.t$/ ? "timeout 900 tests/lab/lab.sh perl tests/func/$test"
	    : "timeout 120 build/release/tests/test_$test");
}

# The sources with the mutant in them, or why not.
sub mutate
{
	my ($text, $from, $to) = @_;
	my $n = () = $text =~ /\Q$from\E/g;
	return (undef, $n == 0 ? 'is not there any more' : "is there $n times") if $n != 1;
	$text =~ s/\Q$from\E/$to/;
	return $text;
}

sub try
{
	my ($name, $file, $from, $to, $tests) = @_;
	my @tests = split ' ', $tests;
	my $text = slurp($file) // return "no $file";
	my ($broken, $why) = mutate($text, $from, $to);
	return "cannot be applied: what it changes $why" if !defined $broken;
	for my $test (@tests) {
		$passes{$test} //= build($test) && passes($test) ? 1 : 0;
		return "test $test fails without it" if !$passes{$test};
	}
	spill($file, $broken);
	my $verdict = build(@tests) ? 'SURVIVED ' . join ', ', @tests : 'does not compile';
	for my $test (@tests) {
		last if $verdict =~ /^(?:does|killed)/;
		$verdict = "killed by $test" if !passes($test);
	}
	spill($file, $text);
	return $verdict;
}

chdir "$FindBin::Bin/../.." or die "$FindBin::Bin: $!\n";
my @wanted = @ARGV;
# in an unpacked archive there is no git, and nothing but what is wanted
system("rm -rf $tree; mkdir -p $tree && { git ls-files -co --exclude-standard 2>/dev/null || find . -path ./build -prune -o -type f "
    . "-print; } | tar -c -T - | tar -x -C $tree") == 0 or die "the sources cannot be copied\n";
chdir $tree or die "$tree: $!\n";
$tree = getcwd();
$| = 1;
for my $mutant (@MUTANTS) {
	next if @wanted && !grep { $mutant->[0] =~ /\Q$_\E/ } @wanted;
	my $verdict = try(@$mutant);
	$killed++ if $verdict =~ /^killed/;
	$bad++ if $verdict !~ /^killed/;
	printf "%-62s %s\n", $mutant->[0], $verdict;
}
print "$killed killed, $bad not\n";
exit($bad > 0 || $killed == 0);

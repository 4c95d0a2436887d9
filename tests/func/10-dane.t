#!/usr/bin/perl
# SPDX-License-Identifier: GPL-3.0-or-later
# 10-dane.t - check_dane: every outcome of the look-ups, every kind of record, every lint.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Plugin;
use Test::More;

my $WRONG = 'dane-mismatch';
my $NONE = 'dane-none';
# Nothing usable: the records may be lints as well.
my $UNUSABLE = qr/^(?:dane-lint )?dane-unusable$/;
# Half DANE is a lint, of a domain that has none it need not be.
my $UNSIGNED = qr/^(?:dane-lint )?dane-none$/;
# What is about to expire may be a lint as well.
my $FADING = qr/^(?:dane-lint )?rrsig-days$/;
my $INVALID = 'validation-failure';
my $NAME = 'certificate-host-mismatch';
my $EXPIRED = 'certificate-expired';
# No word of RFC 8460 but dnssec-invalid comes near.
my $SERVFAIL = qr/^dnssec-invalid\b|SERVFAIL/;

# target (below dane.example when it has no dot, else below example), further arguments, state,
# findings above OK, DANE of each host (status, records: + matched, - not, ! unusable; a status alone:
# whatever records), first word of why of the hosts that have one, base name where it is not the MX
my @TABLE = (
	# --- usage 3: the leaf alone
	['ee', [], 'OK', '', ['match 3.1.1+']],
	['ee-wrong', [], 'CRITICAL', $WRONG, ['mismatch 3.1.1-'], $INVALID],
	['ee-cert', [], 'OK', '', ['match 3.0.1+']],
	['ee-cert-wrong', [], 'CRITICAL', $WRONG, ['mismatch 3.0.1-'], $INVALID],
	['ee-cert-brief', [], 'WARNING', 'dane-lint', ['match 3.0.1+']],
	['ee-sha512', [], 'WARNING', 'dane-lint', ['match 3.1.2+']],
	['ee-full-key', [], 'WARNING', 'dane-lint', ['match 3.1.0+']],
	['ee-full-cert', [], 'WARNING', 'dane-lint', ['match 3.0.0+']],
	['ee-name', [], 'OK', '', ['match 3.1.1+']],
	['ee-self', [], 'OK', '', ['match 3.1.1+']],
	['ee-expired', [], 'OK', '', ['match 3.1.1+']],
	['ee-self-expired', [], 'OK', '', ['match 3.1.1+']],
	['ee-anchor', [], 'CRITICAL', $WRONG, ['mismatch 3.1.1-'], $INVALID],
	['ee-two-hosts', [], 'OK', '', ['match 3.1.1+', 'match 3.1.1+']],
	['ee-two-hosts', ['-4'], 'OK', '', ['match 3.1.1+', 'not-tested']],
	['ee-tls10', [], 'OK', '', ['match 3.1.1+']],
	['none', [], 'CRITICAL', $NONE, ['none']],
	['no-tls', [], 'CRITICAL', 'no-tls', undef],
	['no-tls-unusable', [], 'CRITICAL', qr/dane-unusable no-tls$/, undef],
	['dead', [], 'CRITICAL', 'all-unreachable', undef],

	# --- usage 2: what was sent above the leaf, names and dates
	['ta', [], 'OK', '', ['match 2.1.1+']],
	['ta-cert', [], 'OK', '', ['match 2.0.1+']],
	['ta-wrong', [], 'CRITICAL', $WRONG, ['mismatch 2.1.1-'], $INVALID],
	['ta-leaf', [], 'CRITICAL', $WRONG, ['mismatch 2.1.1-'], $INVALID],
	['ta-name', [], 'CRITICAL', $WRONG, ['name-mismatch'], $NAME],
	['ta-labels.two', [], 'CRITICAL', $WRONG, ['name-mismatch'], $NAME],
	['ta-not-sent', [], 'CRITICAL', $WRONG, ['mismatch 2.1.1-'], $INVALID],
	['ta-full-cert', [], 'WARNING', 'dane-lint', ['match 2.0.0+']],
	['ta-full-key', [], 'WARNING', 'dane-lint', ['match 2.1.0+']],
	['ta-expired-name', [], 'CRITICAL', $WRONG, ['mismatch'], $INVALID],
	['ta-old-anchor', [], 'CRITICAL', $WRONG, ['expired'], $EXPIRED],
	['ta-and-ee', [], 'OK', '', ['match 2.1.1+ 3.1.1+']],
	['daneorg.', [], 'OK', '', ['match 2.1.1+']],
	['alias', [], 'OK', '', ['match 2.1.1+']],
	['daneexp.', [], 'CRITICAL', $WRONG, ['expired'], $EXPIRED],
	['danenew.', [], 'CRITICAL', $WRONG, ['expired'], $EXPIRED],
	['danecn.', [], 'WARNING', 'dane-lint', ['match 2.1.1+']],
	['danesan.', [], 'CRITICAL', $WRONG, ['name-mismatch'], $NAME],
	['daneorder.', [], 'WARNING', 'dane-lint', ['match 2.1.1+ 2.1.1+']],
	['danenc.', [], 'CRITICAL', $WRONG, ['mismatch'], $INVALID],
	['daneeku.', [], 'CRITICAL', $WRONG, ['mismatch'], $INVALID],
	['danepriv.', [], 'OK', '', ['match 2.0.1+']],
	['daneoldca.', [], 'CRITICAL', $WRONG, ['expired'], $EXPIRED],
	['danebriefca.', [], 'WARNING', 'dane-lint', ['match 2.0.1+']],
	['danebare.', [], 'WARNING', 'dane-lint', ['match 2.0.0+']],
	['daneself.', [], 'CRITICAL', $WRONG, ['mismatch 2.0.1-'], $INVALID],

	# --- names: those of RFC 7672, whatever the options for PKIX say
	['mx.daneorg.', ['--no-mx'], 'CRITICAL', $WRONG, ['name-mismatch'], $NAME],
	['mx.daneorg.', ['--no-mx', '--for-domain=daneorg.example'], 'OK', '', ['match 2.1.1+']],
	['mx.daneorg.', ['--no-mx', '--for-domain=DaneOrg.Example.'], 'OK', '', ['match 2.1.1+']],
	['mx.daneorg.', ['--no-mx', '--for-domain=other.example'], 'CRITICAL', $WRONG, ['name-mismatch'],
	    $NAME],
	['mx.daneorg.', ['--no-mx', '--verify-name=daneorg.example'], 'CRITICAL', $WRONG, ['name-mismatch'],
	    $NAME],
	['mx.daneorg.', ['--no-mx', '--match=none'], 'CRITICAL', $WRONG, ['name-mismatch'], $NAME],
	['ta-name', ['--verify-name=implicit.example'], 'CRITICAL', $WRONG, ['name-mismatch'], $NAME],
	['mx-ta.dane.', ['--no-mx'], 'OK', '', ['match 2.1.1+']],
	['mx-ee.dane.', ['--no-mx'], 'OK', '', ['match 3.1.1+']],
	['mx-none.dane.', ['--no-mx'], 'CRITICAL', $NONE, ['none']],

	# --- records that are not for SMTP, or no records at all
	(map { ["un-$_", [], 'WARNING', $UNUSABLE, ['unusable'], 'tlsa-invalid'] } qw(usage0 usage1 usages
	    usage4 usage255 selector2 selector255 matching3 matching255 short long short512 empty empty-full
	    garbage garbage-key trailing trailing-key truncated wrong-self)),
	['mixed', [], 'WARNING', 'dane-lint', ['match 3.1.1! 3.1.1+']],
	['mixed-numbers', [], 'WARNING', 'dane-lint', ['match 3.1.1+ 3.1.255! 3.9.1! 4.1.1!']],
	['mixed-usages', [], 'WARNING', 'dane-lint', ['match 1.1.1! 3.1.1+']],
	['mixed-garbage', [], 'WARNING', 'dane-lint', ['match 3.0.0! 3.1.1! 3.1.1+']],
	['mixed-wrong', [], 'CRITICAL', "dane-lint $WRONG", ['mismatch 1.1.1! 3.1.1-'], $INVALID],
	['nothing', [], 'CRITICAL', "dane-lint $WRONG", ['mismatch 3.1.1-'], $INVALID],
	['nothing-beside', [], 'WARNING', 'dane-lint', ['match 3.1.1+ 3.1.1-']],

	# --- several records: digest agility, dead combinations, rollover
	['agility', [], 'CRITICAL', $WRONG, ['mismatch 3.1.1+ 3.1.2-'], $INVALID],
	['agility-other', [], 'WARNING', 'dane-lint', ['match 3.1.1- 3.1.2+']],
	['agility-both', [], 'OK', '', ['match 3.1.1+ 3.1.2+']],
	['agility-short', [], 'WARNING', 'dane-lint', ['match 3.1.1+ 3.1.2!']],
	['agility-selector', [], 'WARNING', 'dane-lint', ['match 3.0.2- 3.1.1+']],
	['agility-full', [], 'WARNING', 'dane-lint', ['match 3.1.0+ 3.1.2-']],
	['combination', [], 'WARNING', 'dane-lint', ['match 2.1.1- 3.1.1+']],
	['combination-2', [], 'WARNING', 'dane-lint', ['match 3.0.1+ 3.1.1-']],
	['rollover', [], 'OK', '', ['match 3.1.1+ 3.1.1-']],
	['stale', [], 'CRITICAL', $WRONG, ['mismatch 3.1.1- 3.1.1-'], $INVALID],
	['duplicate', [], 'OK', '', ['match 3.1.1+']],

	# --- RSA and ECDSA
	['dual', [], 'OK', '', ['match 3.1.1+ 3.1.1+']],
	['dual-rsa', [], 'CRITICAL', $WRONG, ['mismatch 3.1.1+'], $INVALID],
	['dual-ecdsa', [], 'CRITICAL', $WRONG, ['mismatch 3.1.1+'], $INVALID],
	['dual-rsa', ['--algorithms=rsa'], 'OK', '', ['match 3.1.1+']],
	['dual-rsa', ['--algorithms=ecdsa'], 'CRITICAL', $WRONG, ['mismatch 3.1.1-'], $INVALID],
	['dual-ecdsa', ['--algorithms=ecdsa'], 'OK', '', ['match 3.1.1+']],
	['dual-ecdsa', ['--algorithms=ecdsa,rsa'], 'CRITICAL', $WRONG, ['mismatch 3.1.1+'], $INVALID],
	['dual-next', [], 'OK', '', ['match 3.1.1+ 3.1.1+ 3.1.1-']],
	['dual12', [], 'OK', '', ['match 3.1.1+ 3.1.1+']],
	['dual12-rsa', [], 'CRITICAL', $WRONG, ['mismatch 3.1.1+'], $INVALID],
	['dual12-rsa', ['--algorithms=rsa'], 'OK', '', ['match 3.1.1+']],
	['dual-ta', [], 'CRITICAL', $WRONG, ['name-mismatch'], $NAME],
	['danedual.', [], 'OK', '', ['match 3.1.1+ 3.1.1+']],
	['ecdsa', [], 'OK', '', ['match 3.1.1+']],
	['ecdsa', ['--algorithms=ecdsa'], 'OK', '', ['match 3.1.1+']],
	['ee', ['--algorithms=rsa'], 'OK', '', ['match 3.1.1+']],

	# --- several hosts
	['two', [], 'OK', '', ['match 2.1.1+', 'match 3.1.1+']],
	['two', ['--parallel=1'], 'OK', '', ['match 2.1.1+', 'match 3.1.1+']],
	['two-wrong', [], 'CRITICAL', $WRONG, ['match 3.1.1+', 'mismatch 3.1.1-'], $INVALID],
	['two-none', [], 'CRITICAL', $NONE, ['match 3.1.1+', 'none']],
	['two-dead', [], 'WARNING', 'unreachable', undef],
	['two-addresses', [], 'CRITICAL', $WRONG, ['match 3.1.1+', 'mismatch 3.1.1-'], $INVALID],
	['two-keys', [], 'OK', '', ['match 3.1.1+ 3.1.1-', 'match 3.1.1+ 3.1.1-']],

	['sixty', ['-t', 60], 'OK', '', [('match 3.1.1+') x 60]],

	# --- MX
	['implicit', [], 'OK', '', ['match 3.1.1+'], undef, 'implicit.dane.example'],
	['nullmx', [], 'UNKNOWN', 'null-mx', []],
	['literal', [], 'CRITICAL', qr/dns-error/, undef],
	['via-bogus', [], 'CRITICAL', qr/dns-bogus/, undef],
	['via-unsigned', [], 'CRITICAL', $NONE, ['none']],
	['half.unsigned.', [], 'CRITICAL', "dane-lint $WRONG", ['name-mismatch'], $NAME],
	['half-ee.unsigned.', [], 'WARNING', 'dane-lint', ['match 3.1.1+']],
	['half-self.unsigned.', [], 'WARNING', 'dane-lint', ['match 3.1.1+']],
	['half-wrong.unsigned.', [], 'CRITICAL', "dane-lint $WRONG", ['mismatch 3.1.1-'], $INVALID],
	['alias.unsigned.', [], 'CRITICAL', "dane-lint $WRONG", ['name-mismatch'], $NAME],
	['empty.', [], 'CRITICAL', 'dns-error', []],
	['nosuch.', [], 'CRITICAL', 'dns-error', []],
	['servfail.', [], 'CRITICAL', 'dns-error', []],
	['noaddr.', [], 'CRITICAL', qr/dns-error|all-unreachable/, undef],
	['cnameloop.', [], 'CRITICAL', qr/dns-error|all-unreachable/, undef],
	['mxservfail.', [], 'CRITICAL', qr/dns-error|all-unreachable/, undef],

	# --- the MX is an alias, which is a lint
	['cn-end', [], 'WARNING', 'dane-lint', ['match 3.1.1+'], undef, 'mx-ee.dane.example'],
	['cn-start', [], 'WARNING', 'dane-lint', ['match 3.1.1+'], undef, 'mx-cn-start.dane.example'],
	['cn-both', [], 'WARNING', 'dane-lint', ['match 3.1.1+'], undef, 'mx-ee.dane.example'],
	['cn-both-wrong', [], 'CRITICAL', "dane-lint $WRONG", ['mismatch 3.1.1-'], $INVALID,
	    'mx-ee-wrong.dane.example'],
	['cn-neither', [], 'CRITICAL', "dane-lint $NONE", ['none']],
	['cn-ta', [], 'WARNING', 'dane-lint', ['match 2.1.1+'], undef, 'mx-ta.dane.example'],
	['cn-name.rsasig.', [], 'CRITICAL', "dane-lint $WRONG", ['name-mismatch'], $NAME,
	    'mx-ta.rsasig.example'],
	['cn-first', [], 'CRITICAL', "dane-lint $NONE", ['none']],
	['cn-insecure', [], 'WARNING', 'dane-lint', ['match 3.1.1+'], undef, 'mx-cn-insecure.dane.example'],
	['cn-insecure-none', [], 'CRITICAL', "dane-lint $NONE", ['none']],
	['cn-error', [], 'CRITICAL', 'dane-error dane-lint', ['error'], $SERVFAIL],
	['cn-next', [], 'WARNING', 'dane-lint', ['match 3.1.1+'], undef, 'mx-cn-next.dane.example'],
	['cn-tc', [], 'WARNING', 'dane-lint', ['match 3.1.1+'], undef, 'mx-cn-tc.dane.example'],
	['sni', [], 'WARNING', 'dane-lint', ['match 3.1.1+'], undef, 'mx.dane-sni.example'],
	['dane-sni.', [], 'OK', '', ['match 3.1.1+']],

	# --- a server that refuses the second connection has shown one chain, and has no wrong one
	['again421-dane.', ['-4'], 'WARNING', 'unreachable', ['match 3.1.1+']],

	# --- the record is an alias; the base name stays
	['tc', [], 'OK', '', ['match 3.1.1+']],
	['tc-wrong', [], 'CRITICAL', $WRONG, ['mismatch 3.1.1-'], $INVALID],
	['tc-ta', [], 'OK', '', ['match 2.1.1+']],
	['tc-unsigned', [], 'CRITICAL', $NONE, ['insecure']],
	['tc-dangling', [], 'CRITICAL', $NONE, ['none']],
	['tc-loop', [], 'CRITICAL', 'dane-error', ['error'], $SERVFAIL],
	['wildcard', [], 'OK', '', ['match 3.1.1+']],

	# --- the port of the record is the port that is probed
	['port', [], 'CRITICAL', $WRONG, ['mismatch 3.1.1-'], $INVALID],
	['port', ['--direct-tls'], 'OK', '', ['match 3.1.1+']],
	['port', ['-p', 465, '--direct-tls'], 'OK', '', ['match 3.1.1+']],
	['mx-port.dane.', ['--no-mx', '--direct-tls'], 'OK', '', ['match 3.1.1+']],
	['port25', ['--direct-tls'], 'CRITICAL', $NONE, ['none']],

	# --- kinds of zones: with a record and without
	(map { ["dane.$_.", [], 'OK', '', ['match 3.1.1+']] } qw(nsec3 rsasig optout online)),
	(map { ["none.$_.", [], 'CRITICAL', $NONE, ['none']] } qw(nsec3 rsasig optout online)),
	(map { ["dane.$_.", [], 'CRITICAL', $UNSIGNED, ['none']] } qw(unsigned island unknownalg below.optout)),
	['broken.unsigned.', [], 'CRITICAL', $UNSIGNED, ['none']],
	(map { ["dane.$_.", [], 'CRITICAL', 'dns-bogus', []] } qw(wrongds expired-sig)),
	['bogus.', [], 'CRITICAL', 'dns-bogus', []],
	['mx-dane.wrongds.', ['--no-mx'], 'CRITICAL', qr/dns-bogus/, undef],

	# --- signatures that end soon
	['dane.fading.', [], 'WARNING', $FADING, ['match 3.1.1+']],
	['far.fading.', [], 'WARNING', $FADING, ['match 3.1.1+']],
	['dane.fading-fast.', [], 'CRITICAL', $FADING, ['match 3.1.1+']],
	['dane.fading.', ['-w', '5:', '-c', '4:'], 'CRITICAL', $FADING, ['match 3.1.1+']],
	['ee', ['-w', '30:'], 'WARNING', $FADING, ['match 3.1.1+']],
	['dane.online.', ['-w', '30:', '-c', '20:'], 'OK', '', ['match 3.1.1+']],
	['dane.fading.', ['--severity=rrsig-days=ok', '--severity=dane-lint=ok'], 'OK', '', ['match 3.1.1+']],

	# --- look-ups that fail
	['bogus.odd.', [], 'CRITICAL', 'dane-error', ['error'], 'dnssec-invalid'],
	['expired.odd.', [], 'CRITICAL', 'dane-error', ['error'], 'dnssec-invalid'],
	['refused.odd.', [], 'CRITICAL', 'dane-error', ['error'], $SERVFAIL],
	['lame.odd.', [], 'CRITICAL', 'dane-error', ['error'], $SERVFAIL],
	['silent.odd.', [], 'CRITICAL', 'dane-error', ['error'], $SERVFAIL],
	['unsigned.odd.', [], 'CRITICAL', $NONE, ['insecure']],
	['denial.odd.', [], 'WARNING', 'dane-lint', ['match 3.1.1+']],
	['aaaa.odd.', [], 'CRITICAL', 'dns-bogus', ['match 3.1.1+']],
	['aaaa.odd.', ['-4'], 'OK', '', ['match 3.1.1+']],
	['address.odd.', [], 'CRITICAL', qr/dns-bogus/, undef],

	# --- options
	['ee', ['--require=3.1.1'], 'OK', '', ['match 3.1.1+']],
	['ee', ['--require=2.1.1'], 'CRITICAL', 'require', ['match 3.1.1+']],
	['ta-and-ee', ['--require=3.1.1', '--require=2.1.1'], 'OK', '', ['match 2.1.1+ 3.1.1+']],
	['ee', ['--require=2.1.1', '--severity=require=ok'], 'OK', '', ['match 3.1.1+']],
	['none', ['--severity=dane-none=ok'], 'OK', '', ['none']],
	['ee-wrong', ['--severity=dane-mismatch=warning'], 'WARNING', $WRONG, ['mismatch 3.1.1-'], $INVALID],
	['ttl', [], 'OK', '', ['match 3.1.1+']],
	['ttl', ['--no-cache'], 'WARNING', 'dane-lint', ['match 3.1.1+']],
	['ee', ['--no-cache'], 'OK', '', ['match 3.1.1+']],
	['bogus.odd.', ['--no-cache'], 'CRITICAL', 'dane-error', ['error'], 'dnssec-invalid'],
	['silent.odd.', ['--no-cache', '-t', 5], 'CRITICAL', 'dane-error', ['error'], qr/./],
	['ee', ['--dnssec=off'], 'CRITICAL', $UNSIGNED, ['none']],
	['mx-ee.dane.', ['--dnssec=off', '--no-mx'], 'CRITICAL', $NONE, ['none']],
	['ee', ['--dnssec=ad'], 'OK', '', ['match 3.1.1+']],
	['ta-name', ['--dnssec=ad'], 'CRITICAL', $WRONG, ['name-mismatch'], $NAME],
	['none', ['--dnssec=ad'], 'CRITICAL', $NONE, ['none']],
	['bogus.odd.', ['--dnssec=ad'], 'CRITICAL', 'dane-error', ['error'], 'dnssec-invalid'],
	['refused.odd.', ['--dnssec=ad'], 'CRITICAL', 'dane-error', ['error'], $SERVFAIL],
	['dane.wrongds.', ['--dnssec=ad'], 'CRITICAL', 'dns-bogus', []],
	['dane.unsigned.', ['--dnssec=ad'], 'CRITICAL', $UNSIGNED, ['none']],
	['cn-insecure', ['--dnssec=ad'], 'WARNING', 'dane-lint', ['match 3.1.1+'], undef,
	    'mx-cn-insecure.dane.example'],
	['cn-first', ['--dnssec=ad'], 'CRITICAL', "dane-lint $NONE", ['none']],

	# --- DNS alone
	['ee', ['--no-connect'], 'OK', '', undef],
	['ee-wrong', ['--no-connect'], 'OK', '', undef],
	['ee-sha512', ['--no-connect'], 'WARNING', 'dane-lint', undef],
	['none', ['--no-connect'], 'CRITICAL', $NONE, undef],
	['un-usage1', ['--no-connect'], 'WARNING', $UNUSABLE, undef],
	['bogus.odd.', ['--no-connect'], 'CRITICAL', 'dane-error', undef],
	['two-none', ['--no-connect'], 'CRITICAL', $NONE, undef],
	['dead', ['--no-connect'], 'OK', '', undef],
	['ee', ['--no-connect', '--require=2.1.1'], 'CRITICAL', 'require', undef],
	['dane.fading.', ['--no-connect'], 'WARNING', $FADING, undef],
);

sub target
{
	my ($name) = @_;
	return "$name.dane.example" if $name !~ /\./ || $name =~ /^ta-labels/;
	return "${name}example";
}

sub named { return join ' ', $_[0][0], @{ $_[0][1] } }

my @runs = run_many(map { [dane('-H', target($_->[0]), @{ $_->[1] }, '--format=json')] } @TABLE);
my %run = map { named($TABLE[$_]) => $runs[$_] } reverse 0 .. $#TABLE;

# The DANE of all hosts as the table writes it, in any order.
sub dane_is
{
	my ($r, $want, $what) = @_;
	my @got = sort map { dane_of($_) } hosts($r);
	my @want = sort @$want;
	for my $n (0 .. $#want) {
		$got[$n] =~ s/ .*// if defined $got[$n] && $want[$n] !~ / /;
	}
	return is(join(', ', @got), join(', ', @want), "$what: DANE");
}

for my $n (0 .. $#TABLE) {
	my ($name, $args, $state, $keys, $dane, $word, $base) = @{ $TABLE[$n] };
	my ($r, $what) = ($runs[$n], named($TABLE[$n]));
	shape_ok($r, $what);
	my $good = state_is($r, $state, $what);
	$good &= ref $keys ? like(keys_of($r), $keys, "$what: findings") : is(keys_of($r), $keys, "$what: findings");
	$good &= dane_is($r, $dane, $what) if $dane;
	for my $host (hosts($r)) {
		my $is = $host->{dane};
		next if $is->{status} =~ /^(?:match|none|insecure|not-tested)$/;
		$good &= like($is->{why}, ref $word ? $word : qr/^\Q$word\E\b/, "$what: why") if $word;
	}
	my ($first) = hosts($r);
	my ($limit) = $what =~ / -t (\d+)/;
	$good &= cmp_ok($r->{wall}, '<=', $limit + 1, "$what: ends by the deadline") if $limit;
	$good &= is($first->{dane}{base}, $base, "$what: base name") if $base;
	explain_failure($r) if !$good;
}

# --- what else is known of them

sub json { return json_of($run{ $_[0] }) // {} }
sub said { return join ' / ', map { $_->{text} } @{ json($_[0])->{findings} } }
sub host { return (hosts($run{ $_[0] }))[0] // {} }
sub figure { my ($name, $label) = @_;
	my ($one) = grep { $_->{label} eq $label } @{ json($name)->{perfdata} };
	return $one && $one->{value} }

is(json('ee')->{dns}{mx}{status}, 'secure', 'ee: the MX is secure');
is(json('ee')->{cf}, undef, 'ee: no CF');
is(host('ee')->{dane}{base}, 'mx-ee.dane.example', 'ee: base name');
is(host('tc-ta')->{dane}{base}, 'mx-tc-ta.dane.example', 'tc-ta: an alias of a record is no base name');
is(host('ee')->{dane}{why}, undef, 'ee: no why');
is(json('dane.unsigned.')->{dns}{mx}{status}, 'insecure', 'dane.unsigned: the MX is insecure');
is(json('dane.unknownalg.')->{dns}{mx}{status}, 'insecure', 'dane.unknownalg: the MX is insecure');
is(json('dane.wrongds.')->{dns}{mx}{status}, 'bogus', 'dane.wrongds: the MX is bogus');
is(json('servfail.')->{dns}{mx}{status}, 'error', 'servfail: an error');
like(json('dane.expired-sig.')->{dns}{mx}{why}, qr/expired/, 'dane.expired-sig: why');
is_deeply(host('dane.unsigned.')->{dane}{records}, [], 'dane.unsigned: records are not asked for');
is(scalar(@{ host('tc-unsigned')->{dane}{records} }), 1, 'tc-unsigned: the records are shown');
is(steps(host('ee')), 'ok ok ok ok ok ok - -', 'ee: ends after Secure');
is(steps(host('ee-self')), 'ok ok ok ok ok ok - -', 'ee-self: DANE makes the Cert step pass');
is(steps(host('ee-wrong')), 'ok ok ok ok ok ok - -', 'ee-wrong: PKIX does');

my $key = `openssl x509 -in $ENV{LAB_PKI}/hosts/dane.pem -pubkey -noout | openssl pkey -pubin -outform DER |
    openssl sha256 -hex`;
my ($digest) = $key =~ /([0-9a-f]{64})/;
is(host('ee')->{dane}{records}[0]{data}, $digest, 'ee: the data of the record');
like(said('ee-wrong'), qr/3 1 1/, 'ee-wrong: the text names the record');
like(join(' ', said('ee-wrong'), $run{'ee-wrong'}{out}), qr/\Q@{[substr $digest, 0, 8]}\E/,
    'ee-wrong: and the one that would match');
like(said('agility'), qr/SHA-?512|3 1 2/, 'agility: said exactly');
like(said('dual-rsa'), qr/ECDSA/, 'dual-rsa: the kind of chain is named');
like(said('dual-ecdsa'), qr/RSA/, 'dual-ecdsa: the kind of chain is named');
like(said('ta-name'), qr/implicit\.example/, 'ta-name: the name found');
like(said('daneexp.'), qr/expired/, 'daneexp: said');
like(said('danenew.'), qr/not yet valid|not valid/, 'danenew: said');
like(said('dane.fading.'), qr/2\.\d|2 days/, 'dane.fading: how many days');
like(said('cn-end'), qr/CNAME|alias/, 'cn-end: an MX that is an alias');
like(said('aaaa.odd.'), qr/AAAA/, 'aaaa.odd: said');
like(said('half-ee.unsigned.'), qr/MX/, 'half-ee: the MX is not signed');
like(said('denial.odd.'), qr/denial|other type|bogus/i, 'denial.odd: what is bogus');
like(said('ttl --no-cache'), qr/TTL|172800|2 days/, 'ttl: said');
like(said('nothing'), qr/empty|nothing/, 'nothing: said');
like(said('danecn.'), qr/common name|\bCN\b/, 'danecn: said');
like(said('daneorder.'), qr/order/, 'daneorder: said');
like(said('ta-full-cert'), qr/not sent|sent/, 'ta-full-cert: said');
like(said('ee --require=2.1.1'), qr/2[. ]1[. ]1/, '--require: said');

my %FIGURES = (
	ee => [1, 1, 1, 1, 1], agility => [2, 2, 1, 1, 0], mixed => [2, 1, 1, 1], none => [0, 0, 0, 1, 0],
	'un-usage1' => [1, 0, 0, 1, 0], two => [2, 2, 2, 2, 2], 'two-wrong' => [2, 2, 1, 2, 1],
	'ee-two-hosts' => [undef, undef, undef, 2, 2],
);
for my $name (sort keys %FIGURES) {
	my @want = @{ $FIGURES{$name} };
	for my $label (qw(tlsa_total tlsa_usable tlsa_matched hosts_total hosts_ok)) {
		my $want = shift @want;
		is(figure($name, $label), $want, "$name: $label") if defined $want;
	}
}
cmp_ok(figure('ee', 'rrsig_days'), '>', 12, 'ee: rrsig_days');
cmp_ok(figure('ee', 'rrsig_days'), '<=', 14, 'ee: rrsig_days');
cmp_ok(figure('dane.fading.', 'rrsig_days'), '<=', 2.6, 'dane.fading: rrsig_days');
cmp_ok(figure('dane.fading.', 'rrsig_days'), '>', 1.5, 'dane.fading: rrsig_days');
is(figure('dane.unsigned.', 'rrsig_days'), undef, 'dane.unsigned: no signatures, no rrsig_days');

# --- texts

my @plain = run_many(map { [dane('-H', target($_))] } qw(ee ee-wrong two-wrong agility none un-usage1 rollover dual
    dual-rsa dane.fading. bogus.odd. nullmx nosuch. ttl dane.unsigned. mixed-garbage));
shape_ok($_, $_->{command}) for @plain;
my %plain = map { $_->{args}[1] =~ s/\.dane\.example$|\.?example$//r => $_ } @plain;
like($plain{ee}{first}, qr/^DANE OK - ee\.dane\.example/, 'ee: the line');
like($plain{ee}{perfdata}, qr/\brrsig_days=[0-9.]+;3:;1:/, 'ee: rrsig_days has the thresholds');
like($plain{'ee-wrong'}{first}, qr/^DANE CRITICAL - .*mx-ee-wrong\.dane\.example\[192\.0\.2\.119\]/,
    'ee-wrong: the line names the host');
like($plain{'two-wrong'}{out}, qr/\n\\_\[OK\] .*mx-ee\.dane.*\n\\_\[CRITICAL\] .*mx-ee-wrong/,
    'two-wrong: the tree');
like($plain{rollover}{out}, qr/rollover|next/i, 'rollover: a note');
unlike($plain{dual}{out}, qr/rollover|stale/i, 'dual: no rollover');
like($plain{nosuch}{first}, qr/^DANE CRITICAL - /, 'nosuch: the line');

# --- --chain: the next certificate, without a connection; with --tlsa without a network

sub tlsa { my (@record) = @_;
	my $line = `$FindBin::Bin/../lab/tlsa.py $ENV{LAB_PKI} @record`;
	my ($hex) = $line =~ /# \d+ ([0-9a-f]*)/;
	return join ' ', @record[0 .. 2], substr $hex, 6 }

my $pki = "$ENV{LAB_PKI}/hosts";
my %record = map { $_ => tlsa(split ' ', $_) } '3 1 1 dane', '3 1 1 dane wrong', '3 1 1 dane short',
    '2 1 1 ca/inter', '3 1 2 dane wrong', '2 0 1 ca/stranger', '2 1 1 ca/root', '2 0 0 ca/root', '1 1 1 dane',
    '3 1 1 danelong';
my $UP = uc $record{'3 1 1 dane'};
my $SPACED = $record{'3 1 1 dane'} =~ s/([0-9a-f]{8})/$1 /gr;

# file, records (undef: those in DNS), -H, further arguments, state, findings above OK, DANE
my @CHAINS = (
	['dane', ['3 1 1 dane'], 'mx.x.example', [], 'OK', '', 'match 3.1.1+'],
	['dane', [\$UP], 'mx.x.example', [], 'OK', '', 'match 3.1.1+'],
	['dane', [\$SPACED], 'mx.x.example', [], 'OK', '', 'match 3.1.1+'],
	['dane', ['3 1 1 dane wrong'], 'mx.x.example', [], 'CRITICAL', $WRONG, 'mismatch 3.1.1-'],
	['dane', ['3 1 1 dane short'], 'mx.x.example', [], 'WARNING', $UNUSABLE, 'unusable 3.1.1!'],
	['dane', ['1 1 1 dane'], 'mx.x.example', [], 'WARNING', $UNUSABLE, 'unusable 1.1.1!'],
	['dane', ['3 1 1 dane', '3 1 2 dane wrong'], 'mx.x.example', [], 'CRITICAL', $WRONG,
	    'mismatch 3.1.1+ 3.1.2-'],
	['dane', ['3 1 1 danelong', '3 1 1 dane'], 'mx.x.example', [], 'OK', '', 'match 3.1.1+ 3.1.1-'],
	['dane', ['3 1 1 dane', '3 1 1 dane'], 'mx.x.example', [], 'OK', '', 'match 3.1.1+ 3.1.1+'],
	['dane', ['2 1 1 ca/inter'], 'mx.dane.example', [], 'OK', '', 'match 2.1.1+'],
	['dane', ['2 1 1 ca/inter'], 'mx.x.example', [], 'CRITICAL', $WRONG, 'name-mismatch'],
	['daneorg', ['2 1 1 ca/inter'], 'mx.x.example', [], 'CRITICAL', $WRONG, 'name-mismatch'],
	['daneorg', ['2 1 1 ca/inter'], 'mx.x.example', ['--for-domain=daneorg.example'], 'OK', '',
	    'match 2.1.1+'],
	['daneorg', ['2 1 1 ca/inter'], 'mx.x.example', ['--verify-name=daneorg.example'], 'CRITICAL', $WRONG,
	    'name-mismatch'],
	['daneexp', ['2 1 1 ca/inter'], 'mx.daneexp.example', [], 'CRITICAL', $WRONG, 'expired'],
	['danepriv', ['2 0 1 ca/stranger'], 'mx.danepriv.example', [], 'OK', '', 'match 2.0.1+'],
	['dane', ['2 1 1 ca/root'], 'mx.dane.example', [], 'CRITICAL', $WRONG, 'mismatch 2.1.1-'],
	['dane', ['2 0 0 ca/root'], 'mx.dane.example', [], 'WARNING', 'dane-lint', 'match 2.0.0+'],
	['dane', undef, 'ee.dane.example', [], 'OK', '', 'match 3.1.1+'],
	['dane', undef, 'ee-wrong.dane.example', [], 'CRITICAL', $WRONG, 'mismatch 3.1.1-'],
	['danelong', undef, 'rollover.dane.example', [], 'OK', '', 'match 3.1.1+ 3.1.1-'],
	['danelong', undef, 'ee.dane.example', [], 'CRITICAL', $WRONG, 'mismatch 3.1.1-'],
	['dane', undef, 'mx-ee.dane.example', ['--no-mx'], 'OK', '', 'match 3.1.1+'],
	['dane', undef, 'none.dane.example', [], 'CRITICAL', $NONE, 'none'],
	['dane', undef, 'bogus.odd.example', [], 'CRITICAL', 'dane-error', 'error'],
);

my @chain_runs = run_many(map {
	my ($file, $records, $target, $args) = @$_;
	my @tlsa = map { '--tlsa=' . (ref $_ ? $$_ : $record{$_}) } @{ $records // [] };
	# with records of its own a run needs no resolver
	push @tlsa, '--nameserver=127.0.0.5' if @tlsa;
	[dane('-H', $target, "--chain=$pki/$file.pem", @tlsa, @$args, '--format=json')]
} @CHAINS);
for my $n (0 .. $#CHAINS) {
	my ($file, $records, $target, $args, $state, $keys, $dane) = @{ $CHAINS[$n] };
	my $r = $chain_runs[$n];
	my $what = join ' ', '--chain', $file, '-H', $target, (map { ref $_ ? 'variant' : $_ } @{ $records // ['DNS'] }), @$args;
	shape_ok($r, $what);
	my $good = state_is($r, $state, $what);
	$good &= ref $keys ? like(keys_of($r), $keys, "$what: findings") : is(keys_of($r), $keys, "$what: findings");
	$good &= dane_is($r, [$dane], $what);
	if ($records) {
		my ($host) = hosts($r);
		$good &= is($host->{mx}, $target, "$what: the host is the -H name");
		$good &= is($host->{address}, undef, "$what: no address");
	}
	explain_failure($r) if !$good;
}

# --- options that are refused: one line that names the option

my $hex = 'a1' x 32;
my @REFUSED = (
	[['--tlsa=3 1 1 ' . $hex], 'tlsa'],
	(map { [["--chain=$pki/dane.pem", "--tlsa=$_"], 'tlsa'] } '3 1 1 xyz', '3 1 1 a1b', '3 1 ' . $hex, '3 1',
	    '256 1 1 ' . $hex, '3 1 -1 ' . $hex, '', 'a b c ' . $hex),
	[["--chain=$pki/none.pem", "--tlsa=3 1 1 $hex"], 'chain'],
	[['--chain=/etc/hosts', "--tlsa=3 1 1 $hex"], 'chain'],
	[['--algorithms=dsa'], 'algorithms'],
	[['--algorithms='], 'algorithms'],
	[['--algorithms=rsa,'], 'algorithms'],
	[['--require=3.1'], 'require'],
	[['--require=x'], 'require'],
	[['--dnssec=yes'], 'dnssec'],
	[['--dnssec=ad', '--nameserver=192.0.2.53'], 'dnssec|trust-ad'],
	[['--trust-anchor=/nowhere'], 'trust-anchor'],
	[['-w', '3'], 'warning|-w'],
	[['--mx-host=mx.good.example'], 'mx-host'],
	[['--rcpt=a@good.example'], 'rcpt'],
);
my @refused = run_many(map { [dane('-H', 'ee.dane.example', @{ $_->[0] })] } @REFUSED);
for my $n (0 .. $#REFUSED) {
	my $what = "@{ $REFUSED[$n][0] }";
	is($refused[$n]{exit}, 3, "$what: exit code");
	is($refused[$n]{err}, '', "$what: nothing on stderr");
	like($refused[$n]{first}, qr/(?:$REFUSED[$n][1])/, "$what: the option is named");
}

# The same where the second connection is for another server name.
{
	my $r = checked('again421', mx_cf('-H', 'again421.dane.example', '-4', '--format=json'));
	state_is($r, 'WARNING', 'again421');
	is(dane_of((hosts($r))[0]), 'not-tested 3.1.1-', 'again421: neither a match nor a mismatch') or explain_failure($r);
	like((finding($r, 'unreachable') // {})->{text}, qr/^no TLS session with mx\.again421-alias\.example: banner: 421 /,
	    'again421: says why');
}

done_testing;

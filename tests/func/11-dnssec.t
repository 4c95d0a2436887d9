#!/usr/bin/perl
# SPDX-License-Identifier: GPL-3.0-or-later
# 11-dnssec.t - secure, insecure, bogus and error kept apart, whoever answers, and no DNSSEC never looks like "unsigned".

use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Plugin;
use Test::More;

my $ZONES = "$ENV{LAB_STATE}/zones";
my ($STRIPS, $STRIPS_DATA, $LIES, $LIES_DATA, $SLOW, $SLOWER) = map { "--nameserver=127.0.0.$_" } 8 .. 13;
my $PLAIN = '--nameserver=127.0.0.2';
my $BOGUS = ['bogus', 'CRITICAL', 'dns-bogus'];
my $NO_HOST = ['secure', 'CRITICAL', 'dns-error'];

# domain, status of its MX, state (undef: whatever), finding that is there
my %ZONE = (
	good => ['secure'],			# NSEC
	nsec3 => ['secure'],
	'dane.rsasig' => ['secure'],		# RSA keys
	rsasig => $NO_HOST,
	'dane.optout' => ['secure'],		# NSEC3, opt-out
	'nosuch.optout' => ['insecure', 'CRITICAL', 'dns-error'],
	'dane.island' => ['insecure'],		# signed, no DS
	implicit => ['secure'],			# no data, proven
	empty => $NO_HOST,
	nosuch => $NO_HOST,
	'nosuch.nsec3' => $NO_HOST,
	unsigned => ['insecure'],
	'nosuch.unsigned' => ['insecure', 'CRITICAL', 'dns-error'],
	'dane.unknownalg' => ['insecure'],	# DS of an algorithm nobody knows
	bogus => $BOGUS,
	'expired-sig' => $BOGUS,
	wrongds => $BOGUS,
	servfail => ['error', 'CRITICAL', 'dns-error'],
);
# resolvers and modes that must all see the same
my @MODES = (
	[], [$PLAIN], ['--dnssec=validate', '--no-dane'], ['--no-cache'], ['--dnssec=ad'],
	['--dnssec=ad', '--trust-ad', '--nameserver=127.0.0.1'], [$PLAIN, "--trust-anchor=$ENV{LAB_ANCHOR}"],
	['--soa=192.0.2.1'], ['--soa=ns.example', '--no-cache'],
);

sub mx_of
{
	my ($r) = @_;
	return json_of($r)->{dns}{mx};
}

sub judged
{
	my ($r, $what, $status, $state, $key) = @_;
	shape_ok($r, $what);
	is(mx_of($r)->{status}, $status, "$what: status") || explain_failure($r);
	state_is($r, $state, $what) if $state;
	like(keys_of($r), qr/(?:^| )\Q$key\E(?: |$)/, "$what: finding") || explain_failure($r) if $key;
	unlike(keys_of($r), qr/dns-|resolver/, "$what: no finding") || explain_failure($r) if !$key;
	return;
}

for my $mode (@MODES) {
	my @names = sort keys %ZONE;
	my @runs = run_many(map { [mx_cf('-H', "$_.example", '-t', 20, '--stop-after=helo', @$mode,
	    '--format=json')] } @names);
	for my $n (0 .. $#names) {
		judged($runs[$n], "@$mode $names[$n]", @{ $ZONE{ $names[$n] } });
	}
}

# No grace for a signature that has expired, whatever the resolver says.
judged(run(mx_cf('-H', 'just-expired.example', @$_, '--stop-after=helo', '--format=json')), "@$_ just expired", @$BOGUS)
    for [], [$PLAIN], ['--no-cache'];

# A denial has its kind in every mode.
for my $mode (@MODES) {
	is(mx_of(run(mx_cf('-H', 'nosuch.example', @$mode, '--format=json')))->{rcode}, 'NXDOMAIN',
	    "@$mode nosuch: NXDOMAIN");
}

# Off: what a resolver does not refuse is insecure.
for my $n (['good', 'insecure'], ['bogus', 'insecure'], ['unsigned', 'insecure'], ['nosuch', 'insecure']) {
	for my $mode (['--dnssec=off', $PLAIN], ['--dnssec=off', '--no-cache'], ['--no-dane', $PLAIN],
	    ['--quick', $PLAIN], ['--dnssec=off', '--dane', $PLAIN], ['--dnssec=off', $LIES]) {
		my $r = checked("@$mode $n->[0]", mx_cf('-H', "$n->[0].example", @$mode, '--format=json'));
		is(mx_of($r)->{status}, $n->[1], "@$mode $n->[0]: insecure") || explain_failure($r);
	}
}

# Resolvers that leave signatures out.  Where DANE was not asked for by name the run goes on without;
# where it was, and where lies are told, there is no verdict on the target.
my @FALSE = (
	# domain, arguments, status, state, finding
	['good', [$STRIPS], 'insecure'],
	['unsigned', [$STRIPS], 'insecure'],
	['good', [$STRIPS, '--dnssec=validate'], 'insecure'],
	['good', [$STRIPS, '--dane'], 'error', 'UNKNOWN', 'resolver'],
	['unsigned', [$STRIPS, '--dane'], 'error', 'UNKNOWN', 'resolver'],
	['nosuch', [$STRIPS, '--dane'], 'error', 'UNKNOWN', 'resolver'],
	['good', [$PLAIN, '--dnssec=ad'], 'insecure'],
	['good', [$PLAIN, '--dnssec=ad', '--dane'], 'error', 'UNKNOWN', 'resolver'],
	['good', [$STRIPS, '--soa=192.0.2.1'], 'error', 'UNKNOWN', 'resolver'],
	['good', [$STRIPS_DATA], @$BOGUS],
	['good', [$STRIPS_DATA, '--dane'], @$BOGUS],
	['nosuch', [$STRIPS_DATA], @$BOGUS],
	['implicit', [$STRIPS_DATA], @$BOGUS],
	['nsec3', [$STRIPS_DATA], @$BOGUS],
	['unsigned', [$STRIPS_DATA], 'insecure'],
	['good', [$LIES], 'error', 'UNKNOWN', 'resolver'],
	['unsigned', [$LIES], 'error', 'UNKNOWN', 'resolver'],
	['good', [$LIES, '--dane'], 'error', 'UNKNOWN', 'resolver'],
	['good', [$LIES_DATA], @$BOGUS],
	['nosuch', [$LIES_DATA], @$BOGUS],
	['nsec3', [$LIES_DATA], @$BOGUS],
	['good', [$SLOWER, '-t', 9], 'error', 'UNKNOWN', 'resolver'],
	['unsigned', [$SLOWER, '-t', 9, '--dane'], 'error', 'UNKNOWN', 'resolver'],
	['good', [$SLOWER, '-t', 16], 'error', 'UNKNOWN', 'resolver'],
	['good', [$SLOW, '-t', 30], 'secure'],
	['unsigned', [$SLOW, '-t', 30], 'insecure'],
	# one of several that can
	['good', [$STRIPS, '--nameserver=127.0.0.4', '-t', 9, '--dane'], 'error', 'UNKNOWN', 'resolver'],
	['good', ['--nameserver=127.0.0.5', '--nameserver=127.0.0.3', $PLAIN], 'secure'],
	['good', ['--nameserver=127.0.0.4', $PLAIN], 'secure'],
);
my @false = run_many(map { [mx_cf('-H', "$_->[0].example", '--stop-after=helo', @{ $_->[1] }, '--format=json')] }
    @FALSE);
for my $n (0 .. $#FALSE) {
	my ($domain, $args, @want) = @{ $FALSE[$n] };
	my ($limit) = map { $args->[$_ - 1] eq '-t' ? $args->[$_] : () } 1 .. $#$args;
	judged($false[$n], "@$args $domain", @want);
	cmp_ok($false[$n]{wall}, '<=', ($limit // 30) + 1, "@$args $domain: ends by the deadline");
	is_deeply(json_of($false[$n])->{hosts}, [], "@$args $domain: no hosts") if ($want[1] // '') eq 'UNKNOWN';
}
like(run(mx_cf('-H', 'good.example', $STRIPS, '--dane'))->{first},
    qr/UNKNOWN - .*resolver 127\.0\.0\.8 cannot do DNSSEC/, 'strips: said so');
like(run(mx_cf('-H', 'good.example', $PLAIN, '--dnssec=ad', '--dane'))->{first},
    qr/UNKNOWN - .*resolver 127\.0\.0\.2 sets no AD bit/, 'no AD bit: said so');
like(run(mx_cf('-H', 'good.example', $LIES))->{first},
    qr/UNKNOWN - .*resolver 127\.0\.0\.10: the root does not validate/, 'lies: said so');
like(run(mx_cf('-H', 'good.example', $STRIPS, '-v'))->{out}, qr/DANE was not tested: resolver 127\.0\.0\.8 cannot do DNSSEC/,
    'strips: a note that DANE was not tested');

# The host of check_smtp_tls: its addresses.
for my $n (['mx.good', 'secure'], ['mx.unsigned', 'insecure'], ['mx.mxcname', 'secure']) {
	my $r = checked("smtp_tls --dane $n->[0]", smtp_tls('-H', "$n->[0].example", '--dane', '--stop-after=helo',
	    '--format=json'));
	is(mx_of($r)->{status}, $n->[1], "smtp_tls --dane $n->[0]: addresses");
	is(mx_of(run(smtp_tls('-H', "$n->[0].example", '--stop-after=helo', '--format=json')))->{status}, 'insecure',
	    "smtp_tls $n->[0]: not validated without --dane");
}

# --- zones before they are published

my $KEYS = "--trust-anchor=$ZONES/soa-rekeyed.anchor";
my @SOA = (
	# arguments, status, MX, state, finding
	[[], 'secure', 'mx.good.example'],
	[['--no-cache'], 'secure', 'mx.good.example'],
	[['--soa=192.0.2.2'], 'secure', 'mx.tls13.example'],
	[['--soa=192.0.2.2@53'], 'secure', 'mx.tls13.example'],
	[['--soa=192.0.2.2', '--no-cache'], 'secure', 'mx.tls13.example'],
	[['--soa=192.0.2.2', $PLAIN], 'secure', 'mx.tls13.example'],
	[['--soa=192.0.2.2', '--dnssec=off'], 'insecure', 'mx.tls13.example'],
	[['--soa=192.0.2.2', $KEYS], 'bogus', undef, 'CRITICAL', 'dns-bogus'],
	[['--soa=192.0.2.3'], 'bogus', undef, 'CRITICAL', 'dns-bogus'],
	[['--soa=192.0.2.3', '--no-cache'], 'bogus', undef, 'CRITICAL', 'dns-bogus'],
	[['--soa=192.0.2.3', '--dnssec=off'], 'insecure', 'mx.tls12.example'],
	[['--soa=192.0.2.3', '--dnssec=off', '--no-cache'], 'insecure', 'mx.tls12.example'],
	[['--soa=192.0.2.3', $KEYS], 'secure', 'mx.tls12.example'],
	[['--soa=192.0.2.3', $KEYS, '--no-cache'], 'secure', 'mx.tls12.example'],
	# servers that are no help
	[['--soa=192.0.2.10', '-t', 9], 'error', undef, 'UNKNOWN', 'resolver'],
	[['--soa=192.0.2.203', '-t', 9], 'error', undef, 'UNKNOWN', 'resolver'],
	[['--soa=192.0.2.57'], 'error', undef, 'UNKNOWN', 'resolver'],
	[['--soa=127.0.0.1'], 'error', undef, 'UNKNOWN', 'resolver'],
	[['--soa=192.0.2.2@5353'], 'error', undef, 'UNKNOWN', 'resolver'],
	[['--soa=nosuch.example'], 'error', undef, 'UNKNOWN', 'resolver'],
);
my @soa = run_many(map { [mx_cf('-H', 'soa.example', '--stop-after=helo', @{ $_->[0] }, '--format=json')] } @SOA);
for my $n (0 .. $#SOA) {
	my ($args, $status, $mx, @want) = @{ $SOA[$n] };
	judged($soa[$n], "@$args", $status, @want);
	is((hosts($soa[$n]))[0]{mx}, $mx, "@$args: the version asked for") if $mx;
}
like(run(mx_cf('-H', 'soa.example', '--soa=192.0.2.10', '-t', 9))->{first},
    qr/UNKNOWN - .*name server 192\.0\.2\.10 \(--soa\) does not answer/, '--soa: which server does not answer');
like(run(mx_cf('-H', 'soa.example', '--soa=192.0.2.57'))->{first},
    qr/UNKNOWN - .*name server 192\.0\.2\.57 \(--soa\) has no zone of soa\.example/, '--soa: which server has no such zone');
# names below the apex, and names of no such zone
my $below = checked('below', mx_cf('-H', 'new.soa.example', '--soa=192.0.2.2', '--stop-after=helo', '--format=json'));
judged($below, '--soa below the apex', 'secure');
is((hosts($below))[0]{mx}, 'mx.soa.example', '--soa below the apex: a host of that version only');
judged(run(mx_cf('-H', 'good.example', '--soa=192.0.2.2', '--format=json')), '--soa of another zone', 'error', 'UNKNOWN',
    'resolver');
judged(run(smtp_tls('-H', 'mx.soa.example', '--soa=192.0.2.2', '--stop-after=helo', '--format=json')),
    'smtp_tls --soa', 'insecure');
judged(run(smtp_tls('-H', 'mx.soa.example', '--soa=192.0.2.2', '--dane', '--stop-after=helo', '--format=json')),
    'smtp_tls --soa --dane', 'secure');

# --- anchors and options that are refused, and what is not

for my $refused (
	['--trust-anchor=/nonexistent', 'cannot read'], ['--trust-anchor=/etc/hosts', 'no DS or DNSKEY'],
	['--trust-anchor=/', 'cannot read'], ['--dnssec=ad --nameserver=192.0.2.53', '--trust-ad'],
	['--dnssec=ad --nameserver=127.0.0.1 --nameserver=2001:db8::1', '--trust-ad'],
	['--no-cache --nameserver=127.0.0.1', '--no-cache'], ['--no-cache --dnssec=ad', '--no-cache'],
	['--soa=192.0.2.2 --dnssec=ad', '--soa'], ['--soa=192.0.2.2@x', '--soa'], ['--dnssec=on', '--dnssec']) {
	my $r = checked($refused->[0], mx_cf('-H', 'good.example', split / /, $refused->[0]));
	state_is($r, 'UNKNOWN', $refused->[0]);
	like($r->{first}, qr/\Q$refused->[1]\E/, "$refused->[0]: said why");
}
# an anchor of other keys: nothing can be said, least of all "unsigned"
my $wrong = checked('wrong anchor', mx_cf('-H', 'unsigned.example', '--trust-anchor=/run/lab/../lab/zones/anchor.key',
    '--stop-after=helo', '--format=json'));
judged($wrong, 'the same anchor by another path', 'insecure');

done_testing;

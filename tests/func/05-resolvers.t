#!/usr/bin/perl
# SPDX-License-Identifier: GPL-3.0-or-later
# 05-resolvers.t - resolvers that fail in every way: UNKNOWN, told as ours, never a hang.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Plugin;
use Test::More;

my %BROKEN = (
	'127.0.0.3' => 'SERVFAIL', '127.0.0.4' => 'silent', '127.0.0.5' => 'REFUSED',
	'127.0.0.7' => 'garbage', '192.0.2.10' => 'no name server',
);
my @servers = sort keys %BROKEN;

my @runs = run_many(
	(map { [mx_cf('-H', 'good.example', '-t', 6, "--nameserver=$_", '--format=json')] } @servers),
	(map { [smtp_tls('-H', 'mx.good.example', '-t', 6, "--nameserver=$_", '--format=json')] } @servers),
	(map { [mx_cf('-H', 'good.example', '-t', 6, "--nameserver=$_")] } @servers));
for my $n (0 .. $#runs) {
	my ($r, $server) = ($runs[$n], $servers[$n % @servers]);
	my $what = "$r->{program} $r->{format} $server ($BROKEN{$server})";
	shape_ok($r, $what);
	state_is($r, 'UNKNOWN', $what);
	cmp_ok($r->{wall}, '<=', 7, "$what: ends by the deadline");
	if ($r->{format} eq 'json') {
		is(keys_of($r), 'resolver', "$what: findings") || explain_failure($r);
		is_deeply(json_of($r)->{hosts}, [], "$what: no hosts");
	} else {
		like($r->{first}, qr/UNKNOWN - .*\Q$server\E/, "$what: the line names the resolver");
		unlike($r->{perfdata}, qr/\bcf=/, "$what: no CF");
	}
}

# It answers over TCP, a byte every half second: no answer in time, or none at all, and no hang.
my $drip = checked('drip', mx_cf('-H', 'good.example', '-t', 4, '--nameserver=127.0.0.6', '--format=json'));
cmp_ok($drip->{wall}, '<=', 5, 'drip: ends by the deadline');
cmp_ok($drip->{exit}, '>=', 2, 'drip: a trouble');

# Resolvers that work, in every way of writing them.
my @GOOD = (
	['127.0.0.1'], ['127.0.0.1@53'], ['127.0.0.2'],
	['127.0.0.4', '127.0.0.1'], ['127.0.0.5', '127.0.0.1'], ['127.0.0.3', '127.0.0.2'],
);
my @good = run_many(map { [mx_cf('-H', 'good.example', '-t', 15, (map { "--nameserver=$_" } @$_),
    '--format=json')] } @GOOD);
for my $n (0 .. $#GOOD) {
	shape_ok($good[$n], "@{ $GOOD[$n] }");
	state_is($good[$n], 'OK', "@{ $GOOD[$n] }");
}
my $six = checked('IPv6', mx_cf('-H', 'good.example', '--nameserver=2001:db8::1', '--format=json'));
state_is($six, 'OK', 'a name server over IPv6');
my $port = checked('port', mx_cf('-H', 'good.example', '-t', 4, '--nameserver=127.0.0.1@5353'));
state_is($port, 'UNKNOWN', 'the port is used');

# An address, or --mx-host with one, needs no resolver.
my $address = checked('address', smtp_tls('-H', '192.0.2.10', '--match=none', '--nameserver=127.0.0.4'));
state_is($address, 'OK', 'an address needs no resolver');
my @host = ('-H', 'good.example', '--mx-host=192.0.2.10', '--match=none', '--nameserver=127.0.0.4');
state_is(checked('mx-host', mx_cf(@host, '--no-mtasts')), 'OK', '--mx-host with an address needs no resolver');
my $policy = checked('mx-host and MTA-STS', mx_cf(@host));
state_is($policy, 'UNKNOWN', 'the policy does: a dead resolver is no fault of the domain');
like($policy->{first}, qr/resolver 127\.0\.0\.4 does not answer/, 'and the line says so');

done_testing;

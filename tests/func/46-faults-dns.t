#!/usr/bin/perl
# SPDX-License-Identifier: GPL-3.0-or-later
# 46-faults-dns.t - a resolver that fails for one type of record: every type, every fault, each plugin that asks for
# it, with and without validation.  What is expected comes from the rules below.
#
# FAULTS=some leaves out two in three of those that wait.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Plugin;
use Test::More;
use Watched;

my $SOME = ($ENV{FAULTS} // 'some') ne 'all';
my $DOMAIN = 'watched.example';
my $TIME = 12;
my $HANGS = 50;	# seconds: whatever the load, a run that takes them was not ended by its deadline
my %WAITS = map { $_ => 1 } qw(silent wrongid question garbage);
my @PLUGINS = ([mx_cf('-H', $DOMAIN)], [dane('-H', $DOMAIN)], [mtasts('-H', $DOMAIN)]);
my @MODES = qw(validate off);

# Types that a plugin asks for, and cannot do without.
my %NEEDS = (
	check_mx_cf => { map { $_ => 1 } qw(MX A TLSA TXT) },
	check_dane => { map { $_ => 1 } qw(MX A TLSA) },
	check_mtasts => { map { $_ => 1 } qw(MX A TXT) },
);

# Does the fault take something from the run that has to be told?
sub matters
{
	my ($plugin, $mode, $type, $fault) = @_;
	return 1 if $mode eq 'validate' && $type =~ /^(?:DS|DNSKEY)$/;
	return 0 if !$NEEDS{$plugin}{$type};
	return 1 if $mode eq 'validate';
	return $plugin eq 'check_dane' if $type eq 'TLSA';
	# nobody can tell a wrong answer from a right one, or an empty one from a domain that has no policy
	return 0 if $fault eq 'forged';
	return 1 if $type ne 'TXT' || $plugin eq 'check_mtasts';
	return $fault !~ /^(?:nxdomain|nodata)$/;
}

# Is the type asked at all?  Where the chain is validated everything may be.
sub asked
{
	my ($plugin, $mode, $type) = @_;
	return 1 if $mode eq 'validate' || $NEEDS{$plugin}{$type} || $type eq 'AAAA';
	return $type eq 'TLSA' && $plugin eq 'check_dane';
}

sub command
{
	my ($plugin, $mode, $port) = @_;
	my ($program, @args) = @$plugin;
	return [$program, @args, "--dnssec=$mode", '-t', $TIME, '--format=json', $port ? "--nameserver=127.0.0.14\@$port" : ()];
}

mx_up($_) for qw(mx1 mx2);
policy_is();
my %normal;
for my $plugin (@PLUGINS) {
	for my $mode (@MODES) {
		my $r = run(@{ command($plugin, $mode) });
		shape_ok($r, "$plugin->[0] $mode");
		$normal{$plugin->[0]}{$mode} = $r;
	}
	is($normal{$plugin->[0]}{validate}{exit}, 0, "$plugin->[0]: well");
}

sub judge
{
	my ($r, $plugin, $mode, $type, $fault) = @_;
	my $what = "$plugin->[0] --dnssec=$mode: $type $fault";
	my $normal = $normal{$plugin->[0]}{$mode};
	my $ok = shape_ok($r, $what);
	$ok &= cmp_ok($r->{wall}, '<', $HANGS, "$what: ends");
	if (!asked($plugin->[0], $mode, $type)) {
		$ok &= is($r->{exit}, $normal->{exit}, "$what: as always");
	} elsif (matters($plugin->[0], $mode, $type, $fault)) {
		my $said = json_of($r);
		my @bad = $said ? grep { $_->{state} ne 'OK' } @{ $said->{findings} } : ();
		$ok &= isnt($r->{exit}, 0, "$what: no OK that was not earned");
		$ok &= ok(@bad || $r->{exit} == 3, "$what: a finding");
		$ok &= unlike($r->{out}, qr/(?:key|certificate) matches no TLSA/, "$what: not for another reason");
	} else {
		$ok &= ok($r->{exit} != 2 || $normal->{exit} == 2, "$what: no alarm for nothing") if $fault ne 'forged' && $mode eq 'off';
	}
	# whoever was found is tested as well as ever
	if ($type =~ /^(?:TLSA|TXT|AAAA)$/ && $plugin->[0] eq 'check_mx_cf') {
		$ok &= is(steps($_), 'ok ok ok ok ok ok ok -', "$what: $_->{mx}: steps") for hosts($r);
	}
	explain_failure($r) if !$ok;
	return;
}

my $n = 0;
my @all = map { my ($port, $type, $fault) = split; map { my $plugin = $_; map { [$port, $plugin, $_, $type, $fault] } @MODES } @PLUGINS }
    qx($ENV{LAB_CHROOT}/lab/typedns.py list);
my @todo = grep { !$SOME || !$WAITS{ $_->[4] } || $n++ % 3 == 0 } @all;
cmp_ok(scalar @all, '>=', 600, 'there are combinations');
for my $waits (0, 1) {
	my @some = grep { !!$WAITS{ $_->[4] } == $waits } @todo;
	$Plugin::JOBS = $waits ? 24 : 6;
	my @runs = run_many(map { command($_->[1], $_->[2], $_->[0]) } @some);
	judge($runs[$_], @{ $some[$_] }[1 .. 4]) for 0 .. $#some;
}
diag(@todo . ' combinations of plugin, validation, type and fault, of ' . @all);
done_testing;

#!/usr/bin/perl
# SPDX-License-Identifier: GPL-3.0-or-later
# 47-faults-web.t - every fault at every step of those who are asked besides: OCSP responders, servers of CRL and of
# MTA-STS policies, SOCKS proxies.  What is expected comes from the rules below.
#
# FAULTS=some leaves out half of those that wait.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Plugin;
use Test::More;

my $SOME = ($ENV{FAULTS} // 'some') ne 'all';
my $DNS = '127.0.0.15';
my $TIME = 10;
my $HANGS = 50;	# seconds: whatever the load, a run that takes them was not ended by its deadline
my %WAITS = map { $_ => 1 } qw(silence drip late);

sub command
{
	my ($what, $address, $port) = @_;
	my @dns = ("--nameserver=$DNS\@$port", '--dnssec=off', '-t', $TIME, '--format=json');
	return [smtp_tls('-H', 'mx.rv-ocsp.example', '--revocation=ocsp', @dns)] if $what eq 'OCSP';
	return [smtp_tls('-H', 'mx.rv-crl.example', '--revocation=crl', @dns)] if $what eq 'CRL';
	return [mtasts('-H', 'sts-good.example', @dns)] if $what eq 'policy';
	return [mx_cf('-H', 'sts-good.example', @dns)] if $what eq 'domain';
	return [mx_cf('-H', 'tls12.example', '-4', '-t', $TIME, "--socks=$address", '--format=json')];
}

# What the reason says.
sub words
{
	my ($step, $fault) = @_;
	return qr/refused/ if $fault eq 'refuse';
	return qr/timed? ?out/i if $WAITS{$fault};
	return qr/reset|closed|broken|eof|ended|end of|SSL|TLS|missing|remaining/i if $fault =~ /^(?:reset|close)$/;
	return qr/\S/;
}

# The hosts are what they always are, whoever fails beside them.
sub hosts_well
{
	my ($r, $what) = @_;
	my $ok = 1;
	$ok &= like(steps($_), qr/^(?:ok ){6}(?:ok|-) -$/, "$what: $_->{mx}: steps") for grep { $_->{status} ne 'skipped' } hosts($r);
	return $ok & cmp_ok(scalar(hosts($r)), '>', 0, "$what: there are hosts");
}

sub judge_revocation
{
	my ($r, $what, $step, $fault) = @_;
	my $ok = hosts_well($r, $what);
	$ok &= is($_->{cert}{revoked}, 'unknown', "$what: unknown") for hosts($r);
	my $finding = finding($r, 'revocation-unknown') // { text => '' };
	$ok &= like($finding->{text}, words($step, $fault), "$what: why");
	$ok &= unlike($r->{out}, qr/cert-revoked/, "$what: not revoked");
	return $ok;
}

sub judge_policy
{
	my ($r, $what, $step, $fault) = @_;
	my $ok = hosts_well($r, $what);
	my ($finding) = grep { $_->{key} =~ /^sts/ && $_->{state} ne 'OK' } @{ json_of($r)->{findings} };
	$ok &= isnt($r->{exit}, 0, "$what: no OK that was not earned");
	$ok &= like(($finding // {})->{text} // '', words($step, $fault), "$what: why");
	return $ok;
}

# Ours, not the target's; but a proxy that never says whether the target answers leaves that open, and what comes
# behind a good reply is the target's.
sub judge_socks
{
	my ($r, $what, $step, $fault) = @_;
	my $open = $step eq 'request' && ($WAITS{$fault} || $fault eq 'flood');
	return like($r->{out}, qr/timed out|reply too long/, "$what: why") & isnt($r->{exit}, 0, "$what: no OK") if $open;
	my $ok = state_is($r, 'UNKNOWN', $what);
	$ok &= is(join(' ', map { $_->{key} } @{ json_of($r)->{findings} }), 'proxy', "$what: finding");
	$ok &= is(json_of($r)->{cf}, undef, "$what: no CF");
	return $ok;
}

my %JUDGE = (OCSP => \&judge_revocation, CRL => \&judge_revocation, policy => \&judge_policy, domain => \&judge_policy,
    proxy => \&judge_socks);
my %KIND = (http => [qw(OCSP CRL)], https => [qw(policy domain)], socks => ['proxy']);

my $n = 0;
my @all = map { my ($kind, @rest) = split; map { [$_, @rest] } @{ $KIND{$kind} } } qx($ENV{LAB_CHROOT}/lab/faultweb.py list);
my @todo = grep { !$SOME || !$WAITS{ $_->[4] } || $n++ % 2 == 0 } @all;
cmp_ok(scalar @all, '>=', 100, 'there are combinations');
for my $waits (0, 1) {
	my @some = grep { !!$WAITS{ $_->[4] } == $waits } @todo;
	$Plugin::JOBS = $waits ? 24 : 6;
	my @runs = run_many(map { command(@$_) } @some);
	for my $i (0 .. $#some) {
		my ($who, undef, undef, $step, $fault) = @{ $some[$i] };
		my $what = "$who: $step $fault";
		my $ok = shape_ok($runs[$i], $what);
		$ok &= $JUDGE{$who}->($runs[$i], $what, $step, $fault);
		$ok &= cmp_ok($runs[$i]{wall}, '<', $HANGS, "$what: ends");
		explain_failure($runs[$i]) if !$ok;
	}
}
diag(@todo . ' combinations of who, step and fault, of ' . @all);
done_testing;

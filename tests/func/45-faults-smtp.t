#!/usr/bin/perl
# SPDX-License-Identifier: GPL-3.0-or-later
# 45-faults-smtp.t - every fault at every step of an SMTP session, in the clear, with STARTTLS and with TLS from
# the first byte.  What is expected comes from the rules below, which are those of situations.md and cli.md.
#
# Each combination is a run of check_smtp_tls and one of check_mx_cf, in which a good host stands beside the bad
# one; FAULTS=some leaves out three in four of the latter.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Plugin;
use Test::More;

my $SOME = ($ENV{FAULTS} // 'some') ne 'all';
my %PORT = (plain => 2500, starttls => 2587, direct => 2465);
my $HOST_TIME = 4;
my $TIME = 8;
my $HANGS = 50;	# seconds: whatever the load, a run that takes them was not ended by its deadline

my @STEPS = qw(answer connect helo tls cert secure from to data email);
my %DEAD = map { $_ => 'time' } qw(silence drip late);
my %GONE = map { $_ => 1 } qw(reset close cut);
my %STATE = ('no-tls' => 'CRITICAL', 'tls-failed' => 'CRITICAL', 'data-refused' => 'CRITICAL', 'from-refused' => 'WARNING',
    'rcpt-refused' => 'WARNING', 'all-unreachable' => 'CRITICAL', unreachable => 'WARNING');
my @WORST = qw(CRITICAL WARNING UNKNOWN OK);

# --- the rules

# How a step ends whose reply has this fault.
sub ends
{
	my ($fault) = @_;
	return $fault =~ /^(?:defer|busy)$/ ? 'defer' : 'FAIL';
}

# What the reason says.
sub words
{
	my ($step, $fault) = @_;
	return qr/refused/ if $step eq 'answer' && $fault eq 'refuse';
	return qr/timed out after [\d.]+ s/ if $DEAD{$fault};
	return qr/reset|closed/ if $fault eq 'reset';
	return qr/closed/ if $GONE{$fault};
	return qr/\S/ if $step eq 'handshake';	# OpenSSL's
	return qr/not an SMTP reply/ if $fault eq 'garbage';
	return qr/reply too long/ if $fault =~ /^(?:flood|oversize)$/;
	my %code = (refuse => 550, defer => 450, busy => 421, wrong => $step eq 'data' ? 250 : 354);
	return qr/\b$code{$fault}\b/;
}

# Does a server with this fault in its banner speak SMTP all the same?  It does once a line of it is a reply.
sub speaks
{
	my ($fault) = @_;
	return $fault =~ /^(?:refuse|defer|busy|wrong|flood)$/;
}

# The steps from one on are these; without more, they are skipped.
sub from_step
{
	my ($steps, $name, @states) = @_;
	my ($at) = grep { $STEPS[$_] eq $name } 0 .. $#STEPS;
	$steps->{$_} = '-' for @STEPS[$at .. $#STEPS];
	@$steps{ @STEPS[$at .. $at + $#states] } = @states;
	return;
}

# What becomes of the host: its steps, score, status, and the keys of its findings.
sub expected
{
	my ($mode, $step, $fault) = @_;
	my $end = ends($fault);
	my %steps = map { $_ => 'ok' } @STEPS;
	my %want = (steps => \%steps, score => 116, status => 'tested', keys => []);
	my $plain = sub {
		@steps{qw(tls cert secure)} = qw(FAIL - -);
		@want{qw(score keys)} = (0, ['no-tls']);
	};
	my $untested = sub {
		my ($name, $how) = @_;
		my %tls = $mode eq 'direct' && $name ne 'answer' ? map { $_ => 'ok' } qw(tls cert secure) : ();
		from_step(\%steps, $name, $how);
		%steps = (%steps, %tls);
		@want{qw(score status keys)} = (50, 'untested', ['unreachable']);
	};
	my $failed = sub {
		my ($score, @cert) = @_;
		@steps{qw(cert secure)} = (@cert ? 'ok' : '-', 'FAIL');
		@want{qw(score keys)} = ($score, ['tls-failed']);
	};
	$plain->() if $mode eq 'plain';

	if ($step eq 'answer') {
		$untested->('answer', 'FAIL');
	} elsif ($step eq 'banner' && $mode eq 'direct' && !speaks($fault)) {
		# situations.md, 29
		@steps{qw(connect helo from to data email)} = qw(FAIL - - - - -);
	} elsif ($step eq 'banner') {
		$untested->('connect', $end);
	} elsif ($step eq 'ehlo' && $fault =~ /^(?:refuse|wrong)$/) {
		$plain->() if $mode eq 'starttls';
	} elsif ($step =~ /^(?:ehlo|helo)$/) {
		$untested->('helo', $end);
	} elsif ($step eq 'starttls') {
		$failed->(10);
	} elsif ($step eq 'handshake' && $mode eq 'starttls') {
		$failed->(20);
	} elsif ($step eq 'handshake') {
		%steps = map { $_ => '-' } @STEPS;
		@steps{qw(answer tls secure)} = qw(ok FAIL FAIL);
		@want{qw(score keys)} = (20, ['tls-failed']);
	} elsif ($step eq 'inner') {
		$failed->(30, 1);
		from_step(\%steps, 'from');
	} elsif ($step eq 'mail') {
		from_step(\%steps, 'from', $end);
		push @{ $want{keys} }, 'from-refused' if $end eq 'FAIL';
	} elsif ($step eq 'rcpt') {
		from_step(\%steps, 'to', $end);
		push @{ $want{keys} }, 'rcpt-refused' if $end eq 'FAIL';
	} elsif ($step =~ /^(?:data|message)$/) {
		from_step(\%steps, $step eq 'data' ? 'data' : 'email', 'FAIL');
		push @{ $want{keys} }, 'data-refused';
	}
	$want{says} = words($step, $fault) if $step ne 'quit' && grep { /^(?:FAIL|defer)$/ } values %steps;
	delete $want{says} if $step eq 'ehlo' && $want{status} eq 'tested';
	return \%want;
}

sub worst
{
	my %seen = map { $_ => 1 } 'OK', @_;
	return (grep { $seen{$_} } @WORST)[0];
}

# --- the runs

sub arguments
{
	my ($mode, $port) = @_;
	return ('-p', $port, '-t', $TIME, "--host-timeout=$HOST_TIME", '--send-email', $mode eq 'direct' ? '--direct-tls' : ());
}

# Nobody listens on the port after each: that is the one fault which no server can have.
sub port
{
	my ($mode, $step, $fault) = @_;
	return $PORT{$mode} + ($step eq 'answer' && $fault eq 'refuse' ? 1 : 0);
}

sub one_host
{
	my ($mode, $step, $fault) = @_;
	return ['check_smtp_tls', '-H', "mx-$step-$fault.faults.example", '--rcpt=user@faults.example',
	    arguments($mode, port($mode, $step, $fault))];
}

sub two_hosts
{
	my ($mode, $step, $fault) = @_;
	my @hosts = $step ne 'answer' ? () : ("--mx-host=mx-$step-$fault.faults.example:" . port($mode, $step, $fault),
	    "--mx-host=mx-well.faults.example:$PORT{$mode}");
	return ['check_mx_cf', '-H', "user\@$step-$fault.faults.example", '--format=json', @hosts,
	    arguments($mode, $PORT{$mode})];
}

sub steps_like
{
	my ($host, $want, $mode, $step, $fault, $what) = @_;
	my $steps = join ' ', map { $want->{steps}{$_} } @STEPS;
	# a RST may come before we look at the connection: row 1
	return like(steps($host), qr/^(?:\Q$steps\E|FAIL( -)+)$/, "$what: steps")
	    if $step eq 'banner' && $fault eq 'reset' && $mode ne 'direct';
	return is(steps($host), $steps, "$what: steps");
}

sub reasons
{
	my ($host) = @_;
	return join ' / ', grep { defined } map { $_->{reason} } @{ $host->{steps} };
}

# The bad host beside the good one.
sub judge_two
{
	my ($r, $mode, $step, $fault) = @_;
	my $what = "$mode $step $fault";
	my $want = expected($mode, $step, $fault);
	my ($bad, $good) = sort { $a->{mx} =~ /-well/ <=> $b->{mx} =~ /-well/ } hosts($r);
	my $fine = $mode eq 'plain' ? 'ok ok ok FAIL - - ok ok ok ok' : 'ok ok ok ok ok ok ok ok ok ok';
	my $score = $mode eq 'plain' ? 0 : 116;
	my $ok = shape_ok($r, $what);
	$ok &= steps_like($bad, $want, $mode, $step, $fault, $what);
	$ok &= is($bad->{score}, $want->{score}, "$what: score");
	$ok &= is($bad->{status}, $want->{status}, "$what: status");
	$ok &= like(reasons($bad), $want->{says}, "$what: reason") if $want->{says};
	my @keys = sort map { $_->{key} } grep { $_->{state} ne 'OK' && ($_->{host} // '') eq $bad->{mx} }
	    @{ json_of($r)->{findings} };
	$ok &= is("@keys", join(' ', sort @{ $want->{keys} }), "$what: findings");
	$ok &= is(steps($good), $fine, "$what: the good host: steps");
	$ok &= is($good->{score}, $score, "$what: the good host: score");
	$ok &= is($good->{status}, 'tested', "$what: the good host: status");
	my $cf = domain_cf($r);
	my @states = map { $STATE{$_} } @{ $want->{keys} }, $mode eq 'plain' ? 'no-tls' : ();
	$ok &= is(json_of($r)->{cf}{score}, $cf, "$what: CF");
	$ok &= state_is($r, worst(@states, $cf < 64 ? 'CRITICAL' : $cf < 90 ? 'WARNING' : 'OK'), $what);
	$ok &= cmp_ok($r->{wall}, '<', $HANGS, "$what: ends");
	explain_failure($r) if !$ok;
	return;
}

# The bad host alone.
sub judge_one
{
	my ($r, $mode, $step, $fault) = @_;
	my $what = "$mode $step $fault alone";
	my $want = expected($mode, $step, $fault);
	my @states = map { $STATE{ s/^unreachable$/all-unreachable/r } } @{ $want->{keys} };
	my $ok = shape_ok($r, $what);
	$ok &= state_is($r, worst(@states), $what);
	$ok &= like($r->{text}, $want->{says}, "$what: reason") if $want->{says} && "@{ $want->{keys} }" !~ /no-tls/
	    && @{ $want->{keys} };
	$ok &= unlike($r->{out}, qr/offers no TLS/, "$what: never called without TLS") if $want->{score} == 50;
	$ok &= cmp_ok($r->{wall}, '<', $HANGS, "$what: ends");
	explain_failure($r) if !$ok;
	return;
}

my @all = map { [split] } qx($ENV{LAB_CHROOT}/lab/faultsmtp.py list);
my $n = 0;
my @pairs = grep { !$SOME || $n++ % 4 == 0 } @all;
cmp_ok(scalar @all, '>', 350, 'there are combinations');

# most of them wait
$Plugin::JOBS = 24;
my @slow = grep { $DEAD{ $_->[2] } } @all;
my @fast = grep { !$DEAD{ $_->[2] } } @all;
my %pair = map { ("@$_" => 1) } @pairs;

sub both
{
	my @some = @_;
	my @two = grep { $pair{"@$_"} } @some;
	my @runs = run_many((map { one_host(@$_) } @some), map { two_hosts(@$_) } @two);
	judge_one($runs[$_], @{ $some[$_] }) for 0 .. $#some;
	judge_two($runs[@some + $_], @{ $two[$_] }) for 0 .. $#two;
	return;
}

both(@slow);
$Plugin::JOBS = 6;
both(@fast);
diag(@all . ' combinations of step, fault and mode alone, ' . @pairs . ' beside a good host');

done_testing;

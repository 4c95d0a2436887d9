#!/usr/bin/perl
# SPDX-License-Identifier: GPL-3.0-or-later
# 03-situations.t - one server with one defect at a time: situations.md, row by row.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Plugin;
use Test::More;

my $ALL = 'ok ok ok ok ok ok ok ok';
my $PLAIN = 'ok ok ok FAIL - - ok ok';
my $NO_BANNER = 'ok FAIL - - - - - -';
my $NO_HELO = 'ok ok FAIL - - - - -';
my $NO_SECURE = 'ok ok ok ok - FAIL ok ok';
my $NO_INNER = 'ok ok ok ok ok FAIL - -';
my $DEAD = 'all-unreachable cf';
# what the steps before took of the 3 s is not ours to say on a machine under load
my $TIMED_OUT = qr{timed out after (?:2\.\d|3(?:\.\d)?) s};
my $SOME_TIME = qr/timed out after \d+(?:\.\d+)? ?s/;	# some is kept for From and To in the clear

# defect, steps, score, findings above OK, state, what the reasons say, further arguments
my @TABLE = (
	['well', $ALL, 116, '', 'OK'],
	['silent', $NO_BANNER, 50, $DEAD, 'CRITICAL', qr/(?=.*banner)(?=.*$TIMED_OUT)/],
	['silent-after-banner', $NO_HELO, 50, $DEAD, 'CRITICAL', $TIMED_OUT],
	['banner-late', $ALL, 116, '', 'OK', undef, '--host-timeout=8'],
	['banner421', 'ok defer - - - - - -', 50, $DEAD, 'CRITICAL', qr/421/],
	['banner450', 'ok defer - - - - - -', 50, $DEAD, 'CRITICAL', qr/450/],
	['banner554', $NO_BANNER, 50, $DEAD, 'CRITICAL', qr/554/],
	['banner521', $NO_BANNER, 50, $DEAD, 'CRITICAL', qr/521/],
	['banner-multi', $ALL, 116, '', 'OK'],
	['banner-endless', $NO_BANNER, 50, $DEAD, 'CRITICAL', qr/reply too long/],
	['banner-huge-line', $NO_BANNER, 50, $DEAD, 'CRITICAL', qr/reply too long/],
	['banner-2000', $ALL, 116, '', 'OK'],
	['banner-garbage', $NO_BANNER, 50, $DEAD, 'CRITICAL', qr/\S/],
	['banner-binary', $ALL, 116, '', 'OK'],
	['banner-pipe', $ALL, 116, '', 'OK'],
	['banner-lf', $ALL, 116, '', 'OK'],
	['banner-drip', $NO_BANNER, 50, $DEAD, 'CRITICAL', $TIMED_OUT],
	['banner-noname', $ALL, 116, '', 'OK'],
	# it may come before we look at the connection: row 1
	['reset-banner', qr/^(?:ok FAIL|FAIL -) - - - - - -$/, 50, $DEAD, 'CRITICAL', qr/reset/],
	['close-banner', $NO_BANNER, 50, $DEAD, 'CRITICAL', qr/closed/],
	['ehlo-refused', $PLAIN, 0, 'cf no-tls', 'CRITICAL'],
	['helo-refused', $NO_HELO, 50, $DEAD, 'CRITICAL', qr/550/],
	['ehlo421', 'ok ok defer - - - - -', 50, $DEAD, 'CRITICAL', qr/421/],
	['ehlo-reset', $NO_HELO, 50, $DEAD, 'CRITICAL', qr/reset/],
	['ehlo-close', $NO_HELO, 50, $DEAD, 'CRITICAL', qr/closed/],
	['ehlo-drip', $NO_HELO, 50, $DEAD, 'CRITICAL', $TIMED_OUT],
	['ehlo-flood', $NO_HELO, 50, $DEAD, 'CRITICAL', qr/reply too long/],
	['ehlo-codechange', $NO_HELO, 50, $DEAD, 'CRITICAL', qr/\S/],
	['fold-ext', $ALL, 116, '', 'OK'],
	['nostarttls', $PLAIN, 0, 'cf no-tls', 'CRITICAL', qr/STARTTLS/],
	['hidden-starttls', $PLAIN, 0, 'cf no-tls', 'CRITICAL'],
	['starttls-lower', $ALL, 116, '', 'OK'],
	['starttls-param', $ALL, 116, '', 'OK'],
	['x-starttls', $PLAIN, 0, 'cf no-tls', 'CRITICAL'],
	['starttls454', $NO_SECURE, 10, 'cf tls-failed', 'CRITICAL', qr/454/],
	['starttls501', $NO_SECURE, 10, 'cf tls-failed', 'CRITICAL', qr/501/],
	['starttls-silent', $NO_SECURE, 10, 'cf tls-failed', 'CRITICAL', $SOME_TIME],
	['starttls-close', $NO_SECURE, 10, 'cf tls-failed', 'CRITICAL', qr/closed/],
	['starttls-reset', $NO_SECURE, 10, 'cf tls-failed', 'CRITICAL', qr/reset/],
	['tempfail-all', 'ok ok ok ok - FAIL defer -', 10, 'cf tls-failed', 'CRITICAL', qr/454/],
	['notls-mail550', 'ok ok ok FAIL - - FAIL -', 0, 'cf from-refused no-tls', 'CRITICAL', qr/530/],
	['inject', $NO_SECURE, 20, 'cf injection', 'CRITICAL', qr/clear|pending|inject/],
	['inject-late', $NO_SECURE, 20, qr/^cf (?:injection|tls-failed)$/, 'CRITICAL'],
	['handshake-silent', $NO_SECURE, 20, 'cf tls-failed', 'CRITICAL', $SOME_TIME],
	['handshake-reset', $NO_SECURE, 20, 'cf tls-failed', 'CRITICAL', qr/reset/],
	['handshake-close', $NO_SECURE, 20, 'cf tls-failed', 'CRITICAL', qr/closed|end|eof/i],
	['handshake-garbage', $NO_SECURE, 20, 'cf tls-failed', 'CRITICAL', qr/\S/],
	['handshake-alert', $NO_SECURE, 20, 'cf tls-failed', 'CRITICAL', qr/handshake.failure/i],
	['handshake-drip', $NO_SECURE, 20, 'cf tls-failed', 'CRITICAL', $SOME_TIME],
	['handshake-slow', $ALL, 116, '', 'OK'],
	['plain-after-fail', $NO_SECURE, 20, 'cf tls-failed', 'CRITICAL', qr/reset/],
	['after-fail-refused', qr/^ok ok ok ok - FAIL (?:defer|FAIL|-) -$/, 20, 'cf tls-failed', 'CRITICAL'],
	['sni', $ALL, 116, '', 'OK'],
	['sni-abort', $ALL, 116, '', 'OK'],
	['client-required', qr/^ok ok ok ok (?:ok|-) FAIL ok ok$/, 20, 'cf tls-failed', 'CRITICAL',
	    qr/server requires a client certificate/],
	['client-required12', $NO_SECURE, 20, 'cf tls-failed', 'CRITICAL',
	    qr/server requires a client certificate/],
	['tls-readvertise', $ALL, 116, '', 'OK'],
	['tls-ehlo-refused', $NO_INNER, 30, 'cf tls-failed', 'CRITICAL', qr/502/],
	['tls-ehlo-silent', $NO_INNER, 30, 'cf tls-failed', 'CRITICAL', $TIMED_OUT],
	['tls-ehlo-close', $NO_INNER, 30, 'cf tls-failed', 'CRITICAL', qr/closed/],
	['tls-ehlo-reset', $NO_INNER, 30, 'cf tls-failed', 'CRITICAL', qr/reset/],
	['tls-ehlo421', $NO_INNER, 30, 'cf tls-failed', 'CRITICAL', qr/421/],
	['tls-ehlo-drip', $NO_INNER, 30, 'cf tls-failed', 'CRITICAL', $TIMED_OUT],
	['auth', $ALL, 116, '', 'OK'],
	['mail550', 'ok ok ok ok ok ok FAIL -', 116, 'from-refused', 'WARNING', qr/550/],
	['mail451', 'ok ok ok ok ok ok defer -', 116, '', 'OK', qr/451/],
	['mail-silent', 'ok ok ok ok ok ok FAIL -', 116, 'from-refused', 'WARNING', $TIMED_OUT],
	['mail-close', 'ok ok ok ok ok ok FAIL -', 116, 'from-refused', 'WARNING', qr/closed/],
	['flood-mail', 'ok ok ok ok ok ok FAIL -', 116, 'from-refused', 'WARNING', qr/reply too long/],
	['rcpt550', 'ok ok ok ok ok ok ok FAIL', 116, 'rcpt-refused', 'WARNING', qr/550/],
	['rcpt450', 'ok ok ok ok ok ok ok defer', 116, '', 'OK', qr/450/],
	['rcpt-silent', 'ok ok ok ok ok ok ok FAIL', 116, 'rcpt-refused', 'WARNING', $TIMED_OUT],
	['rcpt251', $ALL, 116, '', 'OK'],
	['greylist', 'ok ok ok ok ok ok ok defer', 116, '', 'OK', qr/450/],
	['quit-silent', $ALL, 116, '', 'OK'],
	['quit-reset', $ALL, 116, '', 'OK'],
	['quit-close', $ALL, 116, '', 'OK'],
	# nobody there
	['refused', 'FAIL - - - - - - -', 50, $DEAD, 'CRITICAL', qr/refused/],
	['blackhole', 'FAIL - - - - - - -', 50, $DEAD, 'CRITICAL', $TIMED_OUT],
	['unreach', 'FAIL - - - - - - -', 50, $DEAD, 'CRITICAL', qr/unreachable|no route/i],
);

sub command
{
	my ($row, @format) = @_;
	my ($name, @more) = ($row->[0], @$row[6 .. $#$row]);
	return ['check_mx_cf', '-H', "user\@$name.example", '-t', 10, '--host-timeout=3', @more, @format];
}

# Why a host failed: of each step, and of the finding.
sub reasons
{
	my ($r) = @_;
	my ($host) = hosts($r);
	return join ' / ', grep { defined } (map { $_->{reason} } @{ $host->{steps} }),
	    (map { $_->{text} } @{ json_of($r)->{findings} });
}

my @json = run_many(map { command($_, '--format=json') } @TABLE);
for my $n (0 .. $#TABLE) {
	my ($name, $steps, $score, $keys, $state, $why) = @{ $TABLE[$n] };
	my $r = $json[$n];
	shape_ok($r, $name);
	my ($host) = hosts($r);
	my $good = 1;
	$good &= state_is($r, $state, $name);
	$good &= ref $steps ? like(steps($host), $steps, "$name: steps") : is(steps($host), $steps, "$name: steps");
	$good &= is($host->{score}, $score, "$name: score");
	$good &= is(json_of($r)->{cf}{score}, $score, "$name: CF");
	$good &= ref $keys ? like(keys_of($r), $keys, "$name: findings") : is(keys_of($r), $keys, "$name: findings");
	is($host->{status}, $score == 50 ? 'untested' : 'tested', "$name: status");
	$good &= like(reasons($r), $why, "$name: reason") if $why;
	is(floor_cf(host_score($host)), $score, "$name: the formula agrees");
	cmp_ok($r->{wall}, '<=', 11, "$name: ends by the deadline");
	explain_failure($r) if !$good;
	for my $step (@{ $host->{steps} }) {
		my $said = $step->{reason} // '';
		$step->{state} =~ /^(?:fail|defer)$/ ? isnt($said, '', "$name: $step->{step}: a reason")
		    : $said && is($said, 'in the clear', "$name: $step->{step}: no other reason");
	}
	unlike($r->{out}, qr/no TLS\b(?!-RPT)/i, "$name: never called without TLS") if $score == 50;
}

my %run = map { $TABLE[$_][0] => $json[$_] } 0 .. $#TABLE;
my %host = map { $_ => (hosts($run{$_}))[0] } keys %run;

# Deferred is untested, and says so; a deferral of the recipient is told, and no more.
like(reasons($run{$_}), qr/deferred/, "$_: deferred") for qw(banner421 banner450 ehlo421);
is((finding($run{$_}, 'rcpt-deferred') // {})->{state}, 'OK', "$_: rcpt-deferred")
    for qw(mail451 rcpt450 greylist tempfail-all);
is((finding($run{inject}, 'injection') // {})->{state}, 'CRITICAL', 'inject: the finding');
is($host{inject}{smtp}{injection}, JSON::PP::true, 'inject: the fact');
is($host{well}{smtp}{injection}, JSON::PP::false, 'well: no injection');
is($host{'ehlo-refused'}{smtp}{tls_offered}, JSON::PP::false, 'ehlo-refused: no offer');
is($host{'tls-ehlo-refused'}{tls}{version}, 'TLSv1.3', 'tls-ehlo-refused: the session is known');
ok($host{'tls-ehlo-refused'}{cert}{trusted}, 'tls-ehlo-refused: the certificate is judged');
is($host{'quit-silent'}{score}, 116, 'quit-silent: no harm');
like((map { $_->{reason} // '' } $host{'notls-mail550'}{steps}[6])[0], qr/530/, 'notls-mail550: why');
is($host{silent}{smtp}{banner}, undef, 'silent: no banner');

# Time that a step took is its own: the pause of the handshake is not elsewhere.
my %ms = map { $_->{step} => $_->{ms} } @{ $host{'handshake-slow'}{steps} };
cmp_ok($ms{secure}, '>=', 300, 'handshake-slow: time of Secure');
cmp_ok($host{'handshake-slow'}{tls}{handshake_ms}, '>=', 290, 'handshake-slow: time of the handshake');
cmp_ok($ms{$_} // 0, '<', 250, "handshake-slow: time of $_") for qw(answer connect helo tls cert from to);
%ms = map { $_->{step} => $_->{ms} } @{ $host{'banner-late'}{steps} };
cmp_ok($ms{connect}, '>=', 4000, 'banner-late: time of Connect');
cmp_ok($ms{answer}, '<', 1000, 'banner-late: time of Answer');

# The same in the plugin format: shape above all, and the state.
my @plugin = run_many(map { command($_) } @TABLE);
for my $n (0 .. $#TABLE) {
	shape_ok($plugin[$n], "plugin $TABLE[$n][0]");
	state_is($plugin[$n], $TABLE[$n][4], "plugin $TABLE[$n][0]");
	unlike($plugin[$n]{out}, qr/no TLS/i, "plugin $TABLE[$n][0]: never called without TLS")
	    if $TABLE[$n][2] == 50;
}
my %plugin = map { $TABLE[$_][0] => $plugin[$_] } 0 .. $#TABLE;
like($plugin{nostarttls}{first}, qr/offers no TLS/, 'nostarttls: the line says it');
like($plugin{silent}{first}, qr/banner|timed out/, 'silent: the line says it');

# Notes.
my $again = checked('readvertise', mx_cf('-H', 'tls-readvertise.example', '-v'));
like($again->{out}, qr/STARTTLS.*(?:again|inside)|(?:again|inside).*STARTTLS/i, 'tls-readvertise: a note');

# Nothing a banner holds reaches the terminal or the perfdata, whatever is asked for.
for my $args ([], ['-v'], ['-vv'], ['-vvv'], ['--format=matrix'], ['--format=smtp'], ['--format=json'],
    ['--explain']) {
	for my $name (qw(banner-pipe banner-binary)) {
		my $r = checked("$name @$args", mx_cf('-H', "$name.example", @$args));
		next if $r->{format} ne 'plugin';
		ok(!exists $r->{perf}{x}, "$name @$args: no forged perfdata");
		unlike($r->{out}, qr/\e|<b>/, "$name @$args: no escapes, no markup");
	}
}

done_testing;

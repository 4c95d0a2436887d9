#!/usr/bin/perl
# SPDX-License-Identifier: GPL-3.0-or-later
# 08-options.t - options that change the session: TLS, direct TLS, client certificates, steps, addresses.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Plugin;
use Test::More;

my $pki = $ENV{LAB_PKI};
my @CLIENT = ('-J', "$pki/client.pem", '-K', "$pki/client.pem");
my $ALL = 'ok ok ok ok ok ok ok -';
my $USER = 'ok ok ok ok ok ok ok ok';
my $NO_SECURE = 'ok ok ok ok - FAIL ok -';
my $DIRECT_FAIL = 'ok - - FAIL - FAIL - -';

# domain, arguments, steps (of every tested host), score, findings above OK, state, a check of the host
my @TABLE = (
	# versions
	['good', ['--tls-max=1.2'], $ALL, 99, '', 'OK', sub { $_[0]{tls}{version} eq 'TLSv1.2' }],
	['good', ['--tls-min=1.3'], $ALL, 116, '', 'OK', sub { $_[0]{tls}{version} eq 'TLSv1.3' }],
	['good', ['--tls-min=1.2', '--tls-max=1.2'], $ALL, 99, '', 'OK', sub { $_[0]{tls}{version} eq 'TLSv1.2' }],
	['tls12', ['--tls-min=1.3'], $NO_SECURE, 20, 'cf tls-failed', 'CRITICAL'],
	['tls13', ['--tls-max=1.2'], $NO_SECURE, 20, 'cf tls-failed', 'CRITICAL'],
	['tls10', ['--tls-min=1.2'], $NO_SECURE, 20, 'cf tls-failed', 'CRITICAL'],
	['tls10', ['--tls-max=1.0'], $ALL, 70, 'cf', 'WARNING', sub { $_[0]{tls}{version} =~ /^TLSv1(\.0)?$/ }],
	['tls11', ['--tls-min=1.1', '--tls-max=1.1'], $ALL, 82, 'cf', 'WARNING'],
	# suites, groups, signatures
	['tls12', ['--ciphers=ECDHE-RSA-AES128-GCM-SHA256'], $ALL, 99, '', 'OK',
	    sub { $_[0]{tls}{cipher} eq 'ECDHE-RSA-AES128-GCM-SHA256' && $_[0]{tls}{bits} == 128 }],
	['tls12', ['--ciphers=AES256-SHA'], $ALL, 96, '', 'OK', sub { $_[0]{tls}{cipher} eq 'AES256-SHA' }],
	['tls12', ['--ciphers=ECDHE-ECDSA-AES128-GCM-SHA256'], $NO_SECURE, 20, 'cf tls-failed', 'CRITICAL'],
	['good', ['--ciphersuites=TLS_CHACHA20_POLY1305_SHA256'], $ALL, 116, '', 'OK',
	    sub { $_[0]{tls}{cipher} eq 'TLS_CHACHA20_POLY1305_SHA256' }],
	['good', ['--ciphersuites=TLS_AES_128_GCM_SHA256'], $ALL, 116, '', 'OK', sub { $_[0]{tls}{bits} == 128 }],
	['good', ['--groups=P-384'], $ALL, 116, '', 'OK', sub { $_[0]{tls}{group} =~ /384/ }],
	['good', ['--groups=X25519'], $ALL, 116, '', 'OK', sub { $_[0]{tls}{group} =~ /25519/i }],
	['dual', ['--sigalgs=ECDSA+SHA256:RSA+SHA256'], $ALL, 116, '', 'OK',
	    sub { $_[0]{chain}[0]{key} eq 'EC' && $_[0]{tls}{peer_signature} =~ /ECDSA/i }],
	['dual', ['--sigalgs=RSA-PSS+SHA256:RSA+SHA256'], $ALL, 116, '', 'OK',
	    sub { $_[0]{chain}[0]{key} eq 'RSA' && $_[0]{tls}{peer_signature} =~ /RSA-?PSS/i }],
	# no encryption is no TLS, though a session comes about where it is offered
	['null-cipher', [], $NO_SECURE, 20, 'cf tls-failed', 'CRITICAL'],
	['null-cipher', ['--ciphers=ALL:eNULL'], 'ok ok ok ok ok FAIL ok -', 20, 'cf tls-failed', 'CRITICAL',
	    sub { $_[0]{steps}[5]{reason} =~ /^no encryption: .*NULL/ && $_[0]{tls}{bits} == 0 && $_[0]{band} eq 'none' }],
	# SNI
	['sni', [], $ALL, 116, '', 'OK'],
	['sni', ['--sni=mx.sni.example'], $ALL, 116, '', 'OK'],
	['sni', ['--sni=mx.other.example'], 'ok ok ok ok FAIL ok ok -', 109, 'cert-name cert-untrusted', 'WARNING'],
	['sni', ['--sni=none'], 'ok ok ok ok FAIL ok ok -', 109, 'cert-name cert-untrusted', 'WARNING'],
	['sni-abort', ['--sni=none'], $NO_SECURE, 20, 'cf tls-failed', 'CRITICAL'],
	['sni-abort', ['--sni=mx.other.example'], $NO_SECURE, 20, 'cf tls-failed', 'CRITICAL'],
	# client certificates
	['clientreq', [], 'ok ok ok ok ok FAIL - -', 30, 'cf tls-failed', 'CRITICAL'],
	['clientreq', [@CLIENT], $ALL, 116, '', 'OK'],
	['clientreq', ['-J', "$pki/client.pem"], $ALL, 116, '', 'OK'],
	['clientask', [@CLIENT], $ALL, 116, '', 'OK'],
	['client-required', [@CLIENT], $ALL, 116, '', 'OK'],
	['client-required12', [@CLIENT], $ALL, 99, '', 'OK'],
	['client-required12', ["--client-cert=$pki/client.pem", "--private-key=$pki/client.pem"], $ALL, 99, '', 'OK'],
	['client-required12', ['-J', "$pki/hosts/untrusted.pem", '-K', "$pki/hosts/untrusted.pem"],
	    $NO_SECURE, 20, 'cf tls-failed', 'CRITICAL'],
	['good', [@CLIENT], $ALL, 116, '', 'OK'],
	# TLS from the first byte
	['good', ['--direct-tls'], $ALL, 116, '', 'OK', sub { $_[0]{port} == 465 }],
	['good', ['-s'], $ALL, 116, '', 'OK', sub { $_[0]{port} == 465 }],
	['good', ['--ssl', '-p', '465'], $ALL, 116, '', 'OK'],
	['tls10', ['--direct-tls'], $ALL, 70, 'cf', 'WARNING'],
	['selfsigned', ['--direct-tls'], 'ok ok ok ok FAIL ok ok -', 109, 'cert-untrusted', 'WARNING'],
	['direct', ['--direct-tls'], $ALL, 116, '', 'OK'],
	['direct', ['--direct-tls', '-p', '25'], $ALL, 116, '', 'OK', sub { $_[0]{port} == 25 }],
	['direct', ['-p', '25', '--host-timeout=2'], 'ok FAIL - - - - - -', 50, 'all-unreachable cf', 'CRITICAL'],
	['direct-web', ['--direct-tls', '--host-timeout=3'], 'ok FAIL - ok ok ok - -', 116, '', 'OK'],
	['direct-fail', ['--direct-tls'], $DIRECT_FAIL, 20, 'cf tls-failed', 'CRITICAL'],
	['direct-plain', ['--direct-tls'], $DIRECT_FAIL, 20, 'cf tls-failed', 'CRITICAL'],
	['good', ['--direct-tls', '-p', '25'], $DIRECT_FAIL, 20, 'cf tls-failed', 'CRITICAL'],
	['ecdsa', ['--direct-tls'], 'FAIL - - - - - - -', 50, 'all-unreachable cf', 'CRITICAL'],
	['ecdsa', ['-p', '2525'], 'FAIL - - - - - - -', 50, 'all-unreachable cf', 'CRITICAL'],
	['ecdsa', ['-S'], $ALL, 116, '', 'OK'],
	['ecdsa', ['--starttls'], $ALL, 116, '', 'OK'],
	# STARTTLS though it is not offered
	['hidden-starttls', ['--compel-tls'], $ALL, 116, '', 'OK'],
	['nostarttls', ['--compel-tls'], 'ok ok ok FAIL - - ok -', 0, 'cf no-tls', 'CRITICAL'],
	['notls', ['--compel-tls'], 'ok ok ok FAIL - - ok -', 0, 'cf no-tls', 'CRITICAL'],
	['well', ['--compel-tls'], $ALL, 116, '', 'OK'],
	['hidden-silent', ['--compel-tls', '--host-timeout=4'], 'ok ok ok FAIL - - ok -', 0, 'cf no-tls', 'CRITICAL'],
);

my @runs = run_many(map { [mx_cf('-H', "$_->[0].example", @{ $_->[1] }, '--format=json')] } @TABLE);
for my $n (0 .. $#TABLE) {
	my ($domain, $args, $steps, $score, $keys, $state, $check) = @{ $TABLE[$n] };
	my $r = $runs[$n];
	my $what = "$domain @$args" =~ s/\Q$pki\E/PKI/gr;
	shape_ok($r, $what);
	my $good = state_is($r, $state, $what);
	$good &= is(keys_of($r), $keys, "$what: findings");
	$good &= is(json_of($r)->{cf}{score}, $score, "$what: CF");
	for my $host (hosts($r)) {
		$good &= is(steps($host), $steps, "$what: steps");
		$good &= ok($check->($host), "$what: as asked for") if $check;
		is(floor_cf(host_score($host)), $score, "$what: the formula agrees");
	}
	explain_failure($r) if !$good;
}
my %run = map { ("$TABLE[$_][0] @{ $TABLE[$_][1] }" => $runs[$_]) } 0 .. $#TABLE;
is((finding($run{'direct-web --direct-tls --host-timeout=3'}, 'not-smtp') // {})->{state}, 'OK', 'direct-web: not-smtp is told');
is((finding($run{'good --direct-tls'}, 'not-smtp') // { state => undef })->{state}, undef, 'good: SMTP it is');
my $hidden = checked('hidden', mx_cf('-H', 'hidden-starttls.example', '--compel-tls', '-v'));
like($hidden->{out}, qr/note: .*STARTTLS/i, 'hidden-starttls: a note');
my $web = checked('not-smtp', mx_cf('-H', 'direct-web.example', '--direct-tls', '--host-timeout=3', '--severity=not-smtp=warning'));
state_is($web, 'WARNING', 'direct-web --severity=not-smtp=warning');
like(json_of($run{'clientreq '})->{findings}[0]{text}, qr/4\d\d|client certificate/, 'clientreq: why');

# The order of events under direct TLS: nothing in the clear.
my $direct = checked('direct', mx_cf('-H', 'direct.example', '--direct-tls', '--format=smtp'))->{out};
unlike($direct, qr/ --> |\] <-- /, 'direct: nothing goes in the clear');
like($direct, qr/Connection converted to SSL.*<~~ 220 mx\.direct\.example.*~~> EHLO/s, 'direct: TLS, banner, EHLO');
unlike($direct, qr/STARTTLS/, 'direct: no STARTTLS');
my $smtps = checked('smtp_tls direct', smtp_tls('-H', 'mx.good.example', '-s'));
state_is($smtps, 'OK', 'check_smtp_tls --direct-tls');
like($smtps->{first}, qr/:465 TLSv1\.3/, 'check_smtp_tls --direct-tls: port');

# --- --stop-after

my %STOP = (
	answer => 'ok - - - - - - -', connect => 'ok ok - - - - - -', helo => 'ok ok ok - - - - -',
	tls => 'ok ok ok ok - - - -', cert => 'ok ok ok ok ok - - -', secure => 'ok ok ok ok ok ok - -',
	EHLO2 => 'ok ok ok ok ok ok - -', from => $ALL, to => $USER,
);
my @stops = sort keys %STOP;
my @stopped = run_many(
	(map { [mx_cf('-H', 'user@well.example', "--stop-after=$_", '--format=json')] } @stops),
	(map { [mx_cf('-H', 'user@well.example', "--stop-after=$_")] } @stops));
for my $n (0 .. $#stops) {
	my ($stop, $r, $plugin) = ($stops[$n], $stopped[$n], $stopped[$n + @stops]);
	my $scored = $stop =~ /^(?:secure|EHLO2|from|to)$/;
	shape_ok($r, "stop after $stop");
	shape_ok($plugin, "plugin: stop after $stop");
	state_is($r, 'OK', "stop after $stop");
	is(steps((hosts($r))[0] // {}), $STOP{$stop}, "stop after $stop: steps");
	is(json_of($r)->{cf} && json_of($r)->{cf}{score}, $scored ? 116 : undef, "stop after $stop: CF");
	is(!!($plugin->{perfdata} =~ /\bcf=/), !!$scored, "stop after $stop: cf in perfdata");
	is(!!($plugin->{first} =~ / CF \d/), !!$scored, "stop after $stop: CF in the line");
	state_is($plugin, 'OK', "plugin: stop after $stop");
}
for my $stop (qw(answer connect helo tls)) {
	my $early = checked("server: stop after $stop", smtp_tls('-H', 'mx.well.example', "--stop-after=$stop"));
	like($early->{first}, qr/^SMTP_TLS OK - mx\.well\.example\[[\d.]+\]:25 stopped before Secure, /,
	    "server: stop after $stop: says so");
}
my $dead = checked('stop dead', mx_cf('-H', 'refused.example', '--stop-after=helo', '--format=json'));
state_is($dead, 'CRITICAL', 'stop after helo: a dead host is one');
my $no_tls = checked('stop cf', mx_cf('-H', 'well.example', '--stop-after=helo', '-w', '120:', '-c', '119:'));
state_is($no_tls, 'OK', 'stop after helo: CF thresholds are not applied');
my $bad = checked('stop cert', mx_cf('-H', 'selfsigned.example', '--stop-after=cert', '--format=json'));
is(keys_of($bad), 'cert-untrusted', 'stop after cert: it is judged');
my $said = checked('stop quit', mx_cf('-H', 'well.example', '--stop-after=helo', '--format=smtp'))->{out};
like($said, qr/ --> QUIT\n.*<-- 221/, 'stop after helo: QUIT is said');
$said = checked('stop secure', mx_cf('-H', 'well.example', '--stop-after=secure', '--format=smtp'))->{out};
like($said, qr/ ~~> QUIT\n.*<~~ 221/, 'stop after secure: QUIT is said inside TLS');

# --- what we say

sub said { my ($what, @args) = @_; return checked($what, @args, '--format=smtp')->{out} }

my $STAMP = qr/\[[\d.]+\]/;
my $ENVELOPE = qr/(MAIL|RCPT) \S+\n(?:$STAMP  ~~> (QUIT)\n)?$STAMP <~~ 250/;
is_deeply([said('pipelining', mx_cf('-H', 'well.example')) =~ /$ENVELOPE/g], ['MAIL', 'QUIT'],
    'pipelining: QUIT goes with the last command');
is_deeply([said('pipelining', mx_cf('-H', 'postmaster@well.example')) =~ /$ENVELOPE/g],
    ['MAIL', undef, 'RCPT', 'QUIT'], 'pipelining: RCPT waits for the reply to MAIL');
is_deeply([said('serial', mx_cf('-H', 'serial.example')) =~ /$ENVELOPE/g], ['MAIL', undef],
    'no pipelining inside TLS: QUIT waits for the reply, whatever was offered before');
like(said('serial', mx_cf('-H', 'serial.example')), qr/ ~~> QUIT\n$STAMP <~~ 221/, '... and is said');

like(said('fqdn', mx_cf('-H', 'well.example', '-F', 'monitor.client.example')),
    qr/ --> EHLO monitor\.client\.example\n.* ~~> EHLO monitor\.client\.example\n/s, '-F: in both EHLO');
like(said('default fqdn', mx_cf('-H', 'well.example')), qr/ --> EHLO probe\.client\.example\n/, 'EHLO: the host name');
like(said('from', mx_cf('-H', 'well.example', '-f', 'me@client.example')),
    qr/ ~~> MAIL FROM:<me\@client\.example>\n/, '-f: in MAIL FROM');
like(said('empty from', mx_cf('-H', 'well.example', '-f', '<>')), qr/ ~~> MAIL FROM:<>\n/, '-f "<>"');
like(said('rcpt', smtp_tls('-H', 'mx.well.example', '--rcpt=user@well.example')),
    qr/ ~~> RCPT TO:<user\@well\.example>\n/, '--rcpt: in RCPT TO');
unlike(said('no rcpt', smtp_tls('-H', 'mx.well.example')), qr/RCPT/, 'no --rcpt: no RCPT');
unlike(said('no data', mx_cf('-H', 'user@well.example')), qr/DATA/, 'mail is never sent');

# The To step, and what it finds.
my @RCPT = (
	['rcpt550', 'ok ok ok ok ok ok ok FAIL', 'rcpt-refused', 'WARNING'],
	['rcpt450', 'ok ok ok ok ok ok ok defer', '', 'OK'], ['rcpt251', $USER, '', 'OK'],
	['good', 'ok ok ok ok ok ok ok FAIL', 'rcpt-refused', 'WARNING'],
);
my @rcpt = run_many(
	(map { [mx_cf('-H', "user\@$_->[0].example", '-4', '--format=json')] } @RCPT),
	(map { [smtp_tls('-H', "mx.$_->[0].example", "--rcpt=user\@$_->[0].example", '-4', '--format=json')] } @RCPT));
for my $n (0 .. $#rcpt) {
	my ($domain, $steps, $keys, $state) = @{ $RCPT[$n % @RCPT] };
	my $what = "$rcpt[$n]{program} user\@$domain";
	shape_ok($rcpt[$n], $what);
	state_is($rcpt[$n], $state, $what);
	is(keys_of($rcpt[$n]), $keys, "$what: findings");
	is(steps((grep { $_->{status} eq 'tested' } hosts($rcpt[$n]))[0] // {}), $steps, "$what: steps");
}

# --- addresses

# How many lines of Postfix' log match.
sub count
{
	my ($pattern) = @_;
	open my $log, '<', "$ENV{LAB_STATE}/log/postfix" or return -1;
	return scalar grep { /$pattern/ } <$log>;
}

sub connections { my ($from) = @_; return count(qr/: connect from [^\[]*\[\Q$from\E\]/) }

# Nobody listens at this address of ours, so no other test that runs beside this one connects from it.
my $before = connections('192.0.2.200');
my $r = checked('source', mx_cf('-H', 'ecdsa.example', '--source-address=192.0.2.200'));
state_is($r, 'OK', '--source-address');
for (1 .. 20) {
	last if connections('192.0.2.200') > $before;
	select undef, undef, undef, 0.1;
}
is(connections('192.0.2.200') - $before, 1, '--source-address: one connection, from there');
$r = checked('source 6', mx_cf('-H', 'v6only.example', '--source-address=2001:db8::10'));
state_is($r, 'OK', '--source-address: IPv6');
$r = checked('source of no family', mx_cf('-H', 'dualstack.example', '--source-address=192.0.2.11', '--format=json'));
state_is($r, 'OK', '--source-address: the other family is left alone');
$r = checked('foreign source', mx_cf('-H', 'ecdsa.example', '--source-address=192.0.2.250', '--format=json'));
cmp_ok($r->{exit}, '>', 0, '--source-address: not ours, not OK');

# One connection per address for an ordinary run.
$before = connections('192.0.2.200');
checked('ten', mx_cf('-H', 'ten.example', '--source-address=192.0.2.200'));
for (1 .. 30) {
	last if connections('192.0.2.200') >= $before + 10;
	select undef, undef, undef, 0.1;
}
select undef, undef, undef, 0.3;
is(connections('192.0.2.200') - $before, 10, 'ten: ten connections');
is(count(qr/lost connection.*\[192\.0\.2\.200\]/), 0, 'ten: every one ends with QUIT');

# check_smtp_tls: every address of a name.
$r = checked('every address', smtp_tls('-H', 'mx.multiaddr.example', '--format=json', '--match=none'));
is(scalar(hosts($r)), 3, 'check_smtp_tls: every address');
state_is($r, 'CRITICAL', 'check_smtp_tls: a self-signed one among them');
$r = checked('one family', smtp_tls('-H', 'mx.good.example', '-6', '--format=json'));
is(join(' ', map { $_->{address} } grep { $_->{status} eq 'tested' } hosts($r)), '2001:db8::10', 'check_smtp_tls -6');
$r = checked('no such name', smtp_tls('-H', 'mx.nosuch.example', '--format=json'));
state_is($r, 'CRITICAL', 'check_smtp_tls: no such name');
is(keys_of($r), 'dns-error', 'check_smtp_tls: no such name: findings');
$r = checked('nobody', smtp_tls('-H', '192.0.2.200', '--format=json'));
is(keys_of($r), 'all-unreachable', 'check_smtp_tls: nobody there');

# Direct TLS to a web server on 443: no SMTP inside, and its session is judged all the same.
my $nginx = checked('nginx on 443', smtp_tls('-H', 'mta-sts.sts-good.example', '--direct-tls', '-p', 443, '--host-timeout=2',
    '--format=json'));
state_is($nginx, 'OK', 'nginx on 443');
is(finding($nginx, 'not-smtp')->{state}, 'OK', 'nginx on 443: not-smtp');
is((hosts($nginx))[0]{score}, 116, 'nginx on 443: score') or explain_failure($nginx);
is((hosts($nginx))[0]{tls}{version}, 'TLSv1.3', 'nginx on 443: version');
is(steps((hosts($nginx))[0]), 'ok FAIL - ok ok ok - -', 'nginx on 443: steps');

done_testing;

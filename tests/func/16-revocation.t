#!/usr/bin/perl
# SPDX-License-Identifier: GPL-3.0-or-later
# 16-revocation.t - staples, OCSP responders and CRL, good, bad and not there at all.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Plugin;
use Test::More;

my $UP = 116;		# trusted, TLS 1.3, nothing else tested
my $DOWN = 109;		# the same, not authenticated

# host, options, revoked, findings (OK ones too), what the finding says
my @TABLE = (
	['rv-ocsp', [], 'good', ''],
	['rv-delegated', [], 'good', ''],
	['rv-nononce', [], 'good', ''],
	['rv-crl', [], 'good', ''],
	['rv-spare', [], 'good', ''],			# a stale responder, and a list
	['rv-checked', [], 'good', ''],			# leaf by CRL, intermediate by OCSP
	['good', [], 'not-tested', ''],			# names nobody
	['selfsigned', [], 'not-tested', 'cert-untrusted'],
	['untrusted', [], 'not-tested', 'cert-untrusted'],

	['revoked', [], 'revoked', 'cert-revoked', qr/keyCompromise since 20\S+Z \(OCSP pki\.example\)/],
	['revoked', ['--revocation=ocsp'], 'revoked', 'cert-revoked', qr/\(OCSP pki\.example\)/],
	['revoked', ['--revocation=crl'], 'revoked', 'cert-revoked', qr/keyCompromise since 20\S+Z \(CRL pki\.example\)/],
	['revoked', ['--revocation=crl,staple'], 'revoked', 'cert-revoked', qr/\(CRL pki\.example\)/],
	['revoked', ['--revocation=staple'], 'not-tested', ''],
	['revoked', ['--revocation=off'], 'not-tested', ''],
	['rv-crlrevoked', [], 'revoked', 'cert-revoked', qr/\(CRL pki\.example\)/],
	['rv-ocsprevoked', [], 'revoked', 'cert-revoked', qr/\(OCSP pki\.example\)/],
	['rv-ocsprevoked', ['--revocation=crl'], 'not-tested', ''],
	['rv-fallback', [], 'revoked', 'cert-revoked', qr/\(CRL pki\.example\)/],
	['rv-fallen', [], 'revoked', 'cert-revoked', qr/intermediate CN=Lab Fallen CA,O=Lab: superseded since/],
	['rv-fallen', ['--revocation=crl'], 'revoked', 'cert-revoked', qr/intermediate/],

	['rv-unknown', [], 'unknown', 'revocation-unknown', qr/does not know this certificate/],
	['rv-stale', [], 'unknown', 'revocation-unknown', qr/out of date since 20/],
	['rv-future', [], 'unknown', 'revocation-unknown', qr/of the future/],
	['rv-stranger', [], 'unknown', 'revocation-unknown', qr/signer|somebody/],
	['rv-noeku', [], 'unknown', 'revocation-unknown', qr/signer is not certified for OCSP/],
	['rv-othernonce', [], 'unknown', 'revocation-unknown', qr/nonce/],
	['rv-otherserial', [], 'unknown', 'revocation-unknown', qr/another certificate/],
	['rv-badsig', [], 'unknown', 'revocation-unknown', qr/signature is wrong/],
	['rv-trylater', [], 'unknown', 'revocation-unknown', qr/responder says trylater/],
	['rv-garbage', [], 'unknown', 'revocation-unknown', qr/OCSP pki\.example: \w/],
	['rv-404', [], 'unknown', 'revocation-unknown', qr/404/],
	['rv-redirect', [], 'unknown', 'revocation-unknown', qr/a redirect, which is not followed/],
	['rv-silent', [], 'unknown', 'revocation-unknown', qr/timed out/],
	['rv-drip', [], 'unknown', 'revocation-unknown', qr/timed out/],
	['rv-endless', [], 'unknown', 'revocation-unknown', qr/too long/],
	['rv-closed', [], 'unknown', 'revocation-unknown', qr/closed/],
	['rv-refused', [], 'unknown', 'revocation-unknown', qr/OCSP refused\.pki\.example: Connection refused/],
	['rv-blackhole', [], 'unknown', 'revocation-unknown', qr/timed out/],
	['rv-noname', [], 'unknown', 'revocation-unknown', qr/no such name/],
	['rv-https', [], 'unknown', 'revocation-unknown', qr/only http is asked/],
	['rv-ldap', [], 'unknown', 'revocation-unknown', qr/only http is asked/],
	['rv-crlexpired', [], 'unknown', 'revocation-unknown', qr/CRL pki\.example: out of date since/],
	['rv-crlstranger', [], 'unknown', 'revocation-unknown', qr/signature is wrong/],
	['rv-crlother', [], 'unknown', 'revocation-unknown', qr/CRL of another issuer/],
	['rv-crlforged', [], 'unknown', 'revocation-unknown', qr/signature is wrong/],
	['rv-crlhuge', [], 'unknown', 'revocation-unknown', qr/too long/],
	['rv-crlgarbage', [], 'unknown', 'revocation-unknown', qr/CRL pki\.example: \w/],
	['rv-crlpem', [], 'unknown', 'revocation-unknown', qr/CRL pki\.example: \w/],
	['rv-crl404', [], 'unknown', 'revocation-unknown', qr/404/],
	['rv-stale', ['-t', '4', '--severity=revocation-unknown=warning'], 'unknown', 'revocation-unknown', qr/out of date/],
	['rv-silent', ['-t', '3'], 'unknown', 'revocation-unknown', qr/timed out/],

	['muststaple', [], 'good', 'must-staple', qr/none came/],
	['muststaple', ['--revocation=ocsp'], 'good', ''],
	['st-good', [], 'good', ''],			# and nobody listens at its responder's
	['st-good', ['--revocation=staple'], 'good', ''],
	['st-good', ['--revocation=ocsp,crl'], 'unknown', 'revocation-unknown', qr/Connection refused/],
);

sub all_keys
{
	my ($r) = @_;
	my %keys = map { $_->{key} => 1 } @{ json_of($r)->{findings} };
	return join ' ', sort keys %keys;
}

my @runs = run_many(map { [mx_cf('-H', "$_->[0].example", '--no-dane', '--no-mtasts', '--format=json', @{ $_->[1] })] } @TABLE);
for my $n (0 .. $#TABLE) {
	my ($name, $options, $revoked, $keys, $text) = @{ $TABLE[$n] };
	my ($r, $what) = ($runs[$n], join ' ', $name, @$options);
	my ($host) = hosts($r);
	my $bad = $revoked eq 'revoked' || $keys eq 'cert-untrusted';
	my $forced = grep { /^--severity/ } @$options;
	my $state = $revoked eq 'revoked' ? 'CRITICAL' : $keys =~ /must|untrusted/ || $forced ? 'WARNING' : 'OK';

	shape_ok($r, $what);
	state_is($r, $state, $what);
	is($host->{cert}{revoked}, $revoked, "$what: revoked") || explain_failure($r);
	is(all_keys($r), $keys, "$what: findings") || explain_failure($r);
	like((finding($r, $keys) // {})->{text}, $text, "$what: says why") if $text;
	is(steps($host), 'ok ok ok ok ' . ($bad ? 'FAIL' : 'ok') . ' ok ok -', "$what: steps");
	is($host->{score}, $bad ? $DOWN : $UP, "$what: score");
	is(floor_cf(host_score($host)), $host->{score}, "$what: the formula agrees");
	cmp_ok($r->{wall}, '<', 25, "$what: ends");
}

# --- nothing is asked in vain, nothing twice

sub requests
{
	my (@command) = @_;
	my $log = "$ENV{LAB_STATE}/log/pkihost";
	my $before = -s $log;
	my $r = run(@command);
	open my $in, '<', $log or die "$log: $!";
	seek $in, $before, 0;
	my %seen;
	while (<$in>) {
		chomp;
		$seen{$_}++;
	}
	return ($r, \%seen);
}

my ($r, $asked) = requests(mx_cf('-H', 'revoked.example', '--revocation=off'));
is_deeply($asked, {}, '--revocation=off: nobody is asked');
state_is($r, 'OK', '--revocation=off');
($r, $asked) = requests(mx_cf('-H', 'revoked.example', '--quick'));
is_deeply($asked, {}, '--quick: nobody is asked');
($r, $asked) = requests(mx_cf('-H', 'revoked.example', '--quick', '--revocation=ocsp'));
is_deeply($asked, { 'POST /ocsp/inter' => 1 }, '--quick --revocation=ocsp: OCSP is asked');
state_is($r, 'CRITICAL', '--quick --revocation=ocsp');
($r, $asked) = requests(mx_cf('-H', 'st-good.example'));
is_deeply($asked, {}, 'a good staple spares the question');
($r, $asked) = requests(mx_cf('-H', 'rv-ocsp.example'));
is_deeply($asked, { 'POST /ocsp/inter' => 1 }, 'OCSP knows: no list is fetched');

my @same = map { "--mx-host=mx.$_.example" } qw(revoked revoked rv-ocsp rv-ocsp);
($r, $asked) = requests(mx_cf('-H', 'good.example', '--match=none', @same, '--revocation=ocsp'));
is_deeply($asked, { 'POST /ocsp/inter' => 2 }, 'OCSP: once a certificate');
my @lists = map { "--mx-host=mx.$_.example" } qw(revoked rv-crl rv-crlrevoked);
($r, $asked) = requests(mx_cf('-H', 'good.example', '--match=none', @lists, '--revocation=crl', '--format=json'));
is_deeply($asked, { 'GET /crl/inter' => 1 }, 'CRL: once a URL');
is(join(' ', map { $_->{cert}{revoked} } hosts($r)), 'revoked good revoked', 'CRL: all of it is used');

# All at once: as long as the slowest, not as all together.
my @slow = map { "--mx-host=mx.$_.example" } qw(rv-silent rv-drip rv-blackhole rv-ocsp);
$r = checked('slow responders', mx_cf('-H', 'good.example', '--match=none', @slow, '--format=json'));
is(join(' ', map { $_->{cert}{revoked} } hosts($r)), 'unknown unknown unknown good', 'slow responders: words');
my ($cert) = grep { $_->{step} eq 'cert' } @{ (hosts($r))[0]{steps} };
cmp_ok($cert->{ms}, '<', 4000, 'nobody waits in step Cert');

# --- DANE or not

$r = checked('DANE', mx_cf('-H', 'rv-dane.example', '--format=json'));
state_is($r, 'CRITICAL', 'revoked, and DANE matches');
is(keys_of($r), 'cert-revoked', 'revoked, and DANE matches: findings');
is(steps((hosts($r))[0]), 'ok ok ok ok FAIL ok ok -', 'revoked, and DANE matches: step Cert');

$r = checked('check_dane', dane('-H', 'rv-dane.example', '--format=json'));
state_is($r, 'CRITICAL', 'check_dane: revoked, and DANE matches');
is(keys_of($r), 'cert-revoked', 'check_dane: findings');
$r = checked('check_dane, must-staple', dane('-H', 'muststaple.example', '--format=json', '--severity=dane-none=ok'));
is((finding($r, 'must-staple') // {})->{state}, 'OK', 'check_dane: must-staple is ok');

# --- staples of a server that sends whatever it has

my @STAPLED = (
	['st-stale', [], 'good', 'must-staple', qr/does not hold/, 'WARNING'],
	['st-stale', ['--revocation=staple'], 'unknown', 'must-staple revocation-unknown', qr/does not hold/, 'WARNING'],
	['st-revoked', [], 'revoked', 'cert-revoked', qr/\(OCSP staple\)/, 'CRITICAL'],
	['st-revoked', ['--revocation=ocsp,crl'], 'not-tested', '', undef, 'OK'],
	['st-other', [], 'unknown', 'must-staple revocation-unknown', qr/does not hold/, 'WARNING'],
);

for my $row (@STAPLED) {
	my ($name, $options, $revoked, $keys, $text, $state) = @$row;
	my $what = join ' ', $name, @$options;
	my $s = checked($what, smtp_tls('-H', "mx.$name.example", '-p', 443, '--direct-tls',
	    '--stop-after=cert', '--format=json', @$options));
	state_is($s, $state, $what);
	is((hosts($s))[0]{cert}{revoked}, $revoked, "$what: revoked") || explain_failure($s);
	is(all_keys($s), $keys, "$what: findings");
	like((finding($s, (split ' ', $keys)[0]) // {})->{text}, $text, "$what: says why") if $text;
}

# --- what is shown

my $shown = checked('plugin', smtp_tls('-H', 'mx.revoked.example'));
like($shown->{first}, qr/^SMTP_TLS CRITICAL - .*certificate is revoked: keyCompromise/, 'the first line says it');
$shown = checked('smtp', mx_cf('-H', 'revoked.example', '--format=smtp'));
like($shown->{out}, qr/Cert REVOKED: keyCompromise/, 'the transcript says it');
$shown = checked('explain', mx_cf('-H', 'revoked.example', '--explain'));
like($shown->{out}, qr/lost .*revoked: keyCompromise.* Replace the certificate/, '--explain says what to do');

done_testing;

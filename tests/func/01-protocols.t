#!/usr/bin/perl
# SPDX-License-Identifier: GPL-3.0-or-later
# 01-protocols.t - every protocol and kind of cipher, on real servers: score, band, steps, states.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Plugin;
use Test::More;

my $ALL = 'ok ok ok ok ok ok ok -';
my $CLEAR = 'ok ok ok FAIL - - ok -';

# domain, protocol, points of 100 (undef: no encryption), CF, band, steps, state and findings of
# check_mx_cf, state of check_smtp_tls, size of a finite-field group
my @TABLE = (
	['good', 'TLSv1.3', 75, 116, 'tlsv1.3', $ALL, 'OK', '', 'OK'],
	['tls13', 'TLSv1.3', 75, 116, 'tlsv1.3', $ALL, 'OK', '', 'OK'],
	['tls12', 'TLSv1.2', 75, 99, 'tlsv1.2', $ALL, 'OK', '', 'OK'],
	['tls11', 'TLSv1.1', 65, 82, 'tlsv1.1', $ALL, 'WARNING', 'cf', 'OK'],
	['tls10', 'TLSv1', 65, 70, 'tlsv1.0', $ALL, 'WARNING', 'cf', 'OK'],
	['notls', undef, undef, 0, 'none', $CLEAR, 'CRITICAL', 'cf no-tls', 'CRITICAL'],
	['cbcnofs', 'TLSv1.2', 54, 96, 'tlsv1.2', $ALL, 'OK', '', 'OK'],
	['gcmnofs', 'TLSv1.2', 58, 96, 'tlsv1.2', $ALL, 'OK', '', 'OK'],
	['cbcfs', 'TLSv1.2', 65, 97, 'tlsv1.2', $ALL, 'OK', '', 'OK'],
	['dhe1024', 'TLSv1.2', 58, 96, 'tlsv1.2', $ALL, 'OK', '', 'OK', 1024],
	['dhe2048', 'TLSv1.2', 75, 99, 'tlsv1.2', $ALL, 'OK', '', 'OK', 2048],
	['anon', 'TLSv1.2', 0, 88, 'tlsv1.2', 'ok ok ok ok FAIL ok ok -', 'WARNING',
	    qr/^cert-\S+.* cf$|^(?=.*\bcert-untrusted\b)(?=.*\bcf\b)/, 'CRITICAL', 3072],
	['ecdsa', 'TLSv1.3', 75, 116, 'tlsv1.3', $ALL, 'OK', '', 'OK'],
	['dual', 'TLSv1.3', 75, 116, 'tlsv1.3', $ALL, 'OK', '', 'OK'],
	['v6only', 'TLSv1.3', 75, 116, 'tlsv1.3', $ALL, 'OK', '', 'OK'],
	['dualstack', 'TLSv1.3', 75, 116, 'tlsv1.3', $ALL, 'OK', '', 'OK'],
	['exim', 'TLSv1.3', 75, 116, 'tlsv1.3', $ALL, 'OK', '', 'OK'],
	['clientask', 'TLSv1.3', 75, 116, 'tlsv1.3', $ALL, 'OK', '', 'OK'],
	['nsec3', 'TLSv1.3', 75, 116, 'tlsv1.3', $ALL, 'OK', '', 'OK'],
	['unsigned', 'TLSv1.3', 75, 116, 'tlsv1.3', $ALL, 'OK', '', 'OK'],
);

sub check_host
{
	my ($name, $host, $row) = @_;
	my (undef, $version, $points, $cf, $band, $steps, undef, undef, undef, $dh) = @$row;
	is($host->{status}, 'tested', "$name: status");
	is(steps($host), $steps, "$name: steps");
	is($host->{score}, $cf, "$name: score");
	is($host->{band}, $band, "$name: band");
	return if !$version;
	like($host->{tls}{version}, qr/^\Q$version\E(?:\.0)?$/, "$name: protocol");
	is(quality($host, $dh), $points, "$name: points");
	is(floor_cf(host_score($host, $dh)), $cf, "$name: the formula agrees");
}

my @runs = run_many(
	(map { [mx_cf('-H', "$_->[0].example", '--format=json')] } @TABLE),
	(map { [smtp_tls('-H', "mx.$_->[0].example", '--format=json')] } @TABLE),
	(map { [mx_cf('-H', "$_->[0].example")] } @TABLE));

for my $n (0 .. $#TABLE) {
	my $row = $TABLE[$n];
	my ($domain, $version, undef, $cf, undef, undef, $state, $keys, $smtp_state) = @$row;
	my ($mx, $smtp, $plugin) = @runs[$n, $n + @TABLE, $n + 2 * @TABLE];

	shape_ok($mx, $domain);
	state_is($mx, $state, $domain);
	my $json = json_of($mx);
	is($json->{cf}{score}, $cf, "$domain: CF") || explain_failure($mx);
	is($json->{cf}{max}, $BEST, "$domain: the maximum");
	is($json->{cf}{percent}, int(100 * $cf / $BEST), "$domain: percent");
	is($json->{cf}{worst}{score}, $cf, "$domain: worst");
	ref $keys ? like(keys_of($mx), $keys, "$domain: findings")
	    : is(keys_of($mx), $keys, "$domain: findings");
	check_host("$domain $_->{address}", $_, $row) for hosts($mx);
	is(scalar(hosts($mx)), $domain =~ /^(?:good|tls1[23]|dualstack)$/ ? 2 : 1, "$domain: addresses");

	shape_ok($smtp, "smtp_tls $domain");
	state_is($smtp, $smtp_state, "smtp_tls $domain");
	is(json_of($smtp)->{cf}{score}, $cf, "smtp_tls $domain: CF") || explain_failure($smtp);

	shape_ok($plugin, "plugin $domain");
	state_is($plugin, $state, "plugin $domain");
	like($plugin->{first}, qr/\Q$domain.example\E CF $cf of $BEST \(/, "$domain: CF in the first line");
	labels($plugin);
	is($plugin->{perf}{cf} && $plugin->{perf}{cf}->value, $cf, "$domain: cf in perfdata");
}

# What single servers are known for.
my %run = map { $TABLE[$_][0] => $runs[$_] } 0 .. $#TABLE;
my %host = map { $_ => (hosts($run{$_}))[0] } keys %run;
is($host{cbcnofs}{tls}{cipher}, 'AES128-SHA', 'cbcnofs: cipher');
ok(!$host{cbcnofs}{tls}{forward_secrecy}, 'cbcnofs: no forward secrecy');
ok(!$host{cbcnofs}{tls}{aead}, 'cbcnofs: no AEAD');
is($host{cbcnofs}{tls}{group}, undef, 'cbcnofs: no group');
is($host{cbcnofs}{tls}{peer_signature}, undef, 'cbcnofs: no signature of the session');
is($host{cbcnofs}{tls}{bits}, 128, 'cbcnofs: bits');
ok(!$host{gcmnofs}{tls}{forward_secrecy} && $host{gcmnofs}{tls}{aead}, 'gcmnofs: AEAD alone');
ok($host{cbcfs}{tls}{forward_secrecy} && !$host{cbcfs}{tls}{aead}, 'cbcfs: forward secrecy alone');
is($host{ecdsa}{chain}[0]{key}, 'EC', 'ecdsa: key');
is($host{ecdsa}{chain}[0]{bits}, 256, 'ecdsa: bits');
is($host{good}{chain}[0]{key}, 'RSA', 'good: key');
is($host{good}{chain}[0]{bits}, 2048, 'good: bits');
ok($host{good}{tls}{handshake_ms} > 0, 'good: the handshake took time');
ok(!$host{notls}{tls} || !defined $host{notls}{tls}{version}, 'notls: no session');
is($host{notls}{smtp}{tls_offered}, JSON::PP::false, 'notls: not offered');
is($host{good}{smtp}{tls_offered}, JSON::PP::true, 'good: offered');
like($host{good}{smtp}{banner}, qr/^220 mx\.good\.example/, 'good: banner');
ok((grep { $_ eq 'STARTTLS' } @{ $host{good}{smtp}{extensions} }), 'good: extensions');
is_deeply($host{anon}{chain}, [], 'anon: no certificate');

# A server that breaks the handshake after its own part of it.
my $broken = checked('opensmtpd', mx_cf('-H', 'postmaster@opensmtpd.example', '--format=json'));
my ($host) = hosts($broken);
state_is($broken, 'CRITICAL', 'opensmtpd');
is($host->{score}, 20, 'opensmtpd: score');
is($host->{band}, 'none', 'opensmtpd: band');
like(steps($host), qr/^ok ok ok ok (?:ok|-) FAIL ok ok$/, 'opensmtpd: steps');
is(keys_of($broken), 'cf tls-failed', 'opensmtpd: findings');

# The whole session of a user: the To step, too.
my $user = checked('user', mx_cf('-H', 'postmaster@good.example', '--format=json', '-4'));
is(steps((hosts($user))[0] // {}), 'ok ok ok ok ok ok ok ok', 'user: steps');
is(json_of($user)->{target}, 'postmaster@good.example', 'user: target');
is(json_of($user)->{domain}, 'good.example', 'user: domain');

done_testing;

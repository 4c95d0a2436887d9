#!/usr/bin/perl
# SPDX-License-Identifier: GPL-3.0-or-later
# 02-certificates.t - every defect a certificate can have, and the options that judge it.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Plugin;
use Test::More;

my $pki = $ENV{LAB_PKI};

# domain, CF, Cert step, findings, state of check_mx_cf, state of check_smtp_tls,
# trusted, name matches, in date
my @TABLE = (
	['good', 116, 'ok', '', 'OK', 'OK', 1, 1, 1],
	['selfsigned', 109, 'FAIL', 'cert-untrusted', 'WARNING', 'CRITICAL', 0, 1, 1],
	['untrusted', 109, 'FAIL', 'cert-untrusted', 'WARNING', 'CRITICAL', 0, 1, 1],
	['wrongname', 109, 'FAIL', 'cert-name', 'WARNING', 'CRITICAL', 1, 0, 1],
	['expired', 109, 'FAIL', 'cert-expired', 'CRITICAL', 'CRITICAL', 1, 1, 0],
	['notyet', 109, 'FAIL', 'cert-expired', 'CRITICAL', 'CRITICAL', 1, 1, 0],
	['sha1', 115, 'FAIL', 'cert-weak', 'WARNING', 'WARNING', 1, 1, 1],
	['rsa1024', 115, 'FAIL', 'cert-weak', 'WARNING', 'WARNING', 1, 1, 1],
	['wildcard', 116, 'ok', '', 'OK', 'OK', 1, 1, 1],
	['widewild', 109, 'FAIL', 'cert-name', 'WARNING', 'CRITICAL', 1, 0, 1],
	['cnonly', 116, 'ok', '', 'OK', 'OK', 1, 1, 1],
	['nointermediate', 109, 'FAIL', 'cert-untrusted', 'WARNING', 'CRITICAL', 0, 1, 1],
	['nameconstraint', 109, 'FAIL', 'cert-untrusted', 'WARNING', 'CRITICAL', 0, 1, 1],
	['wrongeku', 109, 'FAIL', 'cert-untrusted', 'WARNING', 'CRITICAL', 0, 1, 1],
	['wrongorder', 116, 'ok', '', 'OK', 'OK', 1, 1, 1],
	['soon', 116, 'ok', 'cert-days', 'WARNING', 'WARNING', 1, 1, 1],
	['tomorrow', 116, 'ok', 'cert-days', 'CRITICAL', 'CRITICAL', 1, 1, 1],
	['domainname', 109, 'FAIL', 'cert-name', 'WARNING', 'CRITICAL', 1, 0, 1],
	['ecdsa', 116, 'ok', '', 'OK', 'OK', 1, 1, 1],
	['revoked', 109, 'FAIL', 'cert-revoked', 'CRITICAL', 'CRITICAL', 1, 1, 1],
	['muststaple', 116, 'ok', 'must-staple', 'WARNING', 'WARNING', 1, 1, 1],
);

# Those whose certificate names somebody to ask.
my %REVOKED = (revoked => 'revoked', muststaple => 'good');

my @runs = run_many(
	(map { [mx_cf('-H', "$_->[0].example", '--format=json')] } @TABLE),
	(map { [smtp_tls('-H', "mx.$_->[0].example", '--format=json')] } @TABLE),
	(map { [mx_cf('-H', "$_->[0].example")] } @TABLE),
	(map { [smtp_tls('-H', "mx.$_->[0].example")] } @TABLE));
my %run;

for my $n (0 .. $#TABLE) {
	my ($domain, $cf, $step, $keys, $state, $smtp_state, $trusted, $name, $date) = @{ $TABLE[$n] };
	my ($mx, $smtp, $plugin, $smtp_plugin) = map { $runs[$n + $_ * @TABLE] } 0 .. 3;
	$run{$domain} = $mx;
	shape_ok($mx, $domain);
	state_is($mx, $state, $domain);
	is(keys_of($mx), $keys, "$domain: findings") || explain_failure($mx);
	my ($host) = hosts($mx);
	is(steps($host), "ok ok ok ok $step ok ok -", "$domain: steps");
	is($host->{score}, $cf, "$domain: score");
	is(floor_cf(host_score($host)), $cf, "$domain: the formula agrees");
	is(!!$host->{cert}{trusted}, !!$trusted, "$domain: trusted");
	is(!!$host->{cert}{name_match}, !!$name, "$domain: name matches");
	is(!!$host->{cert}{in_date}, !!$date, "$domain: in date");
	is($host->{cert}{revoked}, $REVOKED{$domain} // 'not-tested', "$domain: revocation");

	shape_ok($smtp, "smtp_tls $domain");
	state_is($smtp, $smtp_state, "smtp_tls $domain");
	is(keys_of($smtp), $keys, "smtp_tls $domain: findings") || explain_failure($smtp);
	is((hosts($smtp))[0]{score}, $cf, "smtp_tls $domain: score");

	shape_ok($plugin, "plugin $domain");
	shape_ok($smtp_plugin, "plugin smtp_tls $domain");
	is($plugin->{exit}, $mx->{exit}, "$domain: same exit code in both formats");
	is($smtp_plugin->{exit}, $smtp->{exit}, "smtp_tls $domain: same exit code in both formats");
	like($plugin->{out}, qr/\n\\_\[\Q$state\E\] /, "$domain: the tree has the state");
	my $days = $host->{cert}{days_left};
	my $perf = $plugin->{perf}{cert_days};
	ok($perf && abs($perf->value - $days) <= 0.11, "$domain: cert_days");
}

# --- the facts behind the findings

sub cert { return (hosts($run{ $_[0] }))[0]{cert} }
sub chain { return (hosts($run{ $_[0] }))[0]{chain} }
sub first_line { my ($n) = grep { $TABLE[$_][0] eq $_[0] } 0 .. $#TABLE;
	return $runs[$n + 2 * @TABLE]{first} }

like(first_line('wrongname'), qr/MX_CF WARNING - wrongname\.example .*names mx\.other\.example/,
    'wrongname: the line tells the name found');
like(first_line('expired'), qr/expired/, 'expired: the line says so');
like(first_line('notyet'), qr/not (?:yet )?valid|not valid (?:yet|before)/i, 'notyet: the line says so');
like(first_line('sha1'), qr/sha-?1/i, 'sha1: the line says so');
like(first_line('rsa1024'), qr/1024/, 'rsa1024: the line says so');
like(first_line('soon'), qr/10(?:\.\d)? days/, 'soon: the line says how many days');
is(cert('wildcard')->{matched_name}, '*.wildcard.example', 'wildcard: the name as written');
is(cert('cnonly')->{matched_name}, 'mx.cnonly.example', 'cnonly: the common name counts');
is_deeply(chain('cnonly')->[0]{sans}, [], 'cnonly: no SAN');
is(cert('wrongname')->{matched_name}, undef, 'wrongname: no matched name');
is_deeply(chain('wrongname')->[0]{sans}, ['DNS:mx.other.example'], 'wrongname: SANs')
    or is_deeply(chain('wrongname')->[0]{sans}, ['mx.other.example']);
is(chain('rsa1024')->[0]{bits}, 1024, 'rsa1024: bits');
like(chain('sha1')->[0]{signature}, qr/sha1/i, 'sha1: signature');
is(scalar(@{ cert('sha1')->{weak} }), 1, 'sha1: one weakness');
is(scalar(@{ cert('rsa1024')->{weak} }), 1, 'rsa1024: one weakness');
is(scalar(@{ cert('good')->{weak} }), 0, 'good: no weakness');
is(scalar(@{ cert('good')->{errors} }), 0, 'good: no errors');
cmp_ok(scalar(@{ cert('selfsigned')->{errors} }), '>', 0, 'selfsigned: errors');
cmp_ok(cert('expired')->{days_left}, '<', -9, 'expired: days left');
cmp_ok(cert('soon')->{days_left}, '<', 11, 'soon: days left');
is(scalar(@{ chain('good') }), 2, 'good: the chain as sent');
is(scalar(@{ chain('nointermediate') }), 1, 'nointermediate: a leaf alone');
is(scalar(@{ chain('wrongorder') }), 3, 'wrongorder: the chain as sent');
like(chain('wrongorder')->[1]{subject}, qr/Lab Issuing CA/, 'wrongorder: in the order as sent');
like(chain('good')->[0]{sha256}, qr/^[0-9a-fA-F:]{64,95}$/, 'good: fingerprint');
like(chain('good')->[0]{not_after}, qr/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/, 'good: not_after');

my $openssl = `openssl x509 -in $pki/hosts/good.pem -noout -fingerprint -sha256 -serial`;
my ($sha256) = $openssl =~ /Fingerprint=(\S+)/i;
my ($serial) = $openssl =~ /serial=(\S+)/;
is(lc(chain('good')->[0]{sha256} =~ tr/://dr), lc($sha256 =~ tr/://dr), 'good: the fingerprint is right');
is(hex(chain('good')->[0]{serial} =~ s/^0x//r), hex($serial), 'good: the serial is right');

# --- options: domain, arguments, state of check_mx_cf, findings above OK, CF

my $stranger = "$pki/ca/stranger/cert.pem";

my @OPTIONS = (
	['selfsigned', ['--severity=cert-untrusted=ok'], 'OK', '', 109],
	['selfsigned', ['--severity=cert-untrusted=critical'], 'CRITICAL', 'cert-untrusted', 109],
	['selfsigned', ['--severity=cert-untrusted=unknown'], 'UNKNOWN', 'cert-untrusted', 109],
	['selfsigned', ['--severity=cert-untrusted=critical', '--severity=cert-untrusted=ok'], 'OK', '', 109],
	['selfsigned', ['--severity=cert-name=ok', '--severity', 'cert-expired=ok'], 'WARNING',
	    'cert-untrusted', 109],
	['expired', ['--severity=cert-expired=warning'], 'WARNING', 'cert-expired', 109],
	['expired', ['--severity=cert-expired=ok'], 'OK', '', 109],
	['sha1', ['--severity=cert-weak=critical'], 'CRITICAL', 'cert-weak', 115],
	['tls11', ['--severity=cf=ok'], 'OK', '', 82],
	['notls', ['--severity=no-tls=warning', '-w', '0:', '-c', '0:'], 'WARNING', 'no-tls', 0],
	['wrongname', ['--match=none'], 'OK', '', 116],
	['wrongname', ['--match=mx'], 'WARNING', 'cert-name', 109],
	['wrongname', ['--verify-name=mx.other.example'], 'OK', '', 116],
	['wrongname', ['--verify-name=a.example', '--verify-name=MX.Other.Example'], 'OK', '', 116],
	['wrongname', ['--verify-name=other.example'], 'WARNING', 'cert-name', 109],
	['good', ['--verify-name=mx.other.example'], 'OK', '', 116],
	['domainname', ['--match=domain'], 'OK', '', 116],
	['domainname', ['--match=any'], 'OK', '', 116],
	['good', ['--match=domain'], 'WARNING', 'cert-name', 109],
	['good', ['--match=any'], 'OK', '', 116],
	['good', ['-D', '90'], 'WARNING', 'cert-days', 116],
	['good', ['-D', '90,85'], 'CRITICAL', 'cert-days', 116],
	['good', ['--certificate=85.5,60.25'], 'WARNING', 'cert-days', 116],
	['soon', ['-D', '0'], 'OK', '', 116],
	['soon', ['-D', '10,2'], 'OK', '', 116],
	['soon', ['-D', '12,11'], 'CRITICAL', 'cert-days', 116],
	['tomorrow', ['-D', '10,2'], 'WARNING', 'cert-days', 116],
	['expired', ['-D', '0'], 'CRITICAL', 'cert-expired', 109],
	['untrusted', ["--ca-file=$stranger"], 'OK', '', 116],
	['good', ["--ca-file=$stranger"], 'WARNING', 'cert-untrusted', 109],
	['good', ["--ca-file=$ENV{LAB_CA_FILE}"], 'OK', '', 116],
	['good', ["--ca-path=$ENV{LAB_CA_PATH}"], 'OK', '', 116],
	['good', ["--ca-file=$stranger", "--ca-path=$ENV{LAB_CA_PATH}"], 'OK', '', 116],
	['untrusted', ["--ca-file=$stranger", "--ca-path=$ENV{LAB_CA_PATH}"], 'OK', '', 116],
	['nointermediate', ["--ca-file=$pki/ca/inter/cert.pem", "--ca-path=$ENV{LAB_CA_PATH}"], 'OK', '', 116],
	['wrongeku', ['--match=none'], 'WARNING', 'cert-untrusted', 109],
);

my @results = run_many(map { [mx_cf('-H', "$_->[0].example", '--format=json', @{ $_->[1] })] } @OPTIONS);
for my $n (0 .. $#OPTIONS) {
	my ($domain, $args, $state, $keys, $cf) = @{ $OPTIONS[$n] };
	my $what = "$domain @$args";
	shape_ok($results[$n], $what);
	state_is($results[$n], $state, $what);
	is(keys_of($results[$n]), $keys, "$what: findings");
	is(json_of($results[$n])->{cf}{score}, $cf, "$what: CF");
}

# An overridden finding is still told, in JSON and in the tree.
is((finding($results[0], 'cert-untrusted') // {})->{state}, 'OK', 'an overridden finding is listed');
my $plain = checked('override', mx_cf('-H', 'selfsigned.example', '--severity=cert-untrusted=ok'));
like($plain->{out}, qr/self-signed|self.signed/i, 'an overridden finding is in the tree');

# Untested is not "matches": --match=none says so.
my $none = checked('match none', mx_cf('-H', 'wrongname.example', '--match=none', '-v'));
like($none->{out}, qr/name/, '--match=none: a note');
my $cn = checked('common name', mx_cf('-H', 'cnonly.example', '-v'));
like($cn->{out}, qr/common name|\bCN\b/i, 'cnonly: a note');

# --- check_smtp_tls has its own ways to say which names are right

my @SMTP = (
	[['-H', 'mx.domainname.example', '--match=domain', '--for-domain=domainname.example'], 'OK'],
	[['-H', 'mx.domainname.example', '--match=any', '--for-domain=domainname.example'], 'OK'],
	[['-H', 'mx.domainname.example', '--match=mx', '--for-domain=domainname.example'], 'CRITICAL'],
	[['-H', 'mx.domainname.example', '--verify-name=domainname.example'], 'OK'],
	[['-H', '192.0.2.10', '--verify-name=mx.good.example'], 'OK'],
	[['-H', '192.0.2.10'], 'CRITICAL'],
	[['-H', '192.0.2.10', '--match=none'], 'OK'],
	[['-H', '192.0.2.10', '--severity=cert-name=ok'], 'OK'],
	[['-H', '2001:db8::10', '--verify-name=mx.good.example'], 'OK'],
	[['-H', '[2001:db8::10]', '--verify-name=mx.good.example'], 'OK'],
	[['-H', 'mx.selfsigned.example', '--severity=cert-untrusted=warning'], 'WARNING'],
	[['-H', 'mx.soon.example', '-D', '12,11'], 'CRITICAL'],
	[['-H', 'mx.soon.example', '-D', '0'], 'OK'],
);

my @smtp = run_many(map { [smtp_tls(@{ $_->[0] })] } @SMTP);
for my $n (0 .. $#SMTP) {
	shape_ok($smtp[$n], "smtp_tls @{ $SMTP[$n][0] }");
	state_is($smtp[$n], $SMTP[$n][1], "smtp_tls @{ $SMTP[$n][0] }");
}

done_testing;

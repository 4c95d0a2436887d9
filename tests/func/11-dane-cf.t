#!/usr/bin/perl
# SPDX-License-Identifier: GPL-3.0-or-later
# 11-dane-cf.t - DANE in check_mx_cf and check_smtp_tls: points, the Cert step, severities.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Plugin;
use Test::More;

my $WRONG = 'dane-mismatch';

# domain, arguments, state, findings above OK, CF, DANE of each host (any order), Cert step of the first
my @MX_CF = (
	['ee.dane', [], 'OK', '', 119, ['match'], 'ok'],
	['ee-self.dane', [], 'OK', '', 119, ['match'], 'ok'],
	['ee-name.dane', [], 'OK', '', 119, ['match'], 'ok'],
	['ee-expired.dane', [], 'OK', '', 119, ['match'], 'ok'],
	['ee-self-expired.dane', [], 'OK', '', 119, ['match'], 'ok'],
	['ee-expired.dane', ['-D', '30,20'], 'OK', '', 119, ['match'], 'ok'],
	['ee.dane', ['-D', '90,85'], 'OK', '', 119, ['match'], 'ok'],
	['ta.dane', ['-D', '90,85'], 'CRITICAL', 'cert-days', 119, ['match'], 'ok'],
	['ee-tls10.dane', [], 'WARNING', 'cf', 72, ['match'], 'ok'],
	['ee-revoked.dane', ['--revocation=off'], 'OK', '', 119, ['match'], 'ok'],
	['ee-revoked.dane', [], 'CRITICAL', 'cert-revoked', 112, ['match'], 'FAIL'],
	['ee-wrong.dane', [], 'CRITICAL', $WRONG, 116, ['mismatch'], 'ok'],
	['agility.dane', [], 'CRITICAL', $WRONG, 116, ['mismatch'], 'ok'],
	['ta.dane', [], 'OK', '', 119, ['match'], 'ok'],
	['ta-name.dane', [], 'CRITICAL', "cert-name $WRONG", 109, ['name-mismatch'], 'FAIL'],
	['ta-name.dane', ['--match=none'], 'CRITICAL', $WRONG, 116, ['name-mismatch'], 'ok'],
	['daneexp', [], 'CRITICAL', "cert-expired $WRONG", 109, ['expired'], 'FAIL'],
	['danepriv', [], 'OK', '', 119, ['match'], 'ok'],
	['daneorg', [], 'OK', '', 119, ['match'], 'ok'],
	['danebare', [], 'OK', '', 119, ['match'], 'ok'],
	['none.dane', [], 'OK', '', 116, ['none'], 'ok'],
	['none.dane', ['--severity=dane-none=warning'], 'WARNING', 'dane-none', 116, ['none'], 'ok'],
	['un-usage1.dane', [], 'WARNING', 'dane-unusable', 116, ['unusable'], 'ok'],
	['un-wrong-self.dane', [], 'WARNING', 'cert-name cert-untrusted dane-unusable', 109, ['unusable'], 'FAIL'],
	['mixed.dane', [], 'OK', '', 119, ['match'], 'ok'],
	['mixed.dane', ['--severity=dane-lint=warning'], 'WARNING', 'dane-lint', 119, ['match'], 'ok'],
	['no-tls.dane', [], 'CRITICAL', 'cf no-tls', 0, undef, '-'],
	['dual.dane', [], 'OK', '', 119, ['match'], 'ok'],
	['ecdsa.dane', [], 'OK', '', 119, ['match'], 'ok'],
	['two.dane', [], 'OK', '', 119, ['match', 'match'], 'ok'],
	['two-wrong.dane', [], 'CRITICAL', $WRONG, 118, ['match', 'mismatch'], 'ok'],
	['two-none.dane', [], 'OK', '', 118, ['match', 'none'], 'ok'],
	['implicit.dane', [], 'OK', '', 119, ['match'], 'ok'],
	# half DANE earns nothing, and authenticates nobody; what is wrong stays wrong
	['half-ee.unsigned', [], 'OK', '', 116, ['match'], 'ok'],
	['half-self.unsigned', [], 'WARNING', 'cert-name cert-untrusted', 109, ['match'], 'FAIL'],
	['half-wrong.unsigned', [], 'CRITICAL', $WRONG, 116, ['mismatch'], 'ok'],
	['dane.unsigned', [], 'WARNING', 'cert-name', 109, ['none'], 'FAIL'],
	['tc-unsigned.dane', [], 'OK', '', 116, ['insecure'], 'ok'],
	['bogus.odd', ['--match=none'], 'CRITICAL', 'dane-error', 116, ['error'], 'ok'],
	['refused.odd', ['--match=none'], 'CRITICAL', 'dane-error', 116, ['error'], 'ok'],
	['cn-both.dane', [], 'OK', '', 119, ['match'], 'ok'],
	# one handshake for PKIX with the MX name, one for DANE with the base name: only that one matches
	['sni.dane', [], 'OK', '', 119, ['match'], 'ok'],
	['wrongds', ['--no-mtasts'], 'CRITICAL', 'cf dns-bogus', 50, [], undef],
	# not tested is not failed
	['ee.dane', ['--no-dane'], 'OK', '', 116, ['not-tested'], 'ok'],
	['ee-wrong.dane', ['--no-dane'], 'OK', '', 116, ['not-tested'], 'ok'],
	['ee-self.dane', ['--no-dane'], 'WARNING', 'cert-name cert-untrusted', 109, ['not-tested'], 'FAIL'],
	['ee.dane', ['--quick'], 'OK', '', 116, ['not-tested'], 'ok'],
	['ee.dane', ['--quick', '--dane'], 'OK', '', 119, ['match'], 'ok'],
	['ee-wrong.dane', ['--dane', '--quick'], 'CRITICAL', $WRONG, 116, ['mismatch'], 'ok'],
	['ee.dane', ['--dnssec=ad'], 'OK', '', 119, ['match'], 'ok'],
	['bogus.odd', ['--dnssec=ad', '--match=none'], 'CRITICAL', 'dane-error', 116, ['error'], 'ok'],
);

# host, arguments, as above
my @SMTP_TLS = (
	['mx-ee.dane', [], 'OK', '', 116, ['not-tested'], 'ok'],
	['mx-ee.dane', ['--dane'], 'OK', '', 119, ['match'], 'ok'],
	['mx-ee-self.dane', [], 'CRITICAL', 'cert-name cert-untrusted', 109, ['not-tested'], 'FAIL'],
	['mx-ee-self.dane', ['--dane'], 'OK', '', 119, ['match'], 'ok'],
	['mx-ee-wrong.dane', ['--dane'], 'CRITICAL', $WRONG, 116, ['mismatch'], 'ok'],
	['mx-none.dane', ['--dane'], 'OK', '', 116, ['none'], 'ok'],
	['mx-un-usage1.dane', ['--dane'], 'WARNING', 'dane-unusable', 116, ['unusable'], 'ok'],
	['mx-bogus.odd', ['--dane', '--match=none'], 'CRITICAL', 'dane-error', 116, ['error'], 'ok'],
	['mx-no-tls.dane', ['--dane'], 'CRITICAL', 'no-tls', 0, undef, '-'],
	['mx.daneorg', ['--dane'], 'CRITICAL', "cert-name $WRONG", 109, ['name-mismatch'], 'FAIL'],
	['mx.daneorg', ['--dane', '--for-domain=daneorg.example'], 'OK', '', 119, ['match'], 'ok'],
	['mx-port.dane', ['--dane'], 'CRITICAL', $WRONG, 116, ['mismatch'], 'ok'],
	['mx-port.dane', ['--dane', '--direct-tls'], 'OK', '', 119, ['match'], 'ok'],
	['mx-cn-both.dane', ['--dane'], 'OK', '', 119, ['match'], 'ok'],
);

my @mx_cf = run_many(map { [mx_cf('-H', "$_->[0].example", @{ $_->[1] }, '--format=json')] } @MX_CF);
my @smtp = run_many(map { [smtp_tls('-H', "$_->[0].example", @{ $_->[1] }, '--format=json')] } @SMTP_TLS);

sub judged
{
	my ($r, $row) = @_;
	my ($name, $args, $state, $keys, $cf, $dane, $cert) = @$row;
	my $what = join ' ', $r->{program}, $name, @$args;
	shape_ok($r, $what);
	my $json = json_of($r) or return;
	my $good = state_is($r, $state, $what);
	$good &= is(keys_of($r), $keys, "$what: findings");
	$good &= is($json->{cf}{score}, $cf, "$what: CF");
	$good &= is(domain_cf($r), $cf, "$what: the formula agrees");
	my @got = sort map { $_->{dane}{status} } hosts($r);
	$good &= is("@got", join(' ', sort @$dane), "$what: DANE") if $dane;
	my ($host) = hosts($r);
	$good &= is((split ' ', steps($host))[4], $cert, "$what: Cert step") if $cert;
	explain_failure($r) if !$good;
}

judged($mx_cf[$_], $MX_CF[$_]) for 0 .. $#MX_CF;
judged($smtp[$_], $SMTP_TLS[$_]) for 0 .. $#SMTP_TLS;
my %run = map { join(' ', $MX_CF[$_][0], @{ $MX_CF[$_][1] }) => $mx_cf[$_] } 0 .. $#MX_CF;

sub lost
{
	my ($name) = @_;
	my ($host) = hosts($run{$name});
	return (grep { $_->{check} eq 'dane' } @{ $host->{lost} })[0];
}

is(json_of($run{'ee.dane'})->{cf}{best}, 121, 'ee: the best');
cmp_ok(json_of($run{'ee.dane --no-dane'})->{cf}{max}, '<', json_of($run{'ee.dane'})->{cf}{max},
    '--no-dane: a lower maximum');
is(lost('ee.dane'), undef, 'ee: nothing is lost to DANE');
like(sprintf('%.2f', lost('none.dane')->{points}), qr/^2\.[56]/, 'none: what is lost');
like(lost('ee-wrong.dane')->{why}, qr/\S/, 'ee-wrong: why it is lost');
like(lost('half-ee.unsigned')->{why}, qr/MX|half/i, 'half-ee: why it is lost');

my @plain = run_many((map { [mx_cf('-H', "$_.example")] } qw(ee.dane ee-self.dane ee-wrong.dane un-usage1.dane
    bogus.odd two-wrong.dane)), (map { [smtp_tls('-H', "mx-$_.dane.example", '--dane')] } qw(ee ee-self ee-wrong)),
    [mx_cf('-H', 'agility.dane.example', '-vvv')], [mx_cf('-H', 'ee.dane.example', '--explain')]);
shape_ok($_, $_->{command}) for @plain;
like($plain[2]{first}, qr/^MX_CF CRITICAL - .*TLSA/, 'ee-wrong: the line');
like($plain[6]{first}, qr/^SMTP_TLS OK - /, 'smtp_tls ee: the line');

done_testing;

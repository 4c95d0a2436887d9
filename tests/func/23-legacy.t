#!/usr/bin/perl
# SPDX-License-Identifier: GPL-3.0-or-later
# 23-legacy.t - SSL 2, SSL 3 and ciphers that nobody has any more, against servers that have them;
# and the others, which must not be taken for old.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Plugin;
use Test::More;

# host, score, band, version in JSON, what the reason says
my @OLD = (
	['ssl2', 51, 'sslv2', 'SSLv2', qr/^server speaks SSLv2 only/],
	['ssl3', 57, 'sslv3', 'SSLv3', qr/^server speaks SSLv3 only/],
	['rc4', 88, 'tlsv1.2', 'TLSv1.2', qr/^server speaks TLSv1\.2 with outdated ciphers only/],
	['des3', 64, 'tlsv1.0', 'TLSv1.0', qr/^server speaks TLSv1\.0 with outdated ciphers only/],
);

my @runs = run_many(map { [mx_cf('-H', "user\@$_->[0].example", '--format=json')] } @OLD);
for my $n (0 .. $#OLD) {
	my ($name, $score, $band, $version, $why) = @{ $OLD[$n] };
	my $r = $runs[$n];
	shape_ok($r, $name);
	state_is($r, 'CRITICAL', $name);
	my ($h) = hosts($r);
	is($h->{score}, $score, "$name: score") or explain_failure($r);
	is($h->{band}, $band, "$name: band");
	is($h->{tls}{version}, $version, "$name: version");
	is($h->{tls}{cipher}, undef, "$name: no cipher, as there was no session");
	is(steps($h), 'ok ok ok ok - FAIL ok ok', "$name: steps");
	like((grep { $_->{step} eq 'secure' } @{ $h->{steps} })[0]{reason}, $why, "$name: reason");
	ok(finding($r, 'tls-failed'), "$name: finding");
	is((grep { $_->{label} eq 'tls_version' } @{ json_of($r)->{perfdata} }), 0, "$name: no version negotiated");
}
like(checked('ssl3', smtp_tls('-H', 'mx.ssl3.example'))->{first}, qr/TLS failed: server speaks SSLv3 only/,
    'the first line names the version');
like(checked('ssl3 -vv', smtp_tls('-H', 'mx.ssl3.example', '-vv'))->{out}, qr{Raw hello of .*: taken as SSLv3},
    'the transcript tells of the hello');

# Failed handshakes that are no sign of age: 20 as ever.
my @NOT_OLD = qw(handshake-reset handshake-close handshake-alert handshake-garbage client-required12
    opensmtpd inject starttls-close);
@runs = run_many(map { [mx_cf('-H', "$_.example", '--format=json')] } @NOT_OLD);
for my $n (0 .. $#NOT_OLD) {
	my ($h) = hosts($runs[$n]);
	shape_ok($runs[$n], $NOT_OLD[$n]);
	is($h->{tls} && $h->{tls}{version}, undef, "$NOT_OLD[$n]: no version");
	is($h->{score}, $NOT_OLD[$n] eq 'starttls-close' ? 10 : 20, "$NOT_OLD[$n]: score");
}
my $r = checked('silent', mx_cf('-H', 'handshake-silent.example', '--host-timeout=4', '--format=smtp'));
unlike($r->{out}, qr/Raw hello/, 'a silent server gets no raw hello');
$r = checked('held back', smtp_tls('-H', 'mx.ssl23.example', '--tls-min=1.3', '--format=json'));
is((hosts($r))[0]{tls}, undef, 'what --tls-min holds back is not blamed on the server');

# --legacy, beside a session: host, what is taken as well
my @LEGACY = (
	['ssl23', ['SSLv2', 'SSLv3', 'TLSv1.0', 'TLSv1.1']],
	['tls13', []],
	['tls12', []],
	['tls11', []],
	['tls10', []],
	['exim', undef],
	['notls', 'none'],
	['handshake-reset', 'none'],
);
@runs = run_many(map { [smtp_tls('-4', '-H', "mx.$_->[0].example", '--legacy', '--format=json')] } @LEGACY);
for my $n (0 .. $#LEGACY) {
	my ($name, $want) = @{ $LEGACY[$n] };
	my ($h) = hosts($runs[$n]);
	my $got = $h->{tls} && $h->{tls}{legacy};
	shape_ok($runs[$n], "--legacy $name");
	if (ref $want) {
		is_deeply($got, $want, "--legacy $name") or explain_failure($runs[$n]);
	} elsif (defined $want) {
		is($got, undef, "--legacy $name: not looked for");
	} else {
		is(ref $got, 'ARRAY', "--legacy $name: looked for");
	}
	my $f = finding($runs[$n], 'legacy-protocol');
	is($f && $f->{state}, ref $want && @$want ? 'WARNING' : undef, "--legacy $name: finding") if ref $want;
}
# Who does not let us ask has not been found to take none.
{
	my $refused = checked('again421', smtp_tls('-4', '-H', 'mx.again421-legacy.example', '--legacy', '--format=json'));
	state_is($refused, 'WARNING', 'again421');
	like((finding($refused, 'legacy-protocol') // {})->{text},
	    qr/^could not be asked for all old protocols: banner: 421 /, 'again421: says so');
	my ($h) = hosts($refused);
	is($h->{tls}{legacy}, undef, 'again421: null, as nothing is known');
}
is((hosts(checked('not asked', smtp_tls('-H', 'mx.ssl23.example', '--format=json'))))[0]{tls}{legacy}, undef,
    'null when not asked');
like(finding($runs[0], 'legacy-protocol')->{text}, qr/^takes SSLv2, SSLv3, TLSv1\.0 and TLSv1\.1, too$/, 'in words');
is((hosts($runs[0]))[0]{score}, 96, 'the session is scored all the same');

# Independent eyes on the same servers.
{
	my $seen = qx(chroot $ENV{LAB_CHROOT} sslscan --starttls-smtp --no-colour --no-cipher-details mx.ssl23.example:25 2>&1);
	like($seen, qr/SSLv2\s+enabled/, 'sslscan finds SSL 2 as well');
	like($seen, qr/SSLv3\s+enabled/, 'sslscan finds SSL 3 as well');
	like($seen, qr/TLSv1\.0\s+enabled/, 'sslscan finds TLS 1.0 as well');
	like($seen, qr/TLSv1\.1\s+enabled/, 'sslscan finds TLS 1.1 as well');
	$seen = qx(chroot $ENV{LAB_CHROOT} sslscan --starttls-smtp --no-colour --no-cipher-details mx.ssl2.example:25 2>&1);
	like($seen, qr/SSLv2\s+enabled/, 'sslscan: ssl2 has SSL 2');
	like($seen, qr/SSLv3\s+disabled/, 'sslscan: and nothing else');
}

done_testing;

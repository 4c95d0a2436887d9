#!/usr/bin/perl
# SPDX-License-Identifier: GPL-3.0-or-later
# 09-hostile-env.t - proxies, OpenSSL configuration and locale of the environment change nothing.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use JSON::PP ();
use Plugin;
use Test::More;

my $state = $ENV{LAB_STATE};

sub put
{
	my ($name, $text) = @_;
	open my $out, '>', "$state/$name" or die "$state/$name: $!";
	print {$out} $text;
	close $out;
	return "$state/$name";
}

# Strict enough that TLS 1.0, weak keys and legacy servers would fail, or nothing but 1.3 be offered.
my $strict = put('strict.cnf', <<'EOT');
openssl_conf = start
[start]
ssl_conf = ssl
[ssl]
system_default = strict
[strict]
MinProtocol = TLSv1.3
CipherString = ECDHE-ECDSA-AES256-GCM-SHA384:@SECLEVEL=4
Ciphersuites = TLS_AES_128_GCM_SHA256
Groups = P-521
EOT
my $garbage = put('garbage.cnf', "openssl_conf = nowhere\n[[[\n\x01\x02 = = =\n.include /nonexistent\n");

my %ENVIRONMENT = (
	proxy => { map { $_ => 'http://192.0.2.201:3128' } qw(http_proxy https_proxy HTTP_PROXY HTTPS_PROXY all_proxy
	    ALL_PROXY) },
	strict => { OPENSSL_CONF => $strict },
	garbage => { OPENSSL_CONF => $garbage, OPENSSL_MODULES => '/nonexistent', OPENSSL_ENGINES => '/nonexistent' },
	missing => { OPENSSL_CONF => '/nonexistent' },
	german => { LC_ALL => 'de_DE.UTF-8', LANG => 'de_DE.UTF-8', LANGUAGE => 'de', LC_NUMERIC => 'de_DE.UTF-8' },
	resolver => { RES_OPTIONS => 'ndots:15 attempts:9 timeout:9', LOCALDOMAIN => 'evil.example',
	    HOSTALIASES => '/dev/zero' },
	time_zone => { TZ => 'Pacific/Kiritimati' },
	getopt => { POSIXLY_CORRECT => '1' },
);

my @DOMAINS = qw(good tls10 selfsigned notls two nullmx nosuch banner421 sha1 dhe1024 sts-good sts-404);

# Everything but times.
sub timeless
{
	my ($value) = @_;
	return [map { timeless($_) } @$value] if ref $value eq 'ARRAY';
	return $value =~ s/\b\d+\.\d{3} s\b/0 s/gr if !ref $value && defined $value && $value =~ / s\b/;
	return $value if ref $value ne 'HASH';
	return { map { $_ => timeless($value->{$_}) } grep { !/^(?:time|duration_ms|ms|handshake_ms)$/ } keys %$value }
	    if !defined $value->{label};
	my $is_time = $value->{label} =~ /time/;
	return { map { $_ => $is_time && $_ eq 'value' ? 0 : $value->{$_} } keys %$value };
}

sub all_of_them
{
	my ($environment) = @_;
	local @ENV{ keys %$environment } = values %$environment;
	my @runs = run_many(
		(map { [mx_cf('-H', "$_.example", '--format=json')] } @DOMAINS),
		(map { [mx_cf('-H', "$_.example")] } @DOMAINS),
		[smtp_tls('-H', 'mx.good.example', '--format=json', '-w', '20.5', '-c', '25.25')],
		[mx_cf('-H', 'selfsigned.example', '-v', '--explain')],
		[mx_cf('-H', 'good.example', '-D', '80.5,1.5', '--bogus')]);
	return @runs;
}

sub canonical
{
	my ($run) = @_;
	my $json = json_of($run);
	return JSON::PP->new->canonical->pretty->encode(timeless($json)) if $json;
	return $run->{out} =~ s/time\w*=[\d.]+s/time=0s/gr =~ s/\(\d+ms\)/(0ms)/gr =~ s/ +/ /gr;
}

my @plain = all_of_them({});
for my $name (sort keys %ENVIRONMENT) {
	my @hostile = all_of_them($ENVIRONMENT{$name});
	for my $n (0 .. $#plain) {
		my $what = "$name: $hostile[$n]{command}";
		shape_ok($hostile[$n], $what);
		is($hostile[$n]{exit}, $plain[$n]{exit}, "$what: exit code");
		ok(canonical($hostile[$n]) eq canonical($plain[$n]), "$what: the same output")
		    || explain_failure($hostile[$n]);
	}
}

# Decimals are points, whatever the locale.
{
	local $ENV{LC_ALL} = 'de_DE.UTF-8';
	my $r = checked('decimals', mx_cf('-H', 'good.example', '-t', '20.5', '-D', '20.5,1.5'));
	state_is($r, 'OK', 'a decimal point is read');
	unlike($r->{perfdata}, qr/,/, 'no decimal comma is written');
	$r = checked('comma', mx_cf('-H', 'good.example', '-t', '20,5'));
	state_is($r, 'UNKNOWN', 'a decimal comma is refused');
}

# No environment at all.
{
	local %ENV = (LAB => 1, PATH => '/usr/bin:/bin');
	my $r = checked('empty', mx_cf('-H', 'good.example'));
	state_is($r, 'OK', 'without an environment');
}

done_testing;

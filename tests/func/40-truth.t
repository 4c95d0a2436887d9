#!/usr/bin/perl
# SPDX-License-Identifier: GPL-3.0-or-later
# 40-truth.t - every mail server, every domain and every policy of the lab, beside tools that look at the same:
# openssl s_client, gnutls-cli, posttls-finger and sslscan for sessions and certificates, unbound-host and delv for
# DNSSEC, curl for policies.  What both report has to be the same; a difference that is not in the table below, or
# one in the table that is there no more, fails.  (DANE has a test of its own: 13-dane-peers.t.)

use strict;
use warnings;
use Digest::SHA 'sha256_hex';
use File::Temp 'tempdir';
use FindBin;
use JSON::PP ();
use MIME::Base64;
use lib "$FindBin::Bin/lib";
use Peers;
use Plugin;
use Test::More;

my $dir = tempdir(CLEANUP => 1);
my $CA = $ENV{LAB_CA_FILE};
my $SHORT = 4;	# seconds for peers where we waited in vain, for longer

# Peer and fact, where they differ from ours, and why.
my @EXPLAINED = (
	['s_client', 'session', [qw(ssl2 ssl3 rc4 des3)],
	    'its OpenSSL, like ours, has no such protocol or cipher; we send a ClientHello of our own'],
	['s_client', 'session', ['inject', 'hidden-starttls'],
	    'takes what comes in the clear behind the 220 for nothing, and starts TLS unasked'],
	['s_client', 'STARTTLS', ['x-starttls'], 'finds the word inside another'],
	['s_client', 'STARTTLS', ['starttls-lower', 'fold-ext'], 'compares capitals; RFC 5321, 2.4 does not'],
	['posttls-finger', 'session', [qw(ssl2 ssl3 rc4 des3)], 'the same OpenSSL, without a ClientHello of ours'],
	['posttls-finger', 'session', [qw(tls10 tls11 anon)],
	    'security level of its OpenSSL: no SHA-1 in handshakes; and nobody anonymous where names count'],
	['posttls-finger', 'session', ['inject'], 'discards what comes in the clear behind the 220'],
	['posttls-finger', 'verified', ['sha1'], 'takes no SHA-1 below a CA: we do, and count it as weak'],
	['gnutls-cli', 'verified', ['sha1'], 'takes no SHA-1 below a CA: we do, and count it as weak'],
	['gnutls-cli', 'verified', ['muststaple'], 'demands the staple; ours is revocation, which is off here'],
	['gnutls-cli', 'verified', ['banner-2000', 'banner-noname'], 'its SMTP takes neither a banner of 2000 bytes '
	    . 'nor one without a name'],
	['gnutls-cli', 'subjects', ['banner-2000', 'banner-noname'], 'the same: there is no session'],
	['sslscan', 'best', ['opensmtpd'], 'a ServerHello is enough for it; the handshake fails behind that'],
	['unbound-host', 'MX', ['just-expired'], 'allows clocks to differ by an hour: we allow none to lie for us'],
	['curl', 'fetched', ['sts-cnonly'], 'takes the common name of a certificate; RFC 8461, 3.3 does not'],
);

# Whether a second reply 50 ms behind the 220 is there before the handshake is a race, for each of us; and whether
# the alert comes in time that the server wants a certificate, behind a handshake of TLS 1.3.  The servers of watched come
# and go with other tests, and who asks those of again421 twice is refused.  s_client says STARTTLS unasked, and
# hidden-silent lets it wait.
my %RACE = map { $_ => 1 } qw(inject-late client-required watched hidden-silent);

my @seen;	# [peer, fact, name, place, ours, theirs]

sub compare
{
	my ($peer, $fact, $name, $place, $ours, $theirs) = @_;
	push @seen, [$peer, $fact, $name, $place, $ours // '-', $theirs // '-'];
	return;
}

sub lines
{
	my (@command) = @_;
	open my $in, '-|', @command or die "$command[0]: $!";
	my @lines = grep { /\S/ } <$in>;
	close $in or die "$command[0] failed";
	return @lines;
}

# --- sessions and certificates: all hosts in one batch

my @domains = map { (split ' ')[0] } lines('tests/lab/world.py', 'hosts');
open my $list, '>', "$dir/domains" or die "domains: $!";
print $list "$_\n" for @domains;
close $list or die "domains: $!";
my ($batch) = run_many([mx_cf("--batch=$dir/domains", qw(--jobs=64 --parallel=24 --no-mtasts --revocation=off
    --legacy --format=json -t 100 --host-timeout=12))]);
my @hosts;
for my $line (split /\n/, $batch->{out}) {
	my $json = eval { JSON::PP->new->utf8->decode($line) } or next;
	next if !$json->{domain};
	push @hosts, map { { %$_, name => $json->{domain} =~ s/\.example$//r } } @{ $json->{hosts} };
}
@hosts = grep { $_->{address} && !$RACE{ $_->{name} } && $_->{name} !~ /^again421/ } @hosts;
cmp_ok(scalar @hosts, '>', 300, 'the hosts of the lab');

sub waited
{
	my ($host) = @_;
	return grep { ($_->{reason} // '') =~ /timed out/ } @{ $host->{steps} };
}

sub limit
{
	my ($host) = @_;
	return waited($host) ? $SHORT : ();
}

sub s_client
{
	my ($host) = @_;
	my $address = $host->{address} =~ /:/ ? "[$host->{address}]" : $host->{address};
	return "openssl s_client -starttls smtp -connect $address:25 -servername $host->{mx} -verify_hostname $host->{mx} "
	    . "-CApath $ENV{LAB_CA_PATH} -showcerts -no_ign_eof -cipher ALL:+aNULL:\@SECLEVEL=0 -min_protocol TLSv1 "
	    . '-legacy_server_connect';
}

sub gnutls_cli
{
	my ($host) = @_;
	return "$ENTER gnutls-cli --starttls-proto=smtp -p 25 --x509cafile $CA --sni-hostname $host->{mx} "
	    . "--verify-hostname $host->{mx} --priority NORMAL:+VERS-TLS1.0:+VERS-TLS1.1:%COMPAT $host->{address}";
}

sub posttls_finger
{
	my ($host) = @_;
	return "$ENTER posttls-finger -c -l secure -F $CA -s $host->{mx} -L summary "
	    . "'[$host->{address}]:25' $host->{mx}";
}

sub sslscan
{
	my ($host) = @_;
	my $address = $host->{address} =~ /:/ ? "[$host->{address}]" : $host->{address};
	return "$ENTER sslscan --no-colour --starttls-smtp --no-cipher-details --no-ciphersuites --no-renegotiation "
	    . "--no-fallback --no-compression --no-heartbleed --no-groups --sni-name=$host->{mx} $address:25";
}

sub has_certificate
{
	my ($host) = @_;
	return $host->{cert} && ($host->{tls}{version} // '') =~ /^TLS/;
}

sub verified
{
	my ($cert) = @_;
	return $cert->{trusted} && $cert->{in_date} && $cert->{name_match} ? 'yes' : 'no';
}

my %wanted = map { $_ => 1 } qw(good tls13 tls12 tls11 tls10 notls cbcnofs dhe1024 anon ecdsa dual clientreq
    ssl2 ssl3 ssl23 rc4 des3 exim opensmtpd well rsa1024 st-good);
my %openssl = others('s_client', map { [$_, s_client($hosts[$_]), limit($hosts[$_])] } 0 .. $#hosts);
my %gnutls = others('gnutls-cli',
    map { [$_, gnutls_cli($hosts[$_])] } grep { has_certificate($hosts[$_]) } 0 .. $#hosts);
my %postfix = others('posttls-finger', map { [$_, posttls_finger($hosts[$_]), limit($hosts[$_])] } 0 .. $#hosts);
my %sslscan = others('sslscan', map { [$_, sslscan($hosts[$_])] } grep { $wanted{ $hosts[$_]{name} } } 0 .. $#hosts);

# Their faults by the number of OpenSSL's first one; 0 is none.
my %FAULT = (62 => 'name', 9 => 'date', 10 => 'date');

sub faults
{
	my ($cert) = @_;
	return join ' ', ($cert->{trusted} ? () : 'trust'), ($cert->{in_date} ? () : 'date'),
	    ($cert->{name_match} ? () : 'name');
}

sub compare_s_client
{
	my ($host, $text, @at) = @_;
	my ($cipher) = $text =~ /^New, \S+ Cipher is (\S+)/m;
	my ($version) = $text =~ /^New, (TLSv1\.3)/m;
	($version) = $text =~ /^\s+Protocol\s*:\s*(\S+)/m if !$version;
	# what it prints of a handshake that failed half-way is no session
	my $session = $cipher && $cipher ne '(NONE)' && $text !~ /:error:/ ? "$version $cipher" =~ s/^TLSv1 /TLSv1.0 /r : '-';
	my $ours = $host->{tls}{version} ? "$host->{tls}{version} " . ($host->{tls}{cipher} // '-') : '-';
	# ended while it waits, it says nothing of what was before; and a RST right behind the accept may be there before
	# the connection has been noticed, by any of us
	compare('s_client', 'connected', @at, $host->{steps}[0]{state} eq 'ok' ? 'ok' : 'fail',
	    $text =~ /^CONNECTED/m ? 'ok' : 'fail') if !waited($host) && $host->{name} ne 'reset-banner';
	compare('s_client', 'session', @at, $ours, $session);
	compare('s_client', 'STARTTLS', @at, $host->{smtp}{tls_offered} ? 'yes' : 'no',
	    $text =~ /Didn't find STARTTLS/ ? 'no' : 'yes') if $host->{steps}[2]{state} eq 'ok' && $text =~ /^CONNECTED/m;
	return if $session eq '-' || !has_certificate($host);
	compare('s_client', 'chain', @at, join(' ', map { $_->{sha256} } @{ $host->{chain} }),
	    join(' ', map { sha256_hex(decode_base64($_)) } $text =~ /-----BEGIN CERTIFICATE-----\n(.*?)-----END/sg));
	my ($code) = $text =~ /Verify return code: (\d+)/;
	compare('s_client', 'verified', @at, verified($host->{cert}), $code == 0 ? 'yes' : 'no');
	my ($ours_all, $theirs) = (faults($host->{cert}), $FAULT{$code} // 'trust');
	compare('s_client', 'fault', @at, $ours_all =~ /\b$theirs\b/ ? $theirs : $ours_all, $theirs) if $code != 0;
	return;
}

sub compare_gnutls
{
	my ($host, $text, @at) = @_;
	compare('gnutls-cli', 'subjects', @at, join(' ', map { $_->{subject} } @{ $host->{chain} }),
	    join(' ', $text =~ /^ - subject `(.*?)', issuer/mg));
	compare('gnutls-cli', 'verified', @at, verified($host->{cert}),
	    $text =~ /Status: The certificate is trusted/ ? 'yes' : 'no');
	return if $text !~ /Status: .*NOT trusted\. (.*)/;
	my $why = $1;
	compare('gnutls-cli', 'name', @at, $host->{cert}{name_match} ? 'yes' : 'no',
	    $why =~ /name in the certificate does not match/ ? 'no' : 'yes');
	# it looks at dates only along a path it trusts
	compare('gnutls-cli', 'date', @at, $host->{cert}{in_date} ? 'yes' : 'no',
	    $why =~ /expired certificate|not yet (?:valid|activated)/ ? 'no' : 'yes') if $host->{cert}{trusted};
	return;
}

sub compare_posttls
{
	my ($host, $text, @at) = @_;
	my ($level, $version, $cipher) = $text =~ /(\w+) TLS connection established to .*: (\S+) with cipher (\S+)/;
	my $ours = $host->{tls}{version} ? "$host->{tls}{version} " . ($host->{tls}{cipher} // '-') : '-';
	compare('posttls-finger', 'session', @at, $ours, $version ? "$version $cipher" : '-');
	compare('posttls-finger', 'verified', @at, verified($host->{cert}), $level eq 'Verified' ? 'yes' : 'no')
	    if $version && has_certificate($host);
	return;
}

# The old protocols, and the best one.  Of what has no session with us, we know the best one only.
sub compare_sslscan
{
	my ($host, $text, @at) = @_;
	my @theirs = $text =~ /^((?:SSL|TLS)v\S+)\s+enabled/mg;
	my $best = $host->{tls}{version} // '-';
	compare('sslscan', 'best', @at, $best, $theirs[-1]);
	return if !$host->{tls}{cipher};
	my %old = map { $_ => 1 } @{ $host->{tls}{legacy} || [] }, $best;
	compare('sslscan', 'old', @at, join(' ', grep { $old{$_} } qw(SSLv2 SSLv3 TLSv1.0 TLSv1.1)),
	    join(' ', grep { /^SSL|1\.[01]$/ } @theirs));
	return;
}

for my $n (0 .. $#hosts) {
	my $host = $hosts[$n];
	my @at = ($host->{name}, $host->{address});
	compare_s_client($host, $openssl{$n}, @at);
	compare_gnutls($host, $gnutls{$n}, @at) if exists $gnutls{$n};
	compare_posttls($host, $postfix{$n}, @at);
	compare_sslscan($host, $sslscan{$n}, @at) if exists $sslscan{$n};
}

# --- DNSSEC: the MX records of every domain in every zone

my %owner;
for my $zone (glob "$ENV{LAB_STATE}/zones/*.zone") {
	my $signed = $zone =~ s/zone$/signed/r;
	my $file = -e $signed ? $signed : $zone;
	for (split /\n/, `$ENTER ldns-read-zone $file`) {
		$owner{ lc $1 } = 1 if /^(\S+)\.\s+\d+\s+IN\s+MX\s/;
	}
}
# faults.example is of 45-faults-smtp.t: all of its hundreds of names are alike
my @names = grep { !/[*\\]|\.faults\.example$/ } sort keys %owner;
cmp_ok(scalar @names, '>', 250, 'domains with MX records');
my @asked = run_many(map { [dane('-H', $_, qw(--no-connect --format=json -t 20))] } @names);

open my $anchor, '<', $ENV{LAB_ANCHOR} or die "$ENV{LAB_ANCHOR}: $!";
my ($key) = join('', <$anchor>) =~ /DNSKEY\s+(\d+ 3 \d+ \S+)/;
open my $keys, '>', "$ENV{LAB_STATE}/truth.keys" or die "truth.keys: $!";
print $keys 'trust-anchors { . static-key ', $key =~ s/(\S+)$/"$1"/r, "; };\n";
close $keys or die "truth.keys: $!";

sub unbound_status
{
	my ($text) = @_;
	return $text =~ /BOGUS/ ? 'bogus' : $text =~ /SERVFAIL/ ? 'error' : $text =~ /\(secure\)/ ? 'secure'
	    : $text =~ /\(insecure\)/ ? 'insecure' : $text;
}

sub delv_status
{
	my ($text) = @_;
	return $text =~ /fully validated/ ? 'secure' : $text =~ /unsigned answer/ ? 'insecure'
	    : $text =~ /broken trust chain|insecurity proof failed|no valid|verify failed/ ? 'bogus'
	    : $text =~ /SERVFAIL|timed out|REFUSED|resolution failed/ ? 'error' : $text;
}

# delv, which takes a hundred times longer, sees every zone, and a part of the large ones.
my $conf = peers_conf('truth.conf');
my @some = grep { $names[$_] !~ /\.dane\.example$|^[\w-]+\.example$/ || $_ % 12 == 0 || $names[$_] =~
	/^(?:bogus|expired-sig|just-expired|wrongds|unsigned|nsec3|soa|good)\.example$/ } 0 .. $#names;
my %unbound = others('unbound-host', map { [$_, "$ENTER unbound-host -v -C $conf -t MX $names[$_]"] } 0 .. $#names);
my %delv = others('delv',
    map { [$_, "$ENTER delv -a $ENV{LAB_STATE}/truth.keys \@127.0.0.2 $names[$_] MX"] } @some);
for my $n (0 .. $#names) {
	my $ours = json_of($asked[$n])->{dns}{mx}{status};
	my @at = ($names[$n] =~ s/\.example$//r, 'MX');
	compare('unbound-host', 'MX', @at, $ours, unbound_status($unbound{$n}));
	compare('delv', 'MX', @at, $ours, delv_status($delv{$n})) if exists $delv{$n};
}

# --- MTA-STS: can the policy be fetched?

my @policies = map { (split ' ')[0] } lines('tests/lab/policies.py', 'list');
cmp_ok(scalar @policies, '>', 100, 'domains with a policy');
my @fetched = run_many(map { [mtasts('-H', $_, qw(--no-connect --format=json -t 10))] } @policies);

sub curl
{
	my ($domain, $run) = @_;
	my $patience = ($run->{json}{mtasts}{why} // '') =~ /timed out/ ? $SHORT : 15;
	return "$ENTER curl -sS --proto =https --tlsv1.0 --ciphers ALL:\@SECLEVEL=0 --cacert $CA --max-time $patience "
	    . "--max-filesize 65536 -o /dev/null -w %{http_code} https://mta-sts.$domain/.well-known/mta-sts.txt";
}

my %curl = others('curl', map { json_of($fetched[$_]); [$_, curl($policies[$_], $fetched[$_])] } 0 .. $#policies);
for my $n (0 .. $#policies) {
	my $sts = json_of($fetched[$n])->{mtasts};
	# without a sound record nobody fetches; what is wrong with a body tells that it came
	my $came = $sts->{status} eq 'fetch-error' ? 'no'
	    : $sts->{status} eq 'ok' || grep({ /^policy/ } @{ $sts->{errors} }) ? 'yes' : next;
	compare('curl', 'fetched', $policies[$n] =~ s/\.example$//r, 'policy', $came, $curl{$n} =~ /\A200\z/ ? 'yes' : 'no');
}

# --- all of it, against the table

my %why;
for my $row (@EXPLAINED) {
	my ($peer, $fact, $names, $reason) = @$row;
	$why{"$peer $fact $_"} = $reason for @$names;
}
my (%differs, %count);
for my $one (@seen) {
	my ($peer, $fact, $name, $place, $ours, $theirs) = @$one;
	my $id = "$peer $fact $name";
	$count{$peer}++;
	$differs{$id} = 1 if $ours ne $theirs;
	next if $why{$id};
	is($ours, $theirs, "$name $place: $fact as $peer");
}
for my $id (sort keys %why) {
	ok($differs{$id}, "$id differs, as explained: $why{$id}");
}
diag('facts compared: ' . join ', ', map { "$_ $count{$_}" } sort keys %count) if $ENV{TRUTH_VERBOSE};

done_testing;

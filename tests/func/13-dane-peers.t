#!/usr/bin/perl
# SPDX-License-Identifier: GPL-3.0-or-later
# 13-dane-peers.t - check_dane beside others who judge the same: posttls-finger of Postfix, openssl
# s_client, danetool of GnuTLS, unbound-host.  A difference that is not in the table fails.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Peers;
use Plugin;
use Test::More;

my $AS_WE = undef;

# How the others differ, and why:
#
# posttls-finger and s_client, both OpenSSL
#  - look at no dates of an anchor that is no root
# posttls-finger
#  - holds the mail domain for a reference name even if the MX is not secure (and then logs "verified
#    as trusted"); RFC 7672, 3.2.2 allows it for a secure MX only
#  - panics when the data of a TLSA record is empty
# s_client
#  - knows one reference name, so the mail domain does not help
# danetool
#  - looks at no names and at no extended key usage, takes usages 0 and 1 for SMTP, and knows no digest
#    agility
#  - wants an anchor (usage 2) among what was sent, even with all of its bytes in DNS, and says nothing
#    at all when a leaf was sent alone
#  - says mismatch for what is expired or unusable, and none for what cannot be looked up or is not secure

# domain, our status, and where they differ that of posttls-finger, s_client, danetool ('-': not asked)
my @TABLE = (
	(map { ["$_.dane", 'match'] } qw(ee ee-cert ee-cert-brief ee-sha512 ee-full-key ee-full-cert ee-name ee-self
	    ee-expired ee-self-expired ta ta-cert ta-and-ee mixed agility-other agility-both
	    combination combination-2 rollover tc tc-ta wildcard nothing-beside ecdsa implicit)),
	(map { ["$_.dane", 'match'] } qw(cn-end cn-start cn-both cn-insecure cn-next cn-tc sni)),
	(map { ["dane.$_", 'match'] } qw(nsec3 rsasig optout online fading)),
	(map { ["$_.dane", 'match', $AS_WE, $AS_WE, 'mismatch'] } qw(ta-full-cert ta-full-key)),
	['daneorg', 'match', $AS_WE, 'name-mismatch'],
	['alias.dane', 'match', $AS_WE, 'name-mismatch'],
	['danepriv', 'match'],
	['danecn', 'match'],
	['daneorder', 'match'],
	['danebare', 'match', $AS_WE, $AS_WE, 'none'],
	['half-ee.unsigned', 'match'],
	(map { ["$_.dane", 'mismatch'] } qw(ee-wrong ee-cert-wrong ee-anchor ta-wrong ta-leaf ta-not-sent
	    stale nothing cn-both-wrong tc-wrong)),
	['agility.dane', 'mismatch', $AS_WE, $AS_WE, 'match'],
	['mixed-wrong.dane', 'mismatch', $AS_WE, $AS_WE, 'match'],
	['danenc', 'mismatch'],
	['daneeku', 'mismatch', $AS_WE, $AS_WE, 'match'],
	['daneself', 'mismatch', $AS_WE, $AS_WE, 'none'],
	['ta-name.dane', 'name-mismatch', $AS_WE, $AS_WE, 'match'],
	['ta-labels.two.dane', 'name-mismatch', $AS_WE, $AS_WE, 'match'],
	['danesan', 'name-mismatch', $AS_WE, $AS_WE, 'match'],
	['half.unsigned', 'name-mismatch', 'match', $AS_WE, 'match'],
	['alias.unsigned', 'name-mismatch', 'match', $AS_WE, 'match'],
	['cn-name.rsasig', 'name-mismatch', $AS_WE, $AS_WE, 'match'],
	['daneexp', 'expired', $AS_WE, $AS_WE, 'mismatch'],
	['danenew', 'expired', $AS_WE, $AS_WE, 'mismatch'],
	['daneoldca', 'expired', $AS_WE, $AS_WE, 'mismatch'],
	['ta-old-anchor.dane', 'expired', 'match', 'match', 'mismatch'],
	(map { ["un-$_.dane", 'unusable', $AS_WE, '-', 'match'] } qw(usage0 usage1 usages)),
	(map { ["un-$_.dane", 'unusable', $AS_WE, '-', 'mismatch'] } qw(short long short512 garbage
	    garbage-key trailing trailing-key truncated)),
	(map { ["un-$_.dane", 'unusable', $AS_WE, '-', '-'] } qw(usage4 usage255 selector2 selector255
	    matching3 matching255)),
	(map { ["un-$_.dane", 'unusable', 'panic', '-', '-'] } qw(empty empty-full)),
	(map { ["$_.dane", 'none', $AS_WE, '-'] } qw(none cn-neither tc-dangling via-unsigned)),
	(map { ["$_.dane", 'none', $AS_WE, '-', '-'] } qw(cn-first cn-insecure-none)),
	(map { ["none.$_", 'none', $AS_WE, '-'] } qw(nsec3 rsasig optout)),
	(map { ["dane.$_", 'none', $AS_WE, '-'] } qw(unsigned island unknownalg below.optout)),
	['tc-unsigned.dane', 'insecure', 'none', '-', 'none'],
	['unsigned.odd', 'insecure', 'none', '-', 'none'],
	(map { ["$_.odd", 'error', $AS_WE, '-', 'none'] } qw(bogus expired refused lame)),
	['tc-loop.dane', 'error', $AS_WE, '-', 'none'],
	['cn-error.dane', 'error', $AS_WE, '-', '-'],
	['denial.odd', 'match'],
);

my @runs = run_many(map { [dane('-H', "$_->[0].example", '--algorithms=ecdsa,rsa', '--format=json')] } @TABLE);

# The MX record first, then what is at the end of its aliases.
sub place
{
	my ($r) = @_;
	my ($host) = hosts($r);
	return ($host, $host->{dane}{base} // $host->{mx});
}

sub posttls_verdict
{
	my ($text) = @_;
	return 'panic' if $text =~ /panic:/;
	return 'error' if $text =~ /TLSA lookup error/;
	return 'none' if $text =~ /no TLSA records found/;
	return 'unusable' if $text =~ /no usable TLSA records|all TLSA records unusable/;
	return 'match' if $text =~ /Verified TLS|MX RRset insecure: .*Trusted TLS/s;
	return 'name-mismatch' if $text =~ /num=62/;
	return 'expired' if $text =~ /certificate has expired|not yet valid/;
	return $text =~ /verification failed/ ? 'mismatch' : "posttls-finger: $text";
}

sub openssl_verdict
{
	my ($text) = @_;
	my ($code) = $text =~ /Verif\w+ return code: (\d+)/i or return "s_client: $text";
	return { 0 => 'match', 62 => 'name-mismatch', 9 => 'expired', 10 => 'expired' }->{$code} // 'mismatch';
}

sub danetool_verdict
{
	my ($text) = @_;
	return 'match' if $text =~ /Certificate matches/;
	return 'mismatch' if $text =~ /Verification failed/;
	return 'none' if $text =~ /dane_query_tlsa|Obtaining certificate/;
	return "danetool: $text";
}

sub s_client
{
	my ($r) = @_;
	my ($host, $base) = place($r);
	my @rr = map { "-dane_tlsa_rrdata '$_->{usage} $_->{selector} $_->{matching} $_->{data}'" }
	    grep { $_->{usable} } @{ $host->{dane}{records} };
	my $address = $host->{address} =~ /:/ ? "[$host->{address}]" : $host->{address};
	return "openssl s_client -starttls smtp -connect $address:25 -servername $base "
	    . "-dane_tlsa_domain $base -dane_ee_no_namechecks -no_ign_eof @rr";
}

my $conf = peers_conf('dane-peers.conf');
my (@postfix, @openssl, @danetool, @unbound);
for my $n (0 .. $#TABLE) {
	my ($domain, undef, $postfix, $openssl, $danetool) = @{ $TABLE[$n] };
	my ($host, $base) = place($runs[$n]);
	push @postfix, [$n, "$ENTER posttls-finger -c -l dane-only -L summary,certmatch $domain.example"]
	    if ($postfix // '') ne '-';
	push @openssl, [$n, s_client($runs[$n])] if ($openssl // '') ne '-';
	push @danetool, [$n, "$ENTER danetool --check $base --port 25 --starttls-proto=smtp --local-dns"]
	    if ($danetool // '') ne '-';
	push @unbound, ["mx$n", "$ENTER unbound-host -v -C $conf -t MX $domain.example"];
	push @unbound, ["tlsa$n", "$ENTER unbound-host -v -C $conf -t TLSA _25._tcp.$base"];
}

my %postfix = others('posttls-finger', @postfix);
my %openssl = others('s_client', @openssl);
my %danetool = others('danetool', @danetool);
my %unbound = others('unbound-host', @unbound);

for my $n (0 .. $#TABLE) {
	my ($domain, $ours, @theirs) = @{ $TABLE[$n] };
	my ($host) = hosts($runs[$n]);
	my $good = is($host->{dane}{status}, $ours, "$domain: $ours");
	my @peers = (
		['posttls-finger', $postfix{$n}, \&posttls_verdict],
		['s_client', $openssl{$n}, \&openssl_verdict],
		['danetool', $danetool{$n}, \&danetool_verdict],
	);
	for my $k (0 .. $#peers) {
		my ($peer, $text, $verdict) = @{ $peers[$k] };
		next if ($theirs[$k] // '') eq '-';
		is($verdict->($text), $theirs[$k] // $ours, "$domain: $peer") or diag($text);
	}
	explain_failure($runs[$n]) if !$good;
}

# --- DNSSEC: the status of the MX, and of the TLSA records at the base name

sub unbound_status
{
	my ($text) = @_;
	return 'bogus' if $text =~ /BOGUS/;
	return 'error' if $text =~ /SERVFAIL/;
	return $text =~ /\(secure\)/ ? 'secure' : $text =~ /\(insecure\)/ ? 'insecure' : "unbound-host: $text";
}

# What may be behind each of our verdicts.  No records: none, or none that were asked for.
my %SECURITY = (
	(map { $_ => qr/^secure$/ } qw(match mismatch name-mismatch expired unusable)),
	none => qr/^(?:secure|insecure)$/, insecure => qr/^insecure$/, error => qr/^(?:bogus|error)$/,
);

for my $n (0 .. $#TABLE) {
	my ($domain, $ours) = @{ $TABLE[$n] };
	is(json_of($runs[$n])->{dns}{mx}{status}, unbound_status($unbound{"mx$n"}), "$domain: MX as unbound-host");
	like(unbound_status($unbound{"tlsa$n"}), $SECURITY{$ours}, "$domain: TLSA as unbound-host");
}

done_testing;

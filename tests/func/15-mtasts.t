#!/usr/bin/perl
# SPDX-License-Identifier: GPL-3.0-or-later
# 15-mtasts.t - records, policies and web servers of every kind, and the MX held against them.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Plugin;
use Test::More;

my $FETCH = 'sts-policy-fetch-error';
my $IDENTITY = 'sts-webpki-invalid';
my $INVALID = 'sts-policy-invalid';
my $NONE = 'not-tested';

# domain; of check_mtasts: state, findings above OK, mtasts.status, first word of its reason (undef: any); sts of
# each host; of check_mx_cf: CF, findings above OK
my @TABLE = (
	# policies that are right
	['sts-good', 'OK', '', 'ok', '', 'pass', 118, ''],
	['sts-testing', 'OK', '', 'ok', '', 'pass', 117, ''],
	['sts-none', 'WARNING', 'sts-lint', 'ok', '', $NONE, 116, ''],
	['sts-none-nomx', 'WARNING', 'sts-lint', 'ok', '', $NONE, 116, ''],
	['sts-two', 'OK', '', 'ok', '', 'pass pass', 118, ''],
	['sts-wildcard', 'OK', '', 'ok', '', 'pass pass', 118, ''],
	['sts-case', 'OK', '', 'ok', '', 'pass', 118, ''],
	['sts-http2', 'OK', '', 'ok', '', 'pass', 118, ''],
	['sts-ipv6', 'OK', '', 'ok', '', 'pass', 118, ''],
	['sts-tls12', 'OK', '', 'ok', '', 'pass', 100, ''],
	['sts-implicit', 'CRITICAL', 'cert-name sts-mx-mismatch', 'ok', '', 'cert', 109, 'cert-name sts-mx-mismatch'],
	['sts-nullmx', 'UNKNOWN', 'null-mx', 'ok', '', '', undef, 'null-mx'],

	# ways to write them
	['sts-lf', 'OK', '', 'ok', '', 'pass', 118, ''],
	['sts-mixed', 'OK', '', 'ok', '', 'pass', 118, ''],
	['sts-order', 'OK', '', 'ok', '', 'pass', 118, ''],
	['sts-age0', 'CRITICAL', 'max-age', 'ok', '', 'pass', 118, ''],
	['sts-agemax', 'OK', '', 'ok', '', 'pass', 118, ''],
	['sts-day', 'WARNING', 'max-age', 'ok', '', 'pass', 118, ''],
	['sts-duplicate', 'OK', '', 'ok', '', 'pass', 118, ''],
	['sts-big', 'OK', '', 'ok', '', 'pass', 118, ''],
	['sts-lastline', 'WARNING', 'sts-lint', 'ok', '', 'pass', 118, ''],
	['sts-dot', 'WARNING', 'sts-lint', 'ok', '', 'pass', 118, ''],
	['sts-unused', 'WARNING', 'sts-lint', 'ok', '', 'pass', 118, ''],

	# bodies that are no policy
	(map { [$_, 'CRITICAL', 'sts-invalid', 'invalid', $INVALID, $NONE, 116, 'sts-invalid'] } qw(sts-bom sts-empty
	    sts-twoerrors sts-innerempty sts-agebig sts-nomode sts-nomx sts-version2 sts-lonestar)),
	['sts-htmlpage', 'CRITICAL', qr/^sts-invalid(?: sts-lint)?$/, 'invalid', $INVALID, $NONE, 116, 'sts-invalid'],

	# what a web server may say
	['sts-html', 'WARNING', 'sts-lint', 'ok', '', 'pass', 118, ''],
	['sts-charset', 'OK', '', 'ok', '', 'pass', 118, ''],
	['sts-upcase', 'OK', '', 'ok', '', 'pass', 118, ''],
	['sts-notype', 'WARNING', 'sts-lint', 'ok', '', 'pass', 118, ''],
	['sts-tls10', 'WARNING', 'sts-lint', 'ok', '', 'pass', 118, ''],
	['sts-tls11', 'WARNING', 'sts-lint', 'ok', '', 'pass', 118, ''],
	['sts-chunked', 'OK', '', 'ok', '', 'pass', 118, ''],
	(map { [$_, 'CRITICAL', 'sts-invalid', 'fetch-error', $FETCH, $NONE, 116, 'sts-invalid'] } qw(sts-404 sts-500
	    sts-204 sts-301 sts-302self sts-clientcert sts-toobig sts-close sts-endless sts-endless404
	    sts-short sts-garbage sts-header sts-plain sts-refused sts-noname sts-noaddr sts-addrfail)),
	# five seconds each
	(map { [$_, 'CRITICAL', 'sts-invalid', 'fetch-error', $FETCH, $NONE] } qw(sts-slow sts-drip sts-mute
	    sts-hang sts-drop)),

	# who the web server is
	(map { [$_, 'CRITICAL', 'sts-invalid', 'fetch-error', $IDENTITY, $NONE, 116, 'sts-invalid'] }
	    qw(sts-wrongname sts-notyet sts-selfsigned sts-untrusted sts-nointer sts-cnonly sts-widewild
	    sts-partwild sts-domainname)),
	['sts-expired', 'CRITICAL', qr/^(?:policy-cert-days )?sts-invalid$/, 'fetch-error', $IDENTITY, $NONE, 116,
	    'sts-invalid'],
	['sts-soon', 'WARNING', 'policy-cert-days', 'ok', '', 'pass', 118, ''],
	['sts-tomorrow', 'CRITICAL', 'policy-cert-days', 'ok', '', 'pass', 118, ''],

	# records
	['sts-norecord', 'CRITICAL', 'sts-none tlsrpt-none', 'none', undef, $NONE, 116, ''],
	['sts-tworecords', 'CRITICAL', 'sts-invalid', 'invalid', undef, $NONE, 116, 'sts-invalid'],
	['sts-split', 'OK', '', 'ok', '', 'pass', 118, ''],
	['sts-cname', 'OK', '', 'ok', '', 'pass', 118, ''],
	['sts-cnameloop', 'CRITICAL', 'sts-invalid', 'error', undef, $NONE, 116, 'sts-invalid'],
	['sts-dangling', 'CRITICAL', 'sts-none', 'none', undef, $NONE, 116, ''],
	['sts-lower', 'CRITICAL', 'sts-none', 'none', undef, $NONE, 116, ''],
	['sts-beside', 'OK', '', 'ok', '', 'pass', 118, ''],
	['sts-noid', 'CRITICAL', 'sts-invalid', 'invalid', undef, $NONE, 116, 'sts-invalid'],
	['sts-badid', 'CRITICAL', 'sts-invalid', 'invalid', undef, $NONE, 116, 'sts-invalid'],
	['sts-noise', 'CRITICAL', 'sts-none', 'none', undef, $NONE, 116, ''],
	['sts-white', 'WARNING', 'sts-lint', 'ok', '', 'pass', 118, ''],
	['sts-extension', 'OK', '', 'ok', '', 'pass', 118, ''],
	['sts-servfail', 'CRITICAL', 'sts-invalid', 'error', undef, $NONE, 116, 'sts-invalid'],
	# its signature does not fit
	['sts-bogus', 'CRITICAL', 'sts-invalid', 'error', undef, $NONE, 116, 'sts-invalid'],
	['sts-timeout', 'CRITICAL', 'sts-invalid', 'error', undef, $NONE],

	# TLS-RPT
	['rpt-none', 'WARNING', 'tlsrpt-none', 'ok', '', 'pass', 118, ''],
	['rpt-two', 'WARNING', 'tlsrpt-invalid', 'ok', '', 'pass', 118, 'tlsrpt-invalid'],
	['rpt-https', 'OK', '', 'ok', '', 'pass', 118, ''],
	['rpt-bad', 'WARNING', 'tlsrpt-invalid', 'ok', '', 'pass', 118, 'tlsrpt-invalid'],
	['rpt-badbeside', 'WARNING', 'sts-lint', 'ok', '', 'pass', 118, ''],
	['rpt-norua', 'WARNING', 'tlsrpt-invalid', 'ok', '', 'pass', 118, 'tlsrpt-invalid'],
	['rpt-split', 'OK', '', 'ok', '', 'pass', 118, ''],
	['rpt-cname', 'OK', '', 'ok', '', 'pass', 118, ''],
	['rpt-servfail', 'WARNING', 'tlsrpt-invalid', 'ok', '', 'pass', 118, 'tlsrpt-invalid'],

	# MX that do not satisfy their policy
	['sts-mx-unlisted', 'CRITICAL', 'sts-mx-mismatch', 'ok', '', 'pass not-listed', 117, 'sts-mx-mismatch'],
	['sts-mx-unlistedt', 'WARNING', 'sts-mx-mismatch', 'ok', '', 'pass not-listed', 117, 'sts-mx-mismatch'],
	['sts-mx-unlistedn', 'WARNING', 'sts-lint', 'ok', '', "$NONE $NONE", 116, ''],
	['sts-mx-deep', 'CRITICAL', 'sts-lint sts-mx-mismatch', 'ok', '', 'not-listed', 116, 'sts-mx-mismatch'],
	['sts-mx-notls', 'CRITICAL', 'no-tls sts-mx-mismatch', 'ok', '', 'no-tls', 0, 'cf no-tls sts-mx-mismatch'],
	['sts-mx-notlst', 'CRITICAL', 'no-tls sts-mx-mismatch', 'ok', '', 'no-tls', 0, 'cf no-tls sts-mx-mismatch'],
	['sts-mx-notlsn', 'CRITICAL', 'no-tls sts-lint', 'ok', '', $NONE, 0, 'cf no-tls'],
	['sts-mx-tls10', 'CRITICAL', 'sts-mx-mismatch', 'ok', '', 'no-tls', 70, 'cf sts-mx-mismatch'],
	['sts-mx-tls11', 'CRITICAL', 'sts-mx-mismatch', 'ok', '', 'no-tls', 82, 'cf sts-mx-mismatch'],
	['sts-mx-tls12', 'OK', '', 'ok', '', 'pass', 100, ''],
	['sts-mx-self', 'CRITICAL', 'cert-untrusted sts-mx-mismatch', 'ok', '', 'cert', 109,
	    'cert-untrusted sts-mx-mismatch'],
	['sts-mx-selft', 'WARNING', 'cert-untrusted sts-mx-mismatch', 'ok', '', 'cert', 109,
	    'cert-untrusted sts-mx-mismatch'],
	['sts-mx-selfn', 'WARNING', 'cert-untrusted sts-lint', 'ok', '', $NONE, 109, 'cert-untrusted'],
	['sts-mx-wrongname', 'CRITICAL', 'cert-name sts-mx-mismatch', 'ok', '', 'cert', 109, 'cert-name sts-mx-mismatch'],
	['sts-mx-expired', 'CRITICAL', 'cert-expired sts-mx-mismatch', 'ok', '', 'cert', 109,
	    'cert-expired sts-mx-mismatch'],
	# a common name authenticates for the CF, and not for MTA-STS
	['sts-mx-cnonly', 'CRITICAL', 'sts-mx-mismatch', 'ok', '', 'cert', 116, 'sts-mx-mismatch'],
	['sts-mx-widewild', 'CRITICAL', 'cert-name sts-mx-mismatch', 'ok', '', 'cert', 109, 'cert-name sts-mx-mismatch'],
	['sts-mx-wildcard', 'OK', '', 'ok', '', 'pass', 118, ''],
	['sts-mx-domainname', 'CRITICAL', 'cert-name sts-mx-mismatch', 'ok', '', 'cert', 109, 'cert-name sts-mx-mismatch'],
	['sts-mx-backup', 'CRITICAL', 'cert-untrusted sts-mx-mismatch', 'ok', '', 'pass cert', 115,
	    'cert-untrusted sts-mx-mismatch'],
	['sts-mx-dead', 'WARNING', 'unreachable', 'ok', '', "pass $NONE", 95, 'unreachable'],
	# the name in the MX record counts, not the one it is an alias of
	['sts-mx-alias', 'CRITICAL', 'cert-name sts-lint sts-mx-mismatch', 'ok', '', 'not-listed', 109,
	    'cert-name sts-mx-mismatch'],
);

sub log_lines
{
	my ($file, $what) = @_;
	open my $in, '<', "$ENV{LAB_STATE}/log/$file" or return ();
	return grep { $_ =~ $what } <$in>;
}

# What is the same for all addresses of an MX, once for each.
sub sts_of
{
	my ($r) = @_;
	my (%seen, @sts);
	for my $host (hosts($r)) {
		push @sts, $host->{sts} if !$seen{"$host->{mx} $host->{sts}"}++;
	}
	return join ' ', @sts;
}

sub findings_are
{
	my ($r, $want, $what) = @_;
	return ref $want ? like(keys_of($r), $want, "$what: findings") : is(keys_of($r), $want, "$what: findings");
}

my @scored = grep { defined $_->[7] } @TABLE;
my @sts = run_many(map { [mtasts('-H', "$_->[0].example", '--format=json')] } @TABLE);
my @cf = run_many(map { [mx_cf('-H', "$_->[0].example", '--format=json')] } @scored);
my %run = map { $TABLE[$_][0] => $sts[$_] } 0 .. $#TABLE;

for my $n (0 .. $#TABLE) {
	my ($domain, $state, $keys, $status, $word, $hosts) = @{ $TABLE[$n] };
	my $r = $sts[$n];
	my $what = "check_mtasts $domain";
	shape_ok($r, $what);
	my $policy = json_of($r)->{mtasts};
	my $good = state_is($r, $state, $what);
	$good &= findings_are($r, $keys, $what);
	$good &= is($policy->{status}, $status, "$what: status");
	$good &= is(($policy->{why} // '') =~ /^([a-z-]+-(?:error|invalid)): / ? $1 : $policy->{why} // '', $word, "$what: why")
	    if defined $word;
	$good &= is(sts_of($r), $hosts, "$what: sts of hosts");
	explain_failure($r) if !$good;
}

for my $n (0 .. $#scored) {
	my ($domain, $cf, $keys) = @{ $scored[$n] }[0, 6, 7];
	my $r = $cf[$n];
	my $what = "check_mx_cf $domain";
	shape_ok($r, $what);
	my $good = is(json_of($r)->{cf} && json_of($r)->{cf}{score}, $cf, "$what: CF");
	$good &= findings_are($r, $keys, $what);
	$good &= is(sts_of($r), $scored[$n][5], "$what: sts of hosts");
	is(floor_cf(host_score($_)), $_->{score}, "$what: the formula agrees") for grep { defined $_->{score} } hosts($r);
	explain_failure($r) if !$good;
}

# --- the reasons

my %WHY = (
	'sts-404' => 'HTTP status 404',
	'sts-500' => 'HTTP status 500',
	'sts-204' => 'HTTP status 204',
	'sts-301' => 'HTTP status 301, redirect to https://mta-sts.sts-target.example/.well-known/mta-sts.txt: never'
	    . ' followed (RFC 8461, 3.3)',
	'sts-302self' => qr{^HTTP status 302, redirect to \S*/elsewhere: never followed},
	'sts-toobig' => 'body is over 65536 bytes',
	'sts-endless' => 'body is over 65536 bytes',
	'sts-endless404' => 'HTTP status 404',
	'sts-header' => qr/^header is over \d+ bytes$/,
	'sts-close' => 'connection closed without an answer',
	'sts-garbage' => 'the answer is not HTTP',
	'sts-short' => 'connection closed within the body',
	'sts-plain' => qr/^TLS handshake failed: /,
	'sts-refused' => 'Connection refused',
	'sts-noname' => 'mta-sts.sts-noname.example does not exist',
	'sts-noaddr' => 'mta-sts.sts-noaddr.example has no address',
	'sts-addrfail' => qr/^look-up of mta-sts\.sts-addrfail\.example: \S/,
	(map { ("sts-$_" => qr/^timed out after (?:5|4\.\d) s$/) } qw(slow drip mute hang drop)),
	'sts-wrongname' => 'certificate names mx.other.example, not mta-sts.sts-wrongname.example',
	'sts-widewild' => 'certificate names *.example, not mta-sts.sts-widewild.example',
	'sts-partwild' => 'certificate names mta*.sts-partwild.example, not mta-sts.sts-partwild.example',
	'sts-domainname' => 'certificate names sts-domainname.example, not mta-sts.sts-domainname.example',
	'sts-cnonly' => 'certificate names mta-sts.sts-cnonly.example in its common name only',
	'sts-selfsigned' => qr/^certificate is not trusted: self.signed/,
	'sts-untrusted' => qr/^certificate is not trusted: \S/,
	'sts-nointer' => qr/^certificate is not trusted: unable to get local issuer/,
	'sts-expired' => qr/^certificate is out of date: .*expired/,
	'sts-notyet' => qr/^certificate is out of date: .*not yet valid/,
);
for my $domain (sort keys %WHY) {
	my $why = json_of($run{$domain})->{mtasts}{why} =~ s/^[a-z-]+: //r;
	ref $WHY{$domain} ? like($why, $WHY{$domain}, "$domain: the reason") : is($why, $WHY{$domain}, "$domain: the reason");
}
like(json_of($run{'sts-twoerrors'})->{mtasts}{why}, qr/line 2.*line 3/, 'sts-twoerrors: both, with their lines');
like(json_of($run{'sts-servfail'})->{mtasts}{why}, qr/_mta-sts\.sts-servfail\.example/, 'sts-servfail: which look-up');
is(json_of($run{'rpt-servfail'})->{tlsrpt}{status}, 'error', 'rpt-servfail: TLS-RPT has an error, too');
is_deeply(json_of($run{'sts-wildcard'})->{mtasts}{mx}, ['*.good.example', '*.tls13.example'], 'sts-wildcard: patterns');
is(json_of($run{'sts-cname'})->{mtasts}{id}, '20260101', 'sts-cname: id');
is(json_of($run{'sts-404'})->{mtasts}{id}, '20260101', 'sts-404: the id of the record is known all the same');
is(json_of($run{'sts-norecord'})->{tlsrpt}{status}, 'none', 'sts-norecord: no TLS-RPT');
is_deeply(json_of($run{'rpt-https'})->{tlsrpt}{rua}, ['https://rpt.example/tls', 'mailto:a@rpt-https.example'],
    'rpt-https: addresses');

# --- the first line counts the MX that were tested
like(checked('-4', mtasts('-H', 'sts-good.example', '-4'))->{first}, qr/, 1 MX pass\b/, 'an address that was skipped fails nothing');
unlike(run(mtasts('-H', 'sts-good.example', '--tls-max=1.1', '--format=json'))->{out}, qr/sts-mx-mismatch/,
    'what --tls-max holds back is not blamed on the server');
like(checked('-w', mtasts('-H', 'sts-good.example', '-w', '9' x 23 . ':'))->{first}, qr/max_age 7 days \(outside 9+:\)/,
    'a threshold that no time reaches');

# --- performance data

sub value
{
	my ($r, $label) = @_;
	my ($perf) = grep { $_->{label} eq $label } @{ json_of($r)->{perfdata} };
	return $perf && $perf->{value};
}
is(value($run{'sts-good'}, 'max_age'), 604800, 'perfdata: max_age');
is(value($run{'sts-wildcard'}, 'policy_mx'), 2, 'perfdata: policy_mx');
is(value($run{'sts-two'}, 'mx_total'), 2, 'perfdata: mx_total');
is(value($run{'rpt-https'}, 'tlsrpt_rua'), 2, 'perfdata: tlsrpt_rua');
my $end = `date +%s -d "\$(openssl x509 -in $ENV{LAB_PKI}/hosts/mta-sts.sts-soon.example.pem -noout -enddate | cut -d= -f2)"`;
my $policy_days = value($run{'sts-soon'}, 'policy_cert_days');
like($policy_days, qr/^10\.\d$/, 'perfdata: policy_cert_days');
cmp_ok(abs(($end - time) / 86400 - $policy_days - 0.05), '<', 0.06, "perfdata: $policy_days days are the certificate's");
like(value($run{'sts-expired'}, 'policy_cert_days'), qr/^-\d/, 'perfdata: days of a certificate refused');
is(value($run{'sts-404'}, 'max_age'), undef, 'perfdata: no max_age without a policy');
is(value($run{'sts-refused'}, 'policy_cert_days'), undef, 'perfdata: no days without a certificate');

# --- what the web servers saw

is(scalar(log_lines('policy-requests', qr/^mta-sts\.sts-target\.example /)), 0, 'a redirect is never followed');
is(scalar(log_lines('policy-requests', qr{ /elsewhere})), 0, 'not even on the same host');
is(scalar(log_lines('policy-requests', qr/^mta-sts\.sts-(?:selfsigned|cnonly|partwild|expired)\.example /)), 0,
    'a server that is not the one is not asked');
is(scalar(log_lines('policy-requests', qr/^mta-sts\.sts-(?:lower|tworecords|norecord|noid)\.example /)), 0,
    'without a valid record no policy is fetched');
# of a domain that no other test asks for
run(mtasts('-H', 'sts-counted.example')) for 1 .. 2;
is(scalar(log_lines('policy-requests', qr/^mta-sts\.sts-counted\.example /)), 2, 'one request a run');
my @h2 = log_lines('policy-requests', qr/^mta-sts\.sts-http2\.example HTTP\/2\.0 200 /);
is(scalar(@h2), 2, 'HTTP/2 where the server knows it');
is(scalar(grep { m{ "mailtls-plugins/[\d.]+" "\*/\*" GET /\.well-known/mta-sts\.txt } } @h2), 2,
    'the request says who asks, and takes any type');

# --- options

my @OPTIONS = (
	# command, further arguments, status, reason
	['sts-good', ['-6'], 'fetch-error', qr/mta-sts\.sts-good\.example has no IPv6 address/],
	['sts-ipv6', ['-4'], 'fetch-error', qr/mta-sts\.sts-ipv6\.example has no IPv4 address/],
	['sts-ipv6', ['-6'], 'ok', undef],
	['sts-good', ['-4'], 'ok', undef],
	['sts-good', ['--source-address=127.0.0.93'], 'ok', undef],
	['sts-good', ['--source-address=2001:db8::10'], 'fetch-error', qr/has no IPv6 address/],
	['sts-good', ['--dnssec=off'], 'ok', undef],
	['sts-good', ['--ca-file=' . "$ENV{LAB_PKI}/ca/stranger/cert.pem"], 'fetch-error',
	    qr/^sts-webpki-invalid: certificate is not trusted/],
	['sts-untrusted', ['--ca-file=' . "$ENV{LAB_PKI}/ca/stranger/cert.pem"], 'ok', undef],
	# none of the names that the operator accepts of an MX
	['sts-cnonly', ['--match=none'], 'fetch-error', qr/common name/],
	['sts-wrongname', ['--verify-name=mx.other.example'], 'fetch-error', qr/certificate names mx\.other\.example/],
	['sts-tls10', ['--tls-min=1.2'], 'ok', undef],
	['sts-good', ['--no-connect'], 'ok', undef],
	['sts-mute', ['-t', '2'], 'fetch-error', qr/timed out after (?:2|1\.\d) s/],
	['sts-drip', ['-t', '2'], 'fetch-error', qr/timed out after (?:2|1\.\d) s/],
	['sts-drop', ['-t', '2'], 'fetch-error', qr/timed out after (?:2|1\.\d) s/],
);
my @runs = run_many(map { [mtasts('-H', "$_->[0].example", @{ $_->[1] }, '--format=json')] } @OPTIONS);
for my $n (0 .. $#OPTIONS) {
	my (undef, $args, $status, $why) = @{ $OPTIONS[$n] };
	my $r = $runs[$n];
	shape_ok($r, $r->{command});
	is(json_of($r)->{mtasts}{status}, $status, "$r->{command}: status") || explain_failure($r);
	like(json_of($r)->{mtasts}{why}, $why, "$r->{command}: the reason") if $why;
	cmp_ok($r->{wall}, '<=', $args->[1] + 1, "$r->{command}: ends by the deadline") if $args->[0] eq '-t';
}
is(scalar(log_lines('policy-requests', qr/ 127\.0\.0\.93 /)), 1, '--source-address holds for the policy, too');
is(scalar(grep { $_->{status} eq 'tested' } hosts($runs[12])), 0, '--no-connect: no probes') || explain_failure($runs[12]);

# Slow web servers cost their five seconds, and not one after the other with the probes.
cmp_ok($run{$_}{wall}, '<', 9, "$_: five seconds") for qw(sts-slow sts-drip sts-mute sts-hang sts-drop);
is((hosts($run{'sts-slow'}))[0]{status}, 'tested', 'sts-slow: the MX are probed all the same');

# check_mx_cf: not tested is not failed
my @OFF = (
	# domain, arguments, mtasts.status, CF, maximum
	['sts-good', ['--no-mtasts'], $NONE, 116, 119],
	['sts-good', ['--no-mtasts', '--no-dane'], $NONE, 116, 116],
	['sts-good', ['--no-dane'], 'ok', 118, 118],
	['sts-good', ['--quick'], $NONE, 116, 116],
	['sts-good', ['--quick', '--mtasts'], 'ok', 118, 118],
	['sts-good', ['--direct-tls'], $NONE, 116, 119],
	['sts-404', ['--no-mtasts'], $NONE, 116, 119],
	['sts-404', [], 'fetch-error', 116, 121],
	['good', [], 'none', 116, 121],
	['sts-mx-self', ['--match=none'], 'ok', 109, 121],
	['sts-mx-wrongname', ['--match=none'], 'ok', 116, 121],
	['sts-good', ['--mx-host=mx.tls13.example'], 'ok', 116, 121],
);
@runs = run_many(map { [mx_cf('-H', "$_->[0].example", @{ $_->[1] }, '--format=json')] } @OFF);
for my $n (0 .. $#OFF) {
	my (undef, undef, $status, $cf, $max) = @{ $OFF[$n] };
	my $r = $runs[$n];
	shape_ok($r, $r->{command});
	my $json = json_of($r);
	is("$json->{mtasts}{status} $json->{cf}{score} of $json->{cf}{max}", "$status $cf of $max", $r->{command})
	    || explain_failure($r);
}
is((hosts($runs[10]))[0]{sts}, 'cert', '--match=none: a wrong name fails the policy all the same');
my @lost = map { $_->{check} . ': ' . $_->{why} } grep { $_->{check} eq 'mta-sts' } @{ (hosts($runs[7]))[0]{lost} };
is_deeply(\@lost, ['mta-sts: sts-policy-fetch-error: HTTP status 404'], 'sts-404: the points lost say why');

my $r = checked('silent resolver', mtasts('-H', 'sts-good.example', '--nameserver=127.0.0.4', '-t', 6, '--format=json'));
state_is($r, 'UNKNOWN', 'silent resolver');
is(keys_of($r), 'resolver', 'silent resolver: finding');
cmp_ok($r->{wall}, '<=', 7, 'silent resolver: ends by the deadline');

# --- nothing of the environment

my %ENVIRONMENT = (
	proxy => { map { $_ => 'http://192.0.2.201:3128' } qw(http_proxy https_proxy HTTPS_PROXY all_proxy ALL_PROXY) },
	certificates => { SSL_CERT_FILE => '/nonexistent', SSL_CERT_DIR => '/nonexistent',
	    CURL_CA_BUNDLE => '/nonexistent' },
	trust => { SSL_CERT_FILE => "$ENV{LAB_PKI}/ca/stranger/cert.pem",
	    CURL_CA_BUNDLE => "$ENV{LAB_PKI}/ca/stranger/cert.pem" },
	home => { HOME => $ENV{LAB_STATE}, NETRC => "$ENV{LAB_STATE}/.netrc" },
	openssl => { OPENSSL_CONF => "$ENV{LAB_STATE}/hostile.cnf" },
);
sub put
{
	my ($name, $text) = @_;
	open my $out, '>', "$ENV{LAB_STATE}/$name" or die "$name: $!";
	print {$out} $text;
	close $out;
	return;
}
put('.netrc', "default login user password secret\n");
put('.curlrc', "insecure\nproxy = 192.0.2.201:3128\n");
put('hostile.cnf', "openssl_conf = a\n[a]\nssl_conf = b\n[b]\nsystem_default = c\n[c]\nMaxProtocol = TLSv1\n"
	. "CipherString = NULL\n");
for my $name (sort keys %ENVIRONMENT) {
	local @ENV{ keys %{ $ENVIRONMENT{$name} } } = values %{ $ENVIRONMENT{$name} };
	my ($good, $bad, $old) = run_many(map { [mtasts('-H', "$_.example", '--format=json')] } qw(sts-good sts-untrusted
	    sts-tls10));
	is(json_of($good)->{mtasts}{status}, 'ok', "environment $name: sts-good") || explain_failure($good);
	like(json_of($bad)->{mtasts}{why}, qr/^sts-webpki-invalid/, "environment $name: sts-untrusted")
	    || explain_failure($bad);
	is(keys_of($old), 'sts-lint', "environment $name: sts-tls10") || explain_failure($old);
}

# --- libcurl is loaded by runs that fetch a policy, and by no other

sub loads_curl
{
	my @command = @_;
	my $base = "$ENV{LAB_STATE}/loaded";
	local $ENV{LD_DEBUG} = 'files';
	local $ENV{LD_DEBUG_OUTPUT} = $base;
	run(@command);
	my $found = grep { my $file = $_; open my $in, '<', $file or die "$file: $!"; grep { /libcurl/ } <$in> } glob "$base.*";
	unlink glob "$base.*";
	return $found ? 'loaded' : 'not loaded';
}
is(loads_curl(mtasts('-H', 'sts-good.example')), 'loaded', 'libcurl: a policy to fetch');
is(loads_curl(mx_cf('-H', 'sts-good.example')), 'loaded', 'libcurl: for the CF as well');
is(loads_curl(@$_), 'not loaded', "libcurl: @$_") for [mx_cf('-H', 'good.example')],
    [mx_cf('-H', 'sts-good.example', '--no-mtasts')], [mx_cf('-H', 'sts-good.example', '--quick')],
    [mx_cf('-H', 'sts-tworecords.example')], [mtasts('-H', 'sts-norecord.example')],
    [mtasts('-H', 'sts-noname.example')], [smtp_tls('-H', 'mx.good.example')], [dane('-H', 'sts-good.example')];

done_testing;

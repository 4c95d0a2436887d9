#!/usr/bin/perl
# SPDX-License-Identifier: GPL-3.0-or-later
# 07-output.t - every format: lines, transcript, schema, perfdata; thresholds; a stdout that fails.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use JSON::PP ();
use Plugin;
use Test::More;

my $bin = $ENV{PLUGINS} || 'plugins';

# --- plugin

my $r = checked('plugin', mx_cf('-H', 'two.example'));
like($r->{first}, qr/^MX_CF WARNING - two\.example CF 114 of $BEST \(9\d%\): mx\.selfsigned\.example\[192\.0\.2\.100\] \S/,
    'plugin: the worst finding first');
like($r->{first}, qr/, 2 MX, worst mx\.selfsigned\.example 109\|cf=/, 'plugin: MX and worst');
like($r->{out}, qr/^\\_\[OK\] 10 mx\.good\.example\[192\.0\.2\.10\]:25 TLSv1\.3 TLS_AES_256_GCM_SHA384, RSA 2048, 79 days, CF 116$/m,
    'plugin: a line of the tree');
like($r->{out}, qr/^\\_\[OK\] 10 mx\.good\.example\[2001:db8::10\]:25 /m, 'plugin: IPv6');
like($r->{out}, qr/^\\_\[WARNING\] 20 mx\.selfsigned\.example\[192\.0\.2\.100\]:25 .*self-signed.*, CF 109$/m,
    'plugin: a finding in the tree');
unlike($r->{out}, qr/^(?!MX_CF |\\_\[)/m, 'plugin: nothing but the tree');

$r = checked('plugin smtp_tls', smtp_tls('-H', 'mx.ecdsa.example'));
like($r->{first}, qr/^SMTP_TLS OK - mx\.ecdsa\.example\[192\.0\.2\.15\]:25 TLSv1\.3 TLS_AES_256_GCM_SHA384, verified, certificate 79 days, \d+\.\d{3} s\|time=/,
    'plugin smtp_tls: as documented');
$r = checked('plugin smtp_tls bad', smtp_tls('-H', 'mx.notls.example'));
like($r->{first}, qr/^SMTP_TLS CRITICAL - mx\.notls\.example.* offers no TLS/, 'plugin smtp_tls: no TLS');

my %verbose = map { $_ => checked("plugin $_", mx_cf('-H', 'well.example', '-4', $_)) } qw(-v -vv -vvv);
$verbose{'-v -v'} = checked('plugin -v -v', mx_cf('-H', 'well.example', '-4', '-v', '-v'));
like($verbose{'-v'}{out}, qr/^MX Server +Pref +Answer +Connect +HELO +TLS +Cert +Secure +From +To +CF$/m, '-v: matrix');
unlike($verbose{'-v'}{out}, qr/EHLO/, '-v: no transcript');
like($verbose{$_}{out}, qr/~~> EHLO /, "$_: transcript") for '-vv', '-vvv', '-v -v';
unlike($verbose{'-vv'}{out}, qr/Certificate 1 of/, '-vv: no certificates');
like($verbose{'-vvv'}{out}, qr/^Certificate 1 of 2 in chain:$/m, '-vvv: certificates');

# --- perfdata

my @PROBE = qw(time time_dns time_answer time_connect time_helo time_tls time_cert time_secure time_from
    time_handshake cert_days);
my @MX = qw(cf worst_cf mx_total mx_ok addr_total addr_ok);
my @LABELS = (
	[[mx_cf('-H', 'ecdsa.example')], [@PROBE, @MX, qw(mx1_cf mx1_time)]],
	[[mx_cf('-H', 'postmaster@ecdsa.example')], [@PROBE, 'time_to', @MX, qw(mx1_cf mx1_time)]],
	[[mx_cf('-H', 'two.example')], [@PROBE, @MX, qw(mx1_cf mx1_time mx2_cf mx2_time)]],
	[[mx_cf('-H', 'ten.example')], [@PROBE, @MX, map { ("mx${_}_cf", "mx${_}_time") } 1 .. 10]],
	[[mx_cf('-H', 'notls.example')],
	    [(grep { !/cert|secure|handshake/ } @PROBE), @MX, qw(mx1_cf mx1_time)]],
	[[smtp_tls('-H', 'mx.ecdsa.example')], [@PROBE, qw(cf tls_version)]],
	[[smtp_tls('-H', 'mx.ecdsa.example', '--rcpt=postmaster@ecdsa.example')],
	    [@PROBE, qw(time_to cf tls_version)]],
	[[mx_cf('-H', 'ecdsa.example', '--stop-after=helo')],
	    [qw(time time_dns time_answer time_connect time_helo mx_total mx_ok addr_total addr_ok mx1_time)]],
);
my @runs = run_many(map { $_->[0] } @LABELS);
for my $n (0 .. $#LABELS) {
	shape_ok($runs[$n], "labels of $runs[$n]{command}");
	is(labels($runs[$n]), join(' ', sort @{ $LABELS[$n][1] }), "$runs[$n]{command}: labels");
	like($runs[$n]{perfdata}, qr/\btime=\d+\.\d{3,6}s;;;0\b/, "$runs[$n]{command}: time");
	for my $token (grep { /^\S*time/ } split ' ', $runs[$n]{perfdata}) {
		like($token, qr/^\w+=\d+\.\d{3,6}s;;;0$/, "$token: seconds");
	}
}
like($runs[0]{perfdata}, qr/^cf=116;90:;64:;0;121 worst_cf=116;;;0;121 mx_total=1;;;0 mx_ok=1;;;0 addr_total=1;;;0 addr_ok=1;;;0 cert_days=79\.\d;14:;3: time=/,
    'perfdata of check_mx_cf, as documented');
like($runs[5]{perfdata}, qr/^time=/, 'perfdata of check_smtp_tls begins with time');
is($runs[5]{perf}{tls_version}->value, 13, 'tls_version');
my @version = map { checked($_, smtp_tls('-H', "mx.$_.example")) } qw(tls10 tls11 tls12);
is_deeply([map { $_->{perf}{tls_version}->value } @version], [10, 11, 12], 'tls_version of the older');
my $expired = checked('expired', mx_cf('-H', 'expired.example'));
cmp_ok($expired->{perf}{cert_days}->value, '<', 0, 'cert_days: negative when expired');

# thresholds in perfdata
my @STYLES = (
	[['--perfdata-thresholds=range'], qr/\bcf=116;90:;64:;0;121 .*\bcert_days=79\.\d;14:;3:/],
	[['--perfdata-thresholds=number'], qr/\bcf=116;90;64;0;121 .*\bcert_days=79\.\d;14;3/],
	[['--perfdata-thresholds=none'], qr/\bcf=116;;;0;121 .*\bcert_days=79\.\d(?: |;;? )/],
	[['-D', '0'], qr/\bcert_days=79\.\d(?: |;;? )/],
	[['-D', '20'], qr/\bcert_days=79\.\d;20:(?: |; )/],
	[['-w', '100:', '-c', '@0:10'], qr/\bcf=116;100:;\@0:10;0;121/],
);
my @styles = run_many(map { [mx_cf('-H', 'ecdsa.example', @{ $_->[0] })] } @STYLES);
for my $n (0 .. $#STYLES) {
	shape_ok($styles[$n], "@{ $STYLES[$n][0] }");
	like($styles[$n]{perfdata}, $STYLES[$n][1], "@{ $STYLES[$n][0] }: perfdata");
}
my $time = checked('time', smtp_tls('-H', 'mx.ecdsa.example', '-w', '5', '-c', '10'));
like($time->{perfdata}, qr/^time=0\.\d+s;(?:0:)?5;(?:0:)?10;0\b/, 'check_smtp_tls: time carries -w and -c');

# --- thresholds: strict Nagios ranges

my @RANGES = (
	[[mx_cf('-H', 'ecdsa.example')], 'OK', '116:' => '-w'],
	[[mx_cf('-H', 'ecdsa.example')], 'WARNING', '117:' => '-w'],
	[[mx_cf('-H', 'ecdsa.example')], 'CRITICAL', '117:' => '-c'],
	[[mx_cf('-H', 'ecdsa.example')], 'OK', '116:' => '-c'],
	[[mx_cf('-H', 'ecdsa.example')], 'WARNING', '0:115' => '-w'],
	[[mx_cf('-H', 'ecdsa.example')], 'OK', '0:116' => '-w'],
	[[mx_cf('-H', 'ecdsa.example')], 'OK', '~:116' => '-w'],
	[[mx_cf('-H', 'ecdsa.example')], 'WARNING', '~:115.9' => '-w'],
	[[mx_cf('-H', 'ecdsa.example')], 'WARNING', '@116:' => '-w'],
	[[mx_cf('-H', 'ecdsa.example')], 'WARNING', '@0:116' => '-w'],
	[[mx_cf('-H', 'ecdsa.example')], 'OK', '@0:115' => '-w'],
	[[mx_cf('-H', 'ecdsa.example')], 'OK', '~:' => '-w'],
	[[mx_cf('-H', 'tls11.example')], 'CRITICAL', '83:' => '-c'],
	[[mx_cf('-H', 'tls11.example')], 'WARNING', '82:' => '-c'],
	[[mx_cf('-H', 'tls11.example')], 'OK', '82:' => '-w'],
	[[smtp_tls('-H', 'mx.ecdsa.example')], 'WARNING', '0:0' => '-w'],
	[[smtp_tls('-H', 'mx.ecdsa.example')], 'CRITICAL', '0' => '-c'],
	[[smtp_tls('-H', 'mx.ecdsa.example')], 'OK', '10' => '-c'],
	[[smtp_tls('-H', 'mx.ecdsa.example')], 'WARNING', '@0:10' => '-w'],
	[[smtp_tls('-H', 'mx.ecdsa.example')], 'WARNING', '10:' => '-w'],
	[[smtp_tls('-H', 'mx.ecdsa.example')], 'CRITICAL', '0.000001' => '-c'],
);
my @ranges = run_many(map { [@{ $_->[0] }, $_->[3], $_->[2], '--format=json'] } @RANGES);
for my $n (0 .. $#RANGES) {
	my ($command, $state) = @{ $RANGES[$n] };
	shape_ok($ranges[$n], $ranges[$n]{command});
	state_is($ranges[$n], $state, $ranges[$n]{command});
	my $key = $ranges[$n]{program} eq 'check_mx_cf' ? 'cf' : 'time';
	is(keys_of($ranges[$n]), $state eq 'OK' ? '' : $key, "$ranges[$n]{command}: findings");
}

# --- the human formats

sub cf_line
{
	my ($target, $cf) = @_;
	my $percent = int(100 * $cf / $BEST);
	return qr/^Confidence Factor for "\Q$target\E": $cf of $BEST \($percent%\), best possible 121$/;
}

my $score = checked('score', mx_cf('-H', 'two.example', '--format=score'));
like($score->{first}, cf_line('two.example', 114), 'score: the CF line');
is($score->{out}, "$score->{first}\n", 'score: alone');
is($score->{exit}, 1, 'score: exit code');
$score = checked('score user', mx_cf('-H', 'postmaster@ecdsa.example', '--format=score'));
like($score->{first}, cf_line('postmaster@ecdsa.example', 116), 'score: with a user');
$score = checked('score null', mx_cf('-H', 'nullmx.example', '--format=score'));
unlike($score->{out}, qr/Confidence Factor.*\d+ of/, 'score: none where there is none');
is($score->{exit}, 3, 'score null: exit code');

my $matrix = checked('matrix', mx_cf('-H', 'postmaster@two.example', '--format=matrix'));
my @lines = split /\n/, $matrix->{out};
like($lines[0], cf_line('postmaster@two.example', 114), 'matrix: the CF line first');
like($matrix->{out}, qr/^MX Server +Pref +Answer +Connect +HELO +TLS +Cert +Secure +From +To +CF$/m, 'matrix: head');
my $cell = qr/(?:OK|FAIL|DEFER) \(\d+ms\)|-/;
like($matrix->{out}, qr/^mx\.good\.example\[192\.0\.2\.10\]:25 +10 +(?:(?:$cell) +){8}116$/m, 'matrix: a row');
like($matrix->{out}, qr/^mx\.selfsigned\.example\[192\.0\.2\.100\]:25 +20 +(?:OK \(\d+ms\) +){4}FAIL \(\d+ms\) /m,
    'matrix: a failed step');
is(scalar(grep { /^mx\./ } @lines), 3, 'matrix: rows');
like($matrix->{out}, qr/^Average +(?:100% +){4}66% /m, 'matrix: averages');
$matrix = checked('matrix deferred', mx_cf('-H', 'banner421.example', '--format=matrix'));
like($matrix->{out}, qr/:25 +10 +OK \(\d+ms\) +DEFER \(\d+ms\)(?: +-){6} +50$/m, 'matrix: deferred');

sub transcript
{
	my ($what, @command) = @_;
	my $run = checked($what, @command, '--format=smtp');
	return $run->{out};
}

my $smtp = transcript('smtp', mx_cf('-H', 'postmaster@well.example'));
like((split /\n/, $smtp)[0], cf_line('postmaster@well.example', 116), 'smtp: the CF line first');
like($smtp, qr/^MX Server /m, 'smtp: the matrix');
like($smtp, qr/^Trying TLS on mx\.well\.example\[198\.51\.100\.1\]:25 \(10\):$/m, 'smtp: the host\'s block');
my $at = qr/^\[\d{3}\.\d{3}\] /m;
my @ORDER = ('Connected to server', '<-- 220 mx.well.example ESMTP', 'We are allowed to connect',
    ' --> EHLO probe.client.example', '<-- 250 8BITMIME', 'We can use this server',
    'TLS is an option on this server', ' --> STARTTLS', '<-- 220 2.0.0 go ahead',
    'STARTTLS command works on this server', 'Connection converted to SSL', 'SSLVersion in use: TLSv1.3',
    'Cipher in use: TLS_AES_256_GCM_SHA384', 'Cert VALIDATED: ok',
    'Cert Hostname VERIFIED (mx.well.example = ', ' ~~> EHLO probe.client.example',
    '<~~ 250 8BITMIME', 'TLS successfully started on this server', ' ~~> MAIL FROM:<>', '<~~ 250 2.1.0 ok',
    'Sender is OK', ' ~~> RCPT TO:<postmaster@well.example>', ' ~~> QUIT', '<~~ 250 2.1.5 ok',
    'Recipient OK, email address proofed', '<~~ 221 2.0.0 bye');
my $position = 0;
for my $line (@ORDER) {
	my $found = $smtp =~ /$at\Q$line\E/g ? pos $smtp : 0;
	ok($found > $position, "smtp: in order: $line");
	$position = $found if $found;
}
my @times = $smtp =~ /^\[(\d+\.\d+)\]/mg;
is_deeply(\@times, [sort { $a <=> $b } @times], 'smtp: times rise');

$smtp = transcript('smtp selfsigned', mx_cf('-H', 'selfsigned.example'));
like($smtp, qr/${at}Cert VALIDATION ERROR\(S\): \S/, 'smtp: errors of the certificate');
$smtp = transcript('smtp wrongname', mx_cf('-H', 'wrongname.example'));
like($smtp, qr/${at}Cert Hostname DOES NOT VERIFY \(mx\.wrongname\.example != /, 'smtp: the wrong name');
$smtp = transcript('smtp clear', mx_cf('-H', 'user@starttls454.example'));
like($smtp, qr/$at --> MAIL FROM:<>/, 'smtp: in the clear after a failed STARTTLS');
unlike($smtp, qr/~~>/, 'smtp: no arrows of TLS without TLS');
$smtp = transcript('smtp fresh', mx_cf('-H', 'user@handshake-reset.example'));
is(scalar(() = $smtp =~ /<-- 220 mx\.handshake-reset/g), 5,
    'smtp: after a failed handshake three raw hellos, then a fresh connection');
$smtp = transcript('smtp forged', mx_cf('-H', 'banner-pipe.example'));
like($smtp, qr/<-- 220 mx\.banner-pipe\.example/, 'smtp: the banner, cleaned');
unlike($smtp, qr/[\x00-\x09\x0b-\x1f\x7f]/, 'smtp: no escapes');

# In the plugin format the server's markup is gone, our arrows stay.
my $forged = checked('plugin -vv forged', mx_cf('-H', 'banner-pipe.example', '-vv'));
like($forged->{out}, qr/<-- 220 mx\.banner-pipe\.example \/x=1;2;3 /, '-vv: | becomes /');
like($forged->{out}, qr/\(b\)html\(\/b\)/, '-vv: < and > become ( and )');
my @markup = grep { s/^\[[\d.]+\] +(?:-->|~~>|<--|<~~) //r =~ /[<>]/ } split /\n/, $forged->{out};
is_deeply(\@markup, [], '-vv: no other < and >');

# --- JSON: every key, its type

my %TYPE = (
	string => sub { !ref $_[0] && defined $_[0] && JSON::PP->new->allow_nonref->encode($_[0]) =~ /^"/ },
	number => sub { !ref $_[0] && defined $_[0] && JSON::PP->new->allow_nonref->encode($_[0]) =~ /^-?\d/ },
	bool => sub { JSON::PP::is_bool($_[0]) },
	array => sub { ref $_[0] eq 'ARRAY' },
	object => sub { ref $_[0] eq 'HASH' },
	null => sub { !defined $_[0] },
);

# a name of %TYPE, alternatives with |
my %TOP = (schema => 'number', plugin => 'string', version => 'string', target => 'string',
    domain => 'string|null', state => 'string', exit => 'number', time => 'string', duration_ms => 'number',
    error => 'null', summary => 'string', findings => 'array', cf => 'object|null', dns => 'object',
    hosts => 'array', mtasts => 'object', tlsrpt => 'object', perfdata => 'array');
my %CF = (formula => 'number', kind => 'string', score => 'number|null', max => 'number|null',
    percent => 'number|null', best => 'number', worst => 'object|null');
my %WORST = (mx => 'string', address => 'string|null', score => 'number');
my %DNS = (mx => 'object', null_mx => 'bool', implicit_mx => 'bool', ms => 'number|null');
my %DNS_MX = (status => 'string', rcode => 'string|null', why => 'string|null');
my %HOST = (mx => 'string', preference => 'number|null', address => 'string|null', port => 'number',
    status => 'string', score => 'number|null', band => 'string|null', steps => 'array',
    smtp => 'object|null', tls => 'object|null', cert => 'object|null', chain => 'array', dane => 'object',
    sts => 'string', lost => 'array');
my %STEP = (step => 'string', state => 'string', ms => 'number|null', reason => 'string|null');
my %SMTP = (banner => 'string|null', extensions => 'array', tls_offered => 'bool|null', injection => 'bool|null');
my %TLS = (version => 'string|null', cipher => 'string|null', bits => 'number|null',
    forward_secrecy => 'bool|null', aead => 'bool|null', group => 'string|null',
    peer_signature => 'string|null', handshake_ms => 'number|null', legacy => 'null');
my %CERT = (trusted => 'bool', name_match => 'bool', matched_name => 'string|null', in_date => 'bool',
    revoked => 'string', errors => 'array', days_left => 'number|null', weak => 'array');
my %CHAIN = (subject => 'string', issuer => 'string', serial => 'string', sans => 'array',
    not_before => 'string', not_after => 'string', key => 'string', bits => 'number', signature => 'string',
    sha256 => 'string');
my %DANE = (status => 'string', records => 'array', base => 'string|null', why => 'string|null');
my %STS = (status => 'string', id => 'string|null', mode => 'string|null', max_age => 'number|null',
    mx => 'array', why => 'string|null');
my %RPT = (status => 'string', rua => 'array', why => 'string|null');
my %PERF = (label => 'string', value => 'number', uom => 'string', warn => 'string|null',
    crit => 'string|null', min => 'number|null', max => 'number|null');
my %FINDING = (key => 'string', state => 'string', host => 'string|null', address => 'string|null',
    text => 'string');
my %LOST = (points => 'number', check => 'string', why => 'string', fix => 'string');

# What is wrong with an object.
sub faults
{
	my ($where, $object, $schema) = @_;
	return "$where is no object" if ref $object ne 'HASH';
	my @bad;
	for my $key (sort keys %$schema) {
		my $value = $object->{$key};
		if (!exists $object->{$key}) {
			push @bad, "$where.$key is missing";
		} elsif (!grep { $TYPE{$_}->($value) } split /\|/, $schema->{$key}) {
			push @bad, "$where.$key is no $schema->{$key}";
		}
	}
	push @bad, map { "$where.$_ is not documented" } grep { !$schema->{$_} } sort keys %$object;
	return @bad;
}

sub host_faults
{
	my ($where, $host) = @_;
	my @bad = faults($where, $host, \%HOST);
	push @bad, map { faults("$where.step", $_, \%STEP) } @{ $host->{steps} };
	push @bad, faults("$where.smtp", $host->{smtp}, \%SMTP) if $host->{smtp};
	push @bad, faults("$where.tls", $host->{tls}, \%TLS) if $host->{tls};
	push @bad, faults("$where.cert", $host->{cert}, \%CERT) if $host->{cert};
	push @bad, map { faults("$where.chain", $_, \%CHAIN) } @{ $host->{chain} };
	push @bad, faults("$where.dane", $host->{dane}, \%DANE);
	push @bad, map { faults("$where.lost", $_, \%LOST) } @{ $host->{lost} };
	push @bad, "$where.steps are not all" if
	    join(' ', map { $_->{step} } @{ $host->{steps} }) ne 'answer connect helo tls cert secure from to';
	push @bad, "$where.status $host->{status}"
	    if $host->{status} !~ /^(?:tested|untested|skipped|not-started)$/;
	push @bad, "$where.dane.status $host->{dane}{status}" if $host->{dane}{status}
	    !~ /^(?:match|mismatch|name-mismatch|expired|unusable|none|insecure|error|not-tested)$/;
	push @bad, "$where.sts $host->{sts}" if $host->{sts} !~ /^(?:pass|not-listed|no-tls|cert|not-tested)$/;
	push @bad, map { "$where.step.state $_->{state}" }
	    grep { $_->{state} !~ /^(?:ok|fail|defer|skip)$/ } @{ $host->{steps} };
	push @bad, map { "$where.$_->{step} skipped and timed" }
	    grep { $_->{state} eq 'skip' && defined $_->{ms} } @{ $host->{steps} };
	return @bad;
}

sub schema_faults
{
	my ($json) = @_;
	my @bad = faults('top', $json, \%TOP);
	push @bad, faults('cf', $json->{cf}, \%CF) if $json->{cf};
	push @bad, faults('cf.worst', $json->{cf}{worst}, \%WORST) if $json->{cf} && $json->{cf}{worst};
	push @bad, faults('dns', $json->{dns}, \%DNS), faults('dns.mx', $json->{dns}{mx}, \%DNS_MX);
	push @bad, faults('mtasts', $json->{mtasts}, \%STS), faults('tlsrpt', $json->{tlsrpt}, \%RPT);
	push @bad, map { faults('finding', $_, \%FINDING) } @{ $json->{findings} };
	push @bad, map { faults('perfdata', $_, \%PERF) } @{ $json->{perfdata} };
	push @bad, map { host_faults("host $_->{mx}", $_) } @{ $json->{hosts} };
	push @bad, "mtasts.status $json->{mtasts}{status}"
	    if $json->{mtasts}{status} !~ /^(?:ok|none|invalid|fetch-error|error|not-tested)$/;
	push @bad, "tlsrpt.status $json->{tlsrpt}{status}"
	    if $json->{tlsrpt}{status} !~ /^(?:ok|none|invalid|error|not-tested)$/;
	push @bad, "dns.mx.status $json->{dns}{mx}{status}"
	    if $json->{dns}{mx}{status} !~ /^(?:secure|insecure|bogus|error|not-tested)$/;
	push @bad, "time $json->{time}" if $json->{time} !~ /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
	push @bad, "state $json->{state}" if $json->{state} !~ /^(?:OK|WARNING|CRITICAL|UNKNOWN)$/;
	push @bad, "schema $json->{schema}" if $json->{schema} != 1;
	return @bad;
}

my @JSON = ((map { [mx_cf('-H', "$_.example")] } qw(good two threemx notls anon cbcnofs selfsigned expired cnonly
	    wrongorder nullmx empty nosuch servfail noaddr noroute6 dualstack multiaddr banner421 banner-pipe
	    starttls454 handshake-reset tls-ehlo-refused refused ten implicit dhe2048)),
    [mx_cf('-H', 'dualstack.example', '-4')], [mx_cf('-H', 'user@rcpt450.example')],
    [mx_cf('-H', 'sts-mx-backup.example')], [mx_cf('-H', 'sts-cnonly.example')],
    [mx_cf('-H', 'two.example', '--quick')], [mx_cf('-H', 'two.example', '--stop-after=helo')],
    [mx_cf('-H', 'direct-web.example', '--direct-tls', '--host-timeout=3')],
    (map { [smtp_tls('-H', "mx.$_.example")] } qw(good notls selfsigned refused nosuch)),
    [smtp_tls('-H', '192.0.2.10')]);
my @json = run_many(map { [@$_, '--format=json'] } @JSON);
for my $run (@json) {
	shape_ok($run, $run->{command});
	my $json = json_of($run) or next;
	my @bad = schema_faults($json);
	is(join('; ', @bad), '', "$run->{command}: schema") || explain_failure($run);
	is($json->{plugin}, $run->{program}, "$run->{command}: plugin");
	cmp_ok($json->{duration_ms}, '<=', 1000 * $run->{wall} + 1, "$run->{command}: duration");

	# lost parts sum up to what is missing
	for my $host (grep { defined $_->{score} } hosts($run)) {
		next if $json->{cf} && !defined $json->{cf}{score};
		my $lost = 0;
		$lost += $_->{points} for @{ $host->{lost} };
		my $dh = $run->{command} =~ /dhe(\d+)/ ? $1 : undef;
		my $missing = 121 - host_score($host, $dh);
		cmp_ok(abs($lost - $missing), '<=', 0.05 * (@{ $host->{lost} } || 1) + 1e-6,
		    "$run->{command}: lost parts of $host->{mx} are $missing");
	}
}
my $fault = checked('fault in JSON', mx_cf('-H', 'good.example', '--format=json', '--ca-file=/nonexistent'));
is($fault->{exit}, 3, 'a fault of ours: exit code');
if ($fault->{out} =~ /^\{/) {
	like(json_of($fault)->{error}, qr/--ca-file/, 'a fault of ours in JSON: error');
	is(join(' ', grep { !exists json_of($fault)->{$_} } sort keys %TOP), '', 'a fault of ours in JSON: every key');
}

# JSON and plugin format tell the same numbers.
my ($json) = grep { $_->{command} =~ /-H two\.example --format/ } @json;
my %value = map { $_->{label} => $_ } @{ json_of($json)->{perfdata} };
is(join(' ', sort keys %value), labels($r = checked('two', mx_cf('-H', 'two.example'))), 'JSON: labels');
is($value{$_}{value}, $r->{perf}{$_}->value, "JSON: $_") for qw(cf worst_cf mx_total mx_ok addr_total addr_ok mx2_cf);
is($value{cf}{warn}, '90:', 'JSON: warn');
is($value{cf}{crit}, '64:', 'JSON: crit');
is($value{time}{uom}, 's', 'JSON: unit');

# --- explain

sub explained
{
	my ($domain, @args) = @_;
	my $run = checked("explain $domain @args", mx_cf('-H', "$domain.example", '--explain', @args));
	return $run->{out};
}
my $text = explained('notls');
like($text, qr/121(?:\.0)?\b/, 'explain notls: all is lost');
like($text, qr/encryption/i, 'explain notls: for want of encryption');
$text = explained('wrongname');
like($text, qr/mx\.other\.example/, 'explain wrongname: the concrete value');
like($text, qr/6\.8\b/, 'explain wrongname: points of authentication');
$text = explained('tls12', '-4');
like($text, qr/protocol/i, 'explain tls12: protocol');
like($text, qr/\b18(?:\.0)?\b/, 'explain tls12: 121 - 103');
$text = explained('selfsigned', '--format=matrix');
like($text, qr/6\.8\b/, 'explain in the matrix');

# --- a stdout that fails: UNKNOWN, and silent

for my $args ('-H ecdsa.example', '-H ecdsa.example --format=json', '--help', '--version', '--bogus') {
	for my $where ('>/dev/full', '>&-') {
		my $err = `{ $bin/check_mx_cf $args $where; echo "exit \$?" >&3; } 3>&1 2>&1 >/dev/null`;
		is($err, "exit 3\n", "check_mx_cf $args $where: exit 3, silence");
	}
}
my $err = `{ $bin/check_mx_cf -H ecdsa.example 2>&-; echo "exit \$?"; } 2>&1 | tail -n 1`;
is($err, "exit 0\n", 'without stderr');
$err = `{ $bin/check_mx_cf -H ecdsa.example <&-; echo "exit \$?"; } 2>&1 | tail -n 1`;
is($err, "exit 0\n", 'without stdin');
$err = `{ { $bin/check_mx_cf -H ecdsa.example; echo "exit \$?" >&3; } | true; } 3>&1 2>&1`;
like($err, qr/\Aexit [03]\n\z/, 'a closed pipe: no signal, silence');

done_testing;

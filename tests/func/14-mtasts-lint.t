#!/usr/bin/perl
# SPDX-License-Identifier: GPL-3.0-or-later
# 14-mtasts-lint.t - check_mtasts --lint: would publishing this lose mail?  No network, and bad options.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Plugin;
use Test::More;

my $dir = "$ENV{LAB_STATE}/lint";
my $bin = $ENV{PLUGINS} || 'plugins';
system "mkdir -p $dir";

sub policy
{
	my ($name, $text) = @_;
	open my $out, '>:raw', "$dir/$name" or die "$name: $!";
	print $out $text;
	close $out or die "$name: $!";
	return "--policy-file=$dir/$name";
}

sub body
{
	my ($mode, @mx) = @_;
	return join "\n", 'version: STSv1', "mode: $mode", 'max_age: 1209600', (map { "mx: $_" } @mx), '';
}

my $enforce = policy('enforce', body('enforce', 'mx1.example.org', '*.example.net'));
my $testing = policy('testing', body('testing', 'mx1.example.org', '*.example.net'));
my $none = policy('none', body('none'));
my $crlf = policy('crlf', body('enforce', 'mx1.example.org') =~ s/\n/\r\n/gr);
my $errors = policy('errors', "version: STSv1\nmode: Enforce\nmax_age: 1 day\nmx: mx1.example.org\n");
my $bom = policy('bom', "\xef\xbb\xbf" . body('enforce', 'mx1.example.org'));
my $blank = policy('blank', body('enforce', 'mx1.example.org') . "\n");
my $short = policy('short', body('testing', 'mx1.example.org') =~ s/1209600/86400/r);
my $empty = policy('empty', '');
my $big = policy('big', body('enforce', 'mx1.example.org') . 'a: ' . 'x' x 70000);
my $nul = policy('nul', body('enforce', "mx1.example.org\0"));
my $hostile = policy('hostile', body('enforce', "a|b<script>\e[31m"));
my $many = policy('many', body('enforce', map { "mx$_.example.org" } 1 .. 2000));
my $wrong = policy('wrong', "nonsense\n" x 2000);

my $txt = '--txt=v=STSv1; id=2026;';
my $rpt = '--tlsrpt-txt=v=TLSRPTv1; rua=mailto:tls@example.org';
my @MX = map { "--mx=$_" } qw(mx1.example.org mx2.example.net);
my $other = '--mx=mx3.example.org';

# arguments, state, keys above OK, sts of every host, what the first line says
my @TABLE = (
	[[$enforce, $txt, $rpt, @MX], 'OK', '', 'pass pass',
	    qr/policy id 2026 mode enforce, max_age 14 days, 2 MX listed, TLS-RPT to 1 address$/],
	[[$enforce, @MX], 'OK', '', 'pass pass', qr/policy mode enforce, max_age 14 days, 2 MX listed$/],
	[[$enforce], 'OK', '', '', qr/policy mode enforce, max_age 14 days, no MX given$/],
	[[$crlf, $MX[0]], 'OK', '', 'pass', qr/1 MX listed$/],
	[[$enforce, @MX, $other], 'CRITICAL', 'sts-mx-mismatch', 'pass pass not-listed',
	    qr/mx3\.example\.org is not listed in the MTA-STS policy: senders .* do not deliver/],
	[[$testing, @MX, $other], 'WARNING', 'sts-mx-mismatch', 'pass pass not-listed',
	    qr/mx3\.example\.org is not listed in the MTA-STS policy \(mode testing: mail still flows\)/],
	[[$testing, @MX, $other, '--severity=sts-mx-mismatch=ok'], 'OK', '', 'pass pass not-listed',
	    qr/2 of 3 MX listed$/],
	[[$none, @MX], 'WARNING', 'sts-lint', 'not-tested not-tested', qr/mode none/],
	[[$enforce, $MX[0]], 'WARNING', 'sts-lint', 'pass', qr/"\*\.example\.net" fits no MX/],
	[[$enforce, '--mx=MX1.Example.ORG.', '--mx=a.b.example.net'], 'CRITICAL', 'sts-lint sts-mx-mismatch',
	    'pass not-listed', qr/a\.b\.example\.net is not listed/],
	[[$enforce, '--mx=xn--bcher-kva.example.net', "--mx=b\xc3\xbccher.example.net", $MX[0]], 'OK', '',
	    'pass pass pass', qr/3 MX listed$/],
	[[$errors, $MX[0]], 'CRITICAL', 'sts-invalid', 'not-tested', qr/policy line 2, column 7: .* and 1 more$/],
	[[$bom], 'CRITICAL', 'sts-invalid', '', qr/policy line 1, column 1: byte order mark/],
	[[$blank], 'WARNING', 'sts-lint', '', qr/policy line 5: blank line at the end/],
	[[$empty], 'CRITICAL', 'sts-invalid', '', qr/policy: empty/],
	[[$big], 'CRITICAL', 'sts-invalid', '', qr/policy: over 65536 bytes/],
	[[$nul], 'CRITICAL', 'sts-invalid', '', qr/policy line 4, column \d+: mx "mx1\.example\.org\?"/],
	[[$hostile], 'CRITICAL', 'sts-invalid', '', qr{mx "a/b\(script\)\?\[31m"}],
	[[$many, '--mx=mx2000.example.org'], 'WARNING', 'sts-lint', 'pass', qr/fits no MX/],
	[[$wrong], 'CRITICAL', 'sts-invalid', '', qr/policy line 1, column 1: .* and 31 more$/],
	[[$short, $MX[0]], 'WARNING', 'max-age', 'pass', qr/policy mode testing, max_age 1 day \(below 7 days\)$/],
	[[$short, $MX[0], '-w', '3600:'], 'OK', '', 'pass', qr/max_age 1 day/],
	[[$short, $MX[0], '-c', '86401:'], 'CRITICAL', 'max-age', 'pass', qr/below 86401 seconds/],
	# the record
	[[$txt], 'OK', '', '', qr/- record id 2026$/],
	[['--txt=v=STSv1 ; id=2026'], 'WARNING', 'sts-lint', '', qr/white space before the first/],
	[['--txt=v=STSv10; id=2026'], 'CRITICAL', 'sts-none', '', qr/one is "v=STSv10; id=2026"/],
	[['--txt=v=stsv1; id=2026'], 'CRITICAL', 'sts-none', '', qr/no TXT record begins with "v=STSv1;"/],
	[['--txt=v=STSv1; id=20-26'], 'CRITICAL', 'sts-invalid', '', qr/record column 13: id is "20-26", expected/],
	[['--txt=v=STSv1; id=2026 '], 'CRITICAL', 'sts-invalid', '', qr/record column 17: blank at the end/],
	[['--txt=v=STSv1;; id=2026'], 'CRITICAL', 'sts-invalid', '', qr/record column 9: empty field/],
	[['--txt=v=spf1 -all', $enforce, @MX], 'CRITICAL', 'sts-none', 'pass pass', qr/no MTA-STS/],
	[['--txt=v=STSv1;', $enforce, @MX], 'CRITICAL', 'sts-invalid', 'pass pass', qr/no id field/],
	[['--txt=v=STSv1;', $enforce, @MX, $other], 'CRITICAL', 'sts-invalid sts-mx-mismatch',
	    'pass pass not-listed', qr/no id field.* and 1 more/],
	# what is expected
	[[$enforce, $txt, '--expect-mode=enforce', '--expect-id=2026'], 'OK', '', '', qr/mode enforce/],
	[[$testing, '--expect-mode=enforce'], 'CRITICAL', 'expect-mode', '', qr/mode is testing, expected enforce/],
	[[$txt, '--expect-mode=none'], 'CRITICAL', 'expect-mode', '', qr/there is no valid policy/],
	[[$txt, '--expect-id=2027'], 'CRITICAL', 'expect-id', '', qr/id is "2026", expected "2027"/],
	[[$enforce, '--expect-id=2026'], 'CRITICAL', 'expect-id', '', qr/there is no valid record/],
	# TLS-RPT
	[[$rpt], 'OK', '', '', qr/TLS-RPT to 1 address$/],
	[[$rpt, $rpt], 'WARNING', 'tlsrpt-invalid', '', qr/2 records/],
	[['--tlsrpt-txt=v=spf1 -all', $rpt], 'OK', '', '', qr/TLS-RPT to 1 address$/],
	[['--tlsrpt-txt=hello'], 'WARNING', 'tlsrpt-none', '', qr/no TLS-RPT/],
	[['--tlsrpt-txt=hello', '--tlsrpt=require'], 'CRITICAL', 'tlsrpt-none', '', qr/no TLS-RPT/],
	[['--tlsrpt-txt=hello', '--tlsrpt=ignore'], 'OK', '', '', qr/nothing published/],
	[['--tlsrpt-txt=hello', '--tlsrpt=ignore', '--severity=tlsrpt-none=critical'], 'CRITICAL', 'tlsrpt-none',
	    '', qr/no TLS-RPT/],
	[['--tlsrpt-txt=v=TLSRPTv1; rua=http://x'], 'WARNING', 'tlsrpt-invalid', '',
	    qr/TLS-RPT record column 17: rua "http:/],
	[["$rpt,x"], 'WARNING', 'sts-lint', '', qr/rua "x" is neither/],
);

for my $row (@TABLE) {
	my ($args, $state, $keys, $sts, $first) = @$row;
	my $what = join ' ', map { s{\Q$dir/\E}{}r } @$args;
	my ($text, $json) = run_many([mtasts('--lint', @$args)], [mtasts('--lint', @$args, '--format=json')]);

	shape_ok($text, $what);
	shape_ok($json, "$what, json");
	state_is($text, $state, $what);
	like $text->{text}, $first, "$what: first line";
	is keys_of($json), $keys, "$what: keys";
	is join(' ', map { $_->{sts} } hosts($json)), $sts, "$what: sts";
	is json_of($json)->{cf}, undef, "$what: no CF";
	unlike $text->{perfdata}, qr/time|mx_total|cert_days/, "$what: nothing was measured";
}

# What is not given is not judged.
for my $row (
	[[$enforce], 'ok', 'not-tested'], [[$txt], 'ok', 'not-tested'], [[$rpt], 'not-tested', 'ok'],
	[[$errors], 'invalid', 'not-tested'], [[$txt, $errors], 'invalid', 'not-tested'],
	[['--txt=x', $enforce], 'none', 'not-tested'], [['--tlsrpt-txt=x'], 'not-tested', 'none'],
	[['--txt=v=STSv1;', $enforce], 'invalid', 'not-tested'],
) {
	my ($args, $mtasts, $tlsrpt) = @$row;
	my $what = join ' ', map { s{\Q$dir/\E}{}r } @$args;
	my $json = json_of(run(mtasts('--lint', @$args, '--format=json')));

	is $json->{mtasts}{status}, $mtasts, "$what: MTA-STS";
	is $json->{tlsrpt}{status}, $tlsrpt, "$what: TLS-RPT";
}

# The facts of a policy, and every error of another.
my $json = json_of(run(mtasts('-H', 'example.org', '--lint', $enforce, $txt, @MX, '--format=json')));
is_deeply $json->{mtasts}, { status => 'ok', id => '2026', mode => 'enforce', max_age => 1209600,
	mx => ['mx1.example.org', '*.example.net'], why => undef }, 'the facts of a policy';
is_deeply [map { $_->{mx} } @{ $json->{hosts} }], [qw(mx1.example.org mx2.example.net)], 'a host each';
is $json->{target}, 'example.org', 'the target';
my $bad = json_of(run(mtasts('--lint', $errors, '--format=json')));
like $bad->{mtasts}{why}, qr/^sts-policy-invalid: .*line 2.*line 3/, 'why has every error';
is scalar(grep { $_->{key} eq 'sts-invalid' } @{ $bad->{findings} }), 2, 'and each is a finding';

for my $format (qw(score matrix smtp detail certdetail xml csv)) {
	my $r = checked("--format=$format", mtasts('--lint', $enforce, @MX, $other, "--format=$format"));
	is $r->{exit}, 2, "--format=$format: the same exit code";
}
for my $v (qw(-v -vv -vvv)) {
	my $r = checked($v, mtasts('--lint', $errors, $v));
	like $r->{out}, qr/^  error: policy line 3, column 10: max_age/m, "$v: every error";
}

# The command line.
for my $row (
	[[], qr/--hostname is required/],
	[['--lint'], qr/--lint needs --txt, --tlsrpt-txt or --policy-file/],
	[['--lint', '--mx=a.example'], qr/--lint needs/],
	[['-H', 'good.example', $txt], qr/--txt needs --lint/],
	[['-H', 'good.example', $rpt], qr/--tlsrpt-txt needs --lint/],
	[['-H', 'good.example', $enforce], qr/--policy-file needs --lint/],
	[['-H', 'good.example', '--mx=a.example'], qr/--mx needs --lint/],
	[['--lint', '--txt='], qr/--txt needs TEXT/],
	[['--lint', "--policy-file=$dir/missing"], qr/--policy-file: cannot read/],
	[['--lint', "--policy-file=$dir"], qr/--policy-file: cannot read/],
	[['--lint', $enforce, '--mx=192.0.2.1'], qr/--mx takes a name, not the address/],
	[['--lint', $enforce, '--mx=a b'], qr/--mx: "a b" has a blank/],
	[['--lint', $enforce, '--mx=*.example.org'], qr/--mx: .* wildcards/],
	[['--lint', $enforce, '--expect-mode=strict'], qr/--expect-mode: "strict" is not none, testing or enforce/],
	[['--lint', $enforce, '--tlsrpt=maybe'], qr/--tlsrpt: "maybe" is not require, warn or ignore/],
	[['--lint', $enforce, '-w', '604800'], qr/--warning=604800: .*604800:/],
	[['--lint', $enforce, '-c', '@10'], qr/--critical=\@10/],
	[['--lint', $enforce, '--severity=cf=ok'], qr/--severity: .* does not know/],
	[['-H', 'user@good.example'], qr/--hostname takes a mail domain/],
	[['-H', '192.0.2.1'], qr/--hostname: .* IP address/],
	[['-H', 'good.example', '--stop-after=from'], qr/--stop-after/],
	[['-H', 'good.example', '--explain'], qr/--explain/],
) {
	my ($args, $says) = @$row;
	my $what = join ' ', map { s{\Q$dir/\E}{}r } @$args;
	my $r = checked($what, mtasts(@$args));

	state_is($r, 'UNKNOWN', $what);
	like $r->{out}, $says, "$what: one line that names it";
	is $r->{out} =~ tr/\n//, 1, "$what: one line";
}
is json_of(run(mtasts('--lint', "--policy-file=$dir/missing", '--format=json')))->{state}, 'UNKNOWN',
    'an unreadable file in JSON';

# A network of its own counts every packet that wants to leave.
sub packets
{
	my @args = map { "'$_'" } @_;
	my $said = qx(unshare -n sh -c "$bin/check_mtasts @args >/dev/null; cat /proc/self/net/snmp /proc/self/net/snmp6");
	my $sum = 0;
	my ($names, $values) = $said =~ /^Ip: (\D.*)\nIp: (\d.*)$/m or return 'no counters';
	my %ip;
	@ip{ split ' ', $names } = split ' ', $values;
	$sum += $ip{$_} for qw(OutRequests OutDiscards OutNoRoutes);
	$sum += $1 while $said =~ /^Ip6Out(?:Requests|NoRoutes)\s+(\d+)/mg;
	return $sum;
}
is packets('--lint', $enforce, $txt, $rpt, @MX, '-H', 'good.example'), 0, '--lint sends nothing';
isnt packets('-H', 'good.example', '-t', '2', '--nameserver=192.0.2.53'), 0, 'a live test would';

done_testing;

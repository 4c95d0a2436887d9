#!/usr/bin/perl
# SPDX-License-Identifier: GPL-3.0-or-later
# 06-input.t - bad options and targets: one clear line on stdout, exit 3, before any network.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Plugin;
use Test::More;

my $LABEL = 'a' x 300;
my $NAME = join '.', ('abcdefghi') x 30;
my $pki = $ENV{LAB_PKI};
my $state = $ENV{LAB_STATE};
system "umask 077; mkdir -p $state/dir; : >$state/empty.pem; echo no certificate >$state/text.pem";

# what is given to check_mx_cf (behind -H good.example, unless it has a target), what the line names
my @MX = (
	[['--bogus'], qr/--bogus/],
	[['-Z'], qr/-Z|'Z'/],
	[['-w', '90'], qr/90:/],
	[['-w90'], qr/90:/],
	[['-c', '64'], qr/64:/],
	[['-w', '@10'], qr/-w|--warning/],
	[['-w', '5:1'], qr/-w|--warning/],
	[['-w', 'x'], qr/-w|--warning/],
	[['-w', ''], qr/-w|--warning/],
	[['-w', '90:,'], qr/-w|--warning/],
	[['-w', '90,5:'], qr/-w|--warning/],
	[['-w', '1e2:'], qr/-w|--warning/],
	[['-w', '+90:'], qr/-w|--warning/],
	[['-w', ' 90:'], qr/-w|--warning/],
	[['-w', '0x5a:'], qr/-w|--warning/],
	[['-w', 'nan:'], qr/-w|--warning/],
	[['-w', '90:~'], qr/-w|--warning/],
	[['-c', '64:64:'], qr/-c|--critical/],
	[['-D', '3,14'], qr/-D|--certificate/],
	[['-D', 'x'], qr/-D|--certificate/],
	[['-D', '14,'], qr/-D|--certificate/],
	[['-D', '-1'], qr/-D|--certificate/],
	[['-p', '0'], qr/-p|--port/],
	[['-p', '65536'], qr/-p|--port/],
	[['-p', '25x'], qr/-p|--port/],
	[['-p', ''], qr/-p|--port/],
	[['-p', '-25'], qr/-p|--port/],
	[['-t', '0'], qr/-t|--timeout/],
	[['-t', '601'], qr/-t|--timeout/],
	[['-t', '10s'], qr/-t|--timeout/],
	[['-t', '99999999999999999999'], qr/-t|--timeout/],
	[['--host-timeout=0'], qr/--host-timeout/],
	[['--host-timeout=x'], qr/--host-timeout/],
	[['-4', '-6'], qr/-4|-6|--use-ipv/],
	[['--parallel=0'], qr/--parallel/],
	[['--parallel=257'], qr/--parallel/],
	[['--min-mx=122'], qr/--min-mx/],
	[['--min-mx=-1'], qr/--min-mx/],
	[['--severity=foo=ok'], qr/--severity/],
	[['--severity=cf=bad'], qr/--severity/],
	[['--severity=cf'], qr/--severity/],
	[['--severity='], qr/--severity/],
	[['--severity'], qr/--severity/],
	[['--format=foo'], qr/--format/],
	[['--format='], qr/--format/],
	[['--match=foo'], qr/--match/],
	[['--verify-name='], qr/--verify-name/],
	[['--tls-min=1.4'], qr/--tls-min/],
	[['--tls-max=3'], qr/--tls-max/],
	[['--tls-min=1.3', '--tls-max=1.2'], qr/--tls-(?:min|max)/],
	[['--ciphers=NOSUCH'], qr/--ciphers/],
	[['--ciphersuites=NOSUCH'], qr/--ciphersuites/],
	[['--groups=nosuch'], qr/--groups/],
	[['--sigalgs=nosuch'], qr/--sigalgs/],
	[['--ca-file=/nonexistent'], qr/--ca-file.*\/nonexistent|\/nonexistent.*--ca-file/],
	[["--ca-file=$state/empty.pem"], qr/--ca-file/],
	[["--ca-file=$state/text.pem"], qr/--ca-file/],
	[["--ca-file=$state/dir"], qr/--ca-file/],
	[['--ca-path=/nonexistent'], qr/--ca-path/],
	[["--ca-path=$pki/ca.pem"], qr/--ca-path/],
	[["--ca-path=$state/dir"], qr/--ca-path/],
	[['-J', '/nonexistent', '-K', "$pki/client.pem"], qr/-J|--client-cert/],
	[['-J', "$pki/client.pem", '-K', '/nonexistent'], qr/-K|--private-key/],
	[['-J', "$pki/client.pem", '-K', "$pki/hosts/good.pem"], qr/-K|--private-key/],
	[['-J', "$state/text.pem", '-K', "$pki/client.pem"], qr/--client-cert=\S+: no start line/],
	[['-K', "$pki/client.pem"], qr/-K|--private-key|-J|--client-cert/],
	[['--nameserver=foo'], qr/--nameserver/],
	[['--nameserver=127.0.0.1@0'], qr/--nameserver/],
	[['--nameserver=127.0.0.1@65536'], qr/--nameserver/],
	[['--nameserver='], qr/--nameserver/],
	[['--dnssec=ad', '--nameserver=192.0.2.53'], qr/--dnssec=ad/],
	[['--trust-anchor=/nonexistent'], qr/--trust-anchor/],
	[["--trust-anchor=$state/text.pem"], qr/--trust-anchor/],
	[['--source-address=foo'], qr/--source-address/],
	[['--source-address=192.0.2.11', '-6'], qr/--source-address|-6/],
	[['--mx-limit=0'], qr/--mx-limit/],
	[['--mx-limit=x'], qr/--mx-limit/],
	[['--mx-limit=0%'], qr/--mx-limit/],
	[['--mx-limit=101%'], qr/--mx-limit/],
	[['--mx-limit=-1'], qr/--mx-limit/],
	[['--host-limit=5%%'], qr/--host-limit/],
	[['--host-limit='], qr/--host-limit/],
	[['--mx-host='], qr/--mx-host/],
	[['--mx-host=mx.good.example:99999'], qr/--mx-host/],
	[['--mx-host=mx good'], qr/--mx-host/],
	[['--mx-host=[::1'], qr/--mx-host/],
	[['--stop-after=foo'], qr/--stop-after/],
	[['--perfdata-thresholds=foo'], qr/--perfdata-thresholds/],
	[['-f', "a\@b.example\r\nRCPT TO:<x\@y.example>"], qr/-f|--from/],
	[['-f', 'not an address'], qr/-f|--from/],
	[['-F', "x\r\ny"], qr/-F|--fqdn/],
	[['-F', 'x y'], qr/-F|--fqdn/],
	[['--sni=a b'], qr/--sni/],
	[['--quick=yes'], qr/--quick/],
	[['--rcpt=user@good.example'], qr/--rcpt/],
	[['--for-domain=good.example'], qr/--for-domain/],
	[['stray'], qr/stray/],
	[['-t'], qr/-t|--timeout|'t'/],
);

my @MX_TARGETS = map { [['-H', $_->[0]], $_->[1]] } (
	['', qr/-H|--hostname|target/i],
	['user@', qr/\S/],
	['@good.example', qr/\S/],
	['@', qr/\S/],
	['a@b@good.example', qr/\S/],
	["$LABEL.example", qr/label|long/i],
	[$NAME, qr/long/i],
	["good\n.example", qr/\S/],
	["good\x1b[31m.example", qr/\S/],
	["good\x07.example", qr/\S/],
	['good example', qr/\S/],
	['good..example', qr/\S/],
	['.good.example', qr/\S/],
	["good.example\xff", qr/\S/],
	['good.example|x=1', qr/\S/],
	['<good.example>', qr/\S/],
	['192.0.2.10', qr/address|domain/i],
	['2001:db8::10', qr/address|domain/i],
	['[192.0.2.10]', qr/address|domain/i],
	['user@[192.0.2.10]', qr/\S/],
	["us er\@good.example", qr/\S/],
	["user\r\nDATA\@good.example", qr/\S/],
);
push @MX_TARGETS, [[], qr/-H|--hostname/];

my @SMTP = (
	[['-H', 'mx.good.example', '--quick'], qr/--quick/],
	[['-H', 'mx.good.example', '--mx-host=mx.good.example'], qr/--mx-host/],
	[['-H', 'mx.good.example', '--min-mx=5'], qr/--min-mx/],
	[['-H', 'mx.good.example', '-w', '10:5'], qr/-w|--warning/],
	[['-H', 'mx.good.example', '-w', 'x'], qr/-w|--warning/],
	[['-H', 'mx.good.example', '--rcpt=user@'], qr/--rcpt/],
	[['-H', 'mx.good.example', '--rcpt='], qr/--rcpt/],
	[['-H', 'mx.good.example', '--for-domain=a b'], qr/--for-domain/],
	[['-H', 'mx.good.example', '--match=domain'], qr/--match|--for-domain/],
	[['-H', ''], qr/-H|--hostname|host|target/i],
	[['-H', "$LABEL.example"], qr/label|long/i],
	[['-H', '[192.0.2.10'], qr/\S/],
	[['-H', 'user@mx.good.example'], qr/\S/],
	[['-H', "mx\x01.example"], qr/\S/],
	[['-H', '192.0.2.10', '-6'], qr/-6|IPv4|family|address/i],
	[[], qr/-H|--hostname/],
);

# A silent resolver: whatever asks it takes seconds.
my @commands = (
	(map { [mx_cf('--nameserver=127.0.0.4', '-H', 'good.example', @{ $_->[0] })] } @MX),
	(map { [mx_cf('--nameserver=127.0.0.4', @{ $_->[0] })] } @MX_TARGETS),
	(map { [smtp_tls('--nameserver=127.0.0.4', @{ $_->[0] })] } @SMTP));
my @names = map { $_->[1] } @MX, @MX_TARGETS, @SMTP;
my @runs = run_many(@commands);

for my $n (0 .. $#runs) {
	my $r = $runs[$n];
	my $what = substr $r->{command} =~ s/ --nameserver=127\.0\.0\.4//r =~ s/[^\x20-\x7e]/?/gr, 0, 90;
	shape_ok($r, $what) if $r->{command} !~ /--format/;
	my $good = is($r->{exit}, 3, "$what: exit code");
	is($r->{err}, '', "$what: nothing on stderr");
	$good &= like($r->{first}, $names[$n], "$what: the line names it");
	$good &= like($r->{out}, qr/\A[^\n]{1,300}\n\z/, "$what: one line");
	$good &= like($r->{first}, qr/ \(see $r->{program} --help\)$/, "$what: a hint");
	unlike($r->{out}, qr/[\x00-\x09\x0b-\x1f\x7f-\xff|<>]/, "$what: clean") if $r->{command} !~ /\xff/;
	cmp_ok($r->{wall}, '<', 1, "$what: before any network");
	explain_failure($r) if !$good;
}

# In JSON, option errors stay one line of text, also those that only OpenSSL or the resolvers tell;
# a file that cannot be read is an object.
for my $args (['--bogus'], ['--ciphers=NOSUCH'], ['--dnssec=ad', '--nameserver=192.0.2.53'],
    ['--source-address=192.0.2.250']) {
	for my $format (qw(json xml)) {
		my $r = checked("$format @$args", mx_cf('-H', 'good.example', "--format=$format", @$args));
		my ($option) = $args->[0] =~ /^(--[\w-]+)/;
		like($r->{out}, qr/\AMX_CF UNKNOWN - [^\n]*\Q$option\E[^\n]* \(see check_mx_cf --help\)\n\z/,
		    "$format @$args: an option error is text");
	}
}
my $r = checked('JSON file', mx_cf('-H', 'good.example', '--format=json', '--ca-file=/nonexistent'));
like(json_of($r)->{error}, qr{^--ca-file: "/nonexistent" [^(]*$}, 'JSON: a file is told in error');

# Order never matters, and the last of an option counts.
for my $args (['-w', '117:', '-H', 'good.example', '-w', '90:'], ['-H', 'nosuch.example', '--hostname=good.example'],
    ['--domain', 'good.example', '-t', '1', '-t', '20'], ['-Hgood.example', '-4', '-c', '117:', '-c50:']) {
	my $run = run(mx_cf(@$args));
	state_is($run, 'OK', "@$args");
}

# Help and version.
for my $program (qw(check_mx_cf check_smtp_tls)) {
	for my $option (qw(--help -h --version -V)) {
		my $help = run($program, $option);
		is($help->{exit}, 3, "$program $option: exit code");
		is($help->{err}, '', "$program $option: nothing on stderr");
		like($help->{out}, qr/\Q$program\E/, "$program $option: names itself");
		unlike($help->{out}, qr/[\x00-\x08\x0b-\x1f]/, "$program $option: clean");
	}
	my $help = run($program, '--help')->{out};
	like($help, qr/\Q$_\E/, "$program --help: $_") for qw(--hostname --port --timeout --host-timeout --use-ipv4
	    --use-ipv6 --warning --critical --certificate --verbose --format --severity --nameserver
	    --source-address --fqdn --parallel --perfdata-thresholds --version --help --tls-min --tls-max
	    --ciphers --ciphersuites --groups --sigalgs --sni --ca-file --ca-path --match --verify-name
	    --client-cert --private-key --from --stop-after --direct-tls --starttls --compel-tls);
	like($help, qr/\b\Q$_\E\b/, "$program --help: finding $_") for qw(unreachable all-unreachable no-tls
	    tls-failed injection cert-untrusted cert-name cert-expired cert-weak resolver);
}
my $help = run('check_mx_cf', '--help')->{out};
like($help, qr/\Q$_\E/, "check_mx_cf --help: $_") for qw(--quick --mtasts --ignore-unreachable --mx-host --mx-limit
    --host-limit --min-mx --explain);
$help = run('check_smtp_tls', '--help')->{out};
like($help, qr/\Q$_\E/, "check_smtp_tls --help: $_") for qw(--rcpt --for-domain);

done_testing;

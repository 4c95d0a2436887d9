#!/usr/bin/perl
# SPDX-License-Identifier: GPL-3.0-or-later
# 17-socks.t - through SOCKS5 proxies: sound ones, those that refuse us, and broken ones.

use strict;
use warnings;
use FindBin;
use IO::Select ();
use IO::Socket::IP ();
use POSIX ();
use lib "$FindBin::Bin/lib";
use Plugin;
use Test::More;

my $OPEN = '192.0.2.90';
my $LOCKED = '192.0.2.91';
my $RULES = '192.0.2.92';
my $BAD = '192.0.2.93';
my $SECRET = 's3cret';

# --- through it

my @THROUGH = (
	[$OPEN], ["$OPEN:1080"], ['proxy.example'], ['[2001:db8::90]'], ['2001:db8::90'], ['[2001:db8::90]:1080'],
	["lab:$SECRET\@$LOCKED"], ["lab:$SECRET\@$LOCKED:1080"], ["lab:$SECRET\@$OPEN"], [$RULES, '-4'],
	["$BAD:1118"], ["$BAD:1119"], ["$BAD:1122"],
);
my @runs = run_many(map { my ($proxy, @more) = @$_;
	[smtp_tls('-H', 'mx.good.example', "--socks=$proxy", '--format=json', @more)] } @THROUGH);
for my $n (0 .. $#THROUGH) {
	my $what = "through $THROUGH[$n][0]";
	shape_ok($runs[$n], $what);
	state_is($runs[$n], 'OK', $what);
	my @hosts = grep { $_->{status} ne 'skipped' } hosts($runs[$n]);
	is(steps($_), 'ok ok ok ok ok ok ok -', "$what: steps") || explain_failure($runs[$n]) for @hosts;
	is(scalar(@hosts), @{ $THROUGH[$n] } > 1 ? 1 : 2, "$what: hosts");
}

# --- our fault: it is down, refuses us, or is no proxy

my @OURS = (
	[$LOCKED, qr/SOCKS proxy 192\.0\.2\.91:1080 wants a user name and password/],
	["lab:wrong\@$LOCKED", qr/refuses user name or password/],
	["lab\@$LOCKED", qr/refuses user name or password/],
	["$OPEN:1081", qr/SOCKS proxy 192\.0\.2\.90:1081: Connection refused/],
	['192.0.2.203', qr/SOCKS proxy 192\.0\.2\.203:1080: timed out/],
	['nobody.pki.example', qr/SOCKS proxy nobody\.pki\.example:1080: no such name/],
	["$BAD:1101", qr/general failure/],
	["$BAD:1102", qr/does not allow this connection/],
	["$BAD:1107", qr/knows no CONNECT/],
	["$BAD:1108", qr/knows no IPv4/],
	["$BAD:1109", qr/says 9, which means nothing/],
	["$BAD:1199", qr/says 99, which means nothing/],
	["$BAD:1110", qr/timed out/],
	["$BAD:1111", qr/does not speak SOCKS5/],
	["$BAD:1112", qr/closed/],
	["$BAD:1114", qr/wants a user name and password/],
	["a:b\@$BAD:1114", qr/takes no password/],
	["$BAD:1115", qr/method that was not offered/],
	["$BAD:1116", qr/method that was not offered/],
	["a:b\@$BAD:1116", qr/refuses user name or password/],
	["$BAD:1117", qr/does not speak SOCKS5/],
	["$BAD:1120", qr/closed/],
	["$BAD:25", qr/Connection refused/],
	['192.0.2.10:25', qr/does not speak SOCKS5/],	# a mail server
);

sub ours
{
	my ($r, $text, $what) = @_;
	my $json = json_of($r);
	shape_ok($r, $what);
	state_is($r, 'UNKNOWN', $what);
	is(join(' ', map { $_->{key} } @{ $json->{findings} }), 'proxy', "$what: finding") || explain_failure($r);
	like((finding($r, 'proxy') // {})->{text}, $text, "$what: says why");
	like($json->{error}, $text, "$what: the error, too");
	is_deeply([hosts($r)], [], "$what: no host is judged");
	is($json->{cf}, undef, "$what: no CF");
	unlike($r->{out}, qr/\Q$SECRET\E|wrong/, "$what: no password");
	return;
}

@runs = run_many(map { [mx_cf('-H', 'tls12.example', '-4', '-t', 9, "--socks=$_->[0]", '--format=json')] } @OURS);
ours($runs[$_], $OURS[$_][1], "$OURS[$_][0]") for 0 .. $#OURS;

# Of several hosts one is against the rules: nothing can be said of the domain.
my $r = run(mx_cf('-H', 'good.example', '-4', '--match=none', "--socks=$RULES", '--format=json',
    map { "--mx-host=mx.$_.example" } qw(good tls12)));
ours($r, qr/does not allow this connection/, 'rules of the proxy');
$r = checked('plugin', mx_cf('-H', 'tls12.example', '-4', "--socks=$RULES"));
like($r->{first}, qr/^MX_CF UNKNOWN - tls12\.example: SOCKS proxy 192\.0\.2\.92:1080 does not allow/, 'the line says it');
is($r->{perfdata}, '', 'no performance data');
$r = checked('severity', mx_cf('-H', 'good.example', "--socks=$OPEN:1081", '--severity=proxy=critical'));
state_is($r, 'CRITICAL', '--severity=proxy=critical');

# --- a proxy of which only the second address answers
{
	my $listen = IO::Socket::IP->new(LocalHost => '2001:db8::90', LocalPort => 1090, Listen => 64, ReuseAddr => 1) or die "1090: $@";
	my $relay = fork // die "fork: $!";
	if ($relay == 0) {
		local $SIG{CHLD} = 'IGNORE';
		while (my $from = $listen->accept) {
			next if fork;
			my $to = IO::Socket::IP->new(PeerHost => $OPEN, PeerPort => 1080) or POSIX::_exit(1);
			my $both = IO::Select->new($from, $to);
			while (my @ready = $both->can_read(30)) {
				for my $end (@ready) {
					sysread($end, my $bytes, 65536) or POSIX::_exit(0);
					syswrite($end == $from ? $to : $from, $bytes);
				}
			}
			POSIX::_exit(0);
		}
		POSIX::_exit(0);
	}
	$r = run(mx_cf('-H', 'sts-good.example', '--socks=proxy.example:1090', '--format=json'));
	kill 'TERM', $relay;
	waitpid $relay, 0;
	shape_ok($r, 'its second address');
	state_is($r, 'OK', 'its second address') or explain_failure($r);
	is(json_of($r)->{mtasts}{status}, 'ok', 'its second address: leads to the policy, too');
}

# --- the environment has no say
for my $name (qw(no_proxy NO_PROXY)) {
	$r = run({ env => { $name => '.example' } }, mtasts('-H', 'sts-good.example', "--socks=$OPEN", '--format=json'));
	shape_ok($r, "with $name");
	state_is($r, 'OK', "with $name");
}

# --- the target's fault, as the proxy tells it

my @THEIRS = (
	["$BAD:1103", 'good', qr/Network is unreachable/],
	["$BAD:1104", 'good', qr/No route to host/],
	["$BAD:1105", 'good', qr/Connection refused/],
	["$BAD:1106", 'good', qr/timed out/],
	["$BAD:1121", 'good', qr/timed out/],
	[$OPEN, 'refused', qr/Connection refused, says the proxy/],
	[$OPEN, 'unreach', qr/No route to host, says the proxy/],
	[$OPEN, 'blackhole', qr/timed out/],
	[$RULES, 'refused', qr/Connection refused, says the proxy/],
);
@runs = run_many(map { [mx_cf('-H', "$_->[1].example", '-4', '-t', 6, '--host-timeout=4', "--socks=$_->[0]",
	'--format=json')] } @THEIRS);
for my $n (0 .. $#THEIRS) {
	my ($proxy, $domain, $text) = @{ $THEIRS[$n] };
	my $what = "$domain through $proxy";
	my ($host) = hosts($runs[$n]);
	shape_ok($runs[$n], $what);
	state_is($runs[$n], 'CRITICAL', $what);
	like(keys_of($runs[$n]), qr/all-unreachable/, "$what: finding") || explain_failure($runs[$n]);
	is(steps($host), 'FAIL - - - - - - -', "$what: steps");
	is($host->{score}, 50, "$what: score");
	like($host->{steps}[0]{reason}, $text, "$what: says why");
}
$r = checked('no IPv6', smtp_tls('-H', 'mx.good.example', '-6', "--socks=$BAD:1108", '--format=json'));
is((hosts($r))[0]{status}, 'skipped', 'a proxy without IPv6: skipped, as without it here');

# --- what else goes through it

sub requests
{
	my (@command) = @_;
	my $log = "$ENV{LAB_STATE}/log/socksbad";
	my $before = -s $log;
	my $run = run(@command);
	open my $in, '<', $log or die "$log: $!";
	seek $in, $before, 0;
	return ($run, join '', sort <$in>);
}

my $asked;
($r, $asked) = requests(mx_cf('-H', 'revoked.example', "--socks=$BAD:1118", '--format=json'));
is((hosts($r))[0]{cert}{revoked}, 'revoked', 'OCSP goes through it');
is($asked, "1118 192.0.2.116 25\n1118 192.0.2.80 80\n", 'and nothing goes around it');
($r, $asked) = requests(mx_cf('-H', 'good.example', '-4', "--socks=$BAD:1118", '--direct-tls', '--no-dane', '--format=json'));
is($asked, "1118 192.0.2.10 465\n", 'direct TLS');
is(steps((hosts($r))[0]), 'ok ok ok ok ok ok ok -', 'direct TLS: steps');

# --- MTA-STS policies, by libcurl

($r, $asked) = requests(mtasts('-H', 'sts-good.example', '--no-connect', "--socks=$BAD:1118", '--format=json'));
is(json_of($r)->{mtasts}{status}, 'ok', 'a policy comes through it') || explain_failure($r);
is($asked, "1118 198.18.1.1 443\n", 'and not around it');
for my $proxy ("lab:$SECRET\@$LOCKED", '[2001:db8::90]', $RULES) {
	$r = checked("policy, $proxy", mtasts('-H', 'sts-good.example', '--no-connect', "--socks=$proxy", '--format=json'));
	is(json_of($r)->{mtasts}{status}, 'ok', "a policy through $proxy") || explain_failure($r);
}
my @POLICY = (["$BAD:1102", qr/rules/], ["$BAD:1101", qr/does not work/], ["$BAD:1120", qr/does not work|closed/]);
for my $row (@POLICY) {
	$r = checked("policy, $row->[0]", mtasts('-H', 'sts-good.example', '--no-connect', "--socks=$row->[0]", '--format=json'));
	state_is($r, 'UNKNOWN', "policy, $row->[0]");
	is(join(' ', map { $_->{key} } @{ json_of($r)->{findings} }), 'proxy', "policy, $row->[0]: finding") || explain_failure($r);
	like(json_of($r)->{error}, $row->[1], "policy, $row->[0]: says why");
}
$r = checked('policy host refuses', mtasts('-H', 'sts-good.example', '--no-connect', "--socks=$BAD:1105", '--format=json'));
is(json_of($r)->{mtasts}{status}, 'fetch-error', 'a policy host that refuses is the domain\'s fault') || explain_failure($r);
like(json_of($r)->{mtasts}{why}, qr/refused/, 'and said so');

# --- what is refused on the command line, and never repeated

my @REFUSED = ('a:s3cret@', ':s3cret@proxy.example', '@proxy.example', 'a:s3cret@proxy.example:0',
    'a:s3cret@proxy.example:65536', 'a:s3cret@pro xy', 'a:s3cret', 'a:s3cret:1080',
    'proxy.example:', ':1080', 'a:s3cret@proxy..example', 'a:s3cret@[::1', 's3cret' x 50 . '@proxy.example',
    'a:' . 's3cret' x 50 . '@proxy.example');
for my $value (@REFUSED) {
	my $bad = checked($value, mx_cf('-H', 'good.example', "--socks=$value"));
	state_is($bad, 'UNKNOWN', "--socks=$value");
	like($bad->{out}, qr/\AMX_CF UNKNOWN - --socks[: ][^\n]*\n\z/, "--socks=$value: one line");
	unlike($bad->{out}, qr/s3cret/, "--socks=$value: no password");
}

# The password is in no format.
for my $format (qw(plugin json smtp detail ssldetail debug xml)) {
	my $out = run(smtp_tls('-H', 'mx.good.example', "--socks=lab:$SECRET\@$LOCKED", "--format=$format", '-4'));
	unlike($out->{out}, qr/\Q$SECRET\E|7333 ?6372 ?6574/i, "--format=$format: no password");
}

done_testing;

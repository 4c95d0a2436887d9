#!/usr/bin/perl
# SPDX-License-Identifier: GPL-3.0-or-later
# 04-domains.t - domains of several hosts and odd MX records: weights, worst host, limits, deadlines.

use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use Encode 'encode_utf8';
use Plugin;
use Test::More;

my $DEAD = 'all-unreachable cf';
my $NO_DNS = 'cf dns-error';

# target, further arguments, state, findings above OK, CF (undef: null), worst, MX in the run, rows of
# tested and untested hosts
my @TABLE = (
	['two', [], 'WARNING', 'cert-untrusted', 114, 109, 2, 3],
	['two', ['--min-mx=110'], 'CRITICAL', 'cert-untrusted min-mx', 114, 109, 2, 3],
	['two', ['--min-mx=109'], 'WARNING', 'cert-untrusted', 114, 109, 2, 3],
	['two', ['--parallel=1'], 'WARNING', 'cert-untrusted', 114, 109, 2, 3],
	['two', ['--mx-limit=1'], 'OK', '', 116, 116, 1, 2],
	['two', ['--mx-limit=50%'], 'OK', '', 116, 116, 1, 2],
	['two', ['--mx-limit=51%'], 'WARNING', 'cert-untrusted', 114, 109, 2, 3],
	['two', ['--mx-limit=100%'], 'WARNING', 'cert-untrusted', 114, 109, 2, 3],
	['two', ['--mx-limit=9'], 'WARNING', 'cert-untrusted', 114, 109, 2, 3],
	['two', ['-4'], 'WARNING', 'cert-untrusted', 114, 109, 2, 2],
	['two', ['-4', '--host-limit=1'], 'OK', '', 116, 116, undef, 1],
	['two', ['-6'], 'OK', '', 116, 116, undef, 1],
	['backup-plain', [], 'CRITICAL', 'cf no-tls', 77, 0, 2, 3],
	['backup-plain', ['--mx-limit=1'], 'OK', '', 116, 116, 1, 2],
	['threemx', [], 'CRITICAL', 'cert-untrusted no-tls', 90, 0, 3, 4],
	['halfdead', ['--host-timeout=2'], 'WARNING', 'cf unreachable', 72, 50, 2, 3],
	['halfdead', ['--host-timeout=2', '--ignore-unreachable'], undef, undef, 116, undef, 2, 3],
	['halfdead', ['--host-timeout=2', '--no-ignore-unreachable'], 'WARNING', 'cf unreachable', 72, 50, 2, 3],
	['deferred-backup', [], 'WARNING', 'unreachable', 94, 50, 2, 3],
	['deferred-backup', ['--severity=unreachable=ok'], 'OK', '', 94, 50, 2, 3],
	['deferred-backup', ['--severity=unreachable=critical'], 'CRITICAL', 'unreachable', 94, 50, 2, 3],
	['alldead', ['--host-timeout=2'], 'CRITICAL', $DEAD, 50, 50, 2, 2],
	['alldead', ['--host-timeout=2', '--ignore-unreachable'], 'CRITICAL', $DEAD, 50, undef, 2, 2],
	['implicit', [], 'OK', '', 116, 116, 1, 1],
	['alias', [], 'OK', '', 116, 116, 1, 2],
	['implicit-dead', [], 'CRITICAL', $DEAD, 50, 50, 1, 1],
	['noaddr', [], 'CRITICAL', qr/^(?:all-unreachable|.*dns-error)/, 50, 50, 1, 1],
	['noaddr-backup', [], 'WARNING', 'cf unreachable', 72, 50, 2, 3],
	['mxnodata', [], 'CRITICAL', qr/^(?:all-unreachable|.*dns-error)/, 50, 50, 1, 1],
	['mxip', [], 'CRITICAL', qr/dns-error/, 50, 50, 1, undef],
	# the certificate names the alias' target, senders look for the MX name
	['mxcname', [], 'WARNING', 'cert-name', 109, 109, 1, 2],
	['mxcname', ['--verify-name=mx.good.example'], 'OK', '', 116, 116, 1, 2],
	['cnameloop', [], 'CRITICAL', qr/all-unreachable|dns-error/, 50, 50, 1, 1],
	['empty', [], 'CRITICAL', $NO_DNS, 50, undef, 0, 0],
	['nosuch', [], 'CRITICAL', $NO_DNS, 50, undef, 0, 0],
	['servfail', [], 'CRITICAL', $NO_DNS, 50, undef, 0, 0],
	['silent-ns', ['-t', 8], 'CRITICAL', $NO_DNS, 50, undef, 0, 0],
	['bogus', [], 'CRITICAL', qr/^cf dns-(?:bogus|error)$/, 50, undef, 0, 0],
	['expired-sig', [], 'CRITICAL', qr/^cf dns-(?:bogus|error)$/, 50, undef, 0, 0],
	['wrongds', [], 'CRITICAL', qr/^cf dns-(?:bogus|error)$/, 50, undef, 0, 0],
	# of that zone the MX record alone was changed, the address is sound
	['mxbogus', [], 'OK', '', 116, 116, 1, 1],
	['mxservfail', [], 'CRITICAL', qr/all-unreachable|dns-/, 50, 50, 1, undef],
	['samehost', [], 'OK', '', 116, 116, undef, undef],
	['multiaddr', [], 'WARNING', qr/cert-name.*unreachable|unreachable/, 89, 50, 1, 3],
	['ten', [], 'OK', '', 116, 116, 10, 10],
	['ten', ['--parallel=2'], 'OK', '', 116, 116, 10, 10],
	['ten', ['--host-limit=25%'], 'OK', '', 116, 116, undef, 3],
	['ten', ['--mx-limit=3'], 'OK', '', 116, 116, 3, 3],
	['sixty', [], 'WARNING', 'cert-name', 109, 109, 60, 60],
	['sixty', ['--match=none'], 'OK', '', 116, 116, 60, 60],
	['many', ['-t', '60'], undef, undef, undef, undef, 300, undef],
	['v6only', ['-6'], 'OK', '', 116, 116, 1, 1],
	['v6only', ['-4'], 'CRITICAL', $DEAD, 50, undef, undef, 0],
	['ecdsa', ['-6'], 'CRITICAL', $DEAD, 50, undef, undef, undef],
	['dualstack', ['-4'], 'OK', '', 116, 116, 1, 1],
	['dualstack', ['-6'], 'OK', '', 116, 116, 1, 1],
	['noroute6', [], 'CRITICAL', $DEAD, 50, undef, undef, 0],
	['good', ['--mx-host=mx.selfsigned.example'], 'WARNING', 'cert-untrusted', 109, 109, 1, 1],
	['good', ['--mx-host=mx.tls13.example', '--mx-host=mx.notls.example'], 'CRITICAL', qr/no-tls/, undef, 0,
	    2, 3],
	['good', ['--mx-host=mx.ecdsa.example:25'], 'OK', '', 116, 116, 1, 1],
	['good', ['--mx-host=192.0.2.15', '--verify-name=mx.ecdsa.example'], 'OK', '', 116, 116, 1, 1],
	['good', ['--mx-host=192.0.2.15:25', '--match=none'], 'OK', '', 116, 116, 1, 1],
	['good', ['--mx-host=[2001:db8::14]:25', '--verify-name=mx.v6only.example'], 'OK', '', 116, 116, 1, 1],
	['nosuch', ['--mx-host=mx.ecdsa.example'], 'OK', '', 116, 116, 1, 1],
	['good', ['--mx-host=mx.noaddr.example'], 'CRITICAL', qr/all-unreachable|dns-error/, 50, 50, 1, 1],
	['good', ['-d', 'good.example'], 'OK', '', 116, 116, 1, 2],
	['xn--bcher-kva', [], 'OK', '', 116, 116, 1, 1],
	['bücher', [], 'OK', '', 116, 116, 1, 1],
	['BÜCHER', [], 'OK', '', 116, 116, 1, 1],
	['GOOD', [], 'OK', '', 116, 116, 1, 2],
);

sub named { my ($row) = @_; return encode_utf8(join ' ', $row->[0], @{ $row->[1] }) }

my @runs = run_many(map { [mx_cf('-H', encode_utf8("$_->[0].example"), @{ $_->[1] }, '--format=json')] } @TABLE);
for my $n (0 .. $#TABLE) {
	my ($domain, $args, $state, $keys, $cf, $worst, $mx, $rows) = @{ $TABLE[$n] };
	my ($r, $what) = ($runs[$n], named($TABLE[$n]));
	shape_ok($r, $what);
	my $json = json_of($r) or next;
	my $good = 1;
	$good &= state_is($r, $state, $what) if $state;
	$good &= ref $keys ? like(keys_of($r), $keys, "$what: findings") : is(keys_of($r), $keys, "$what: findings")
	    if defined $keys;
	$good &= is($json->{cf}{score}, $cf, "$what: CF") if defined $cf;
	$good &= is($json->{cf}{score}, domain_cf($r, "@$args" =~ /--ignore/), "$what: the formula agrees")
	    if hosts($r);
	$good &= is($json->{cf}{worst}{score}, $worst, "$what: worst") if defined $worst;
	my @rows = grep { $_->{status} =~ /^(?:un)?tested$/ } hosts($r);
	$good &= is(scalar(@rows), $rows, "$what: rows") if defined $rows;
	my ($total) = grep { $_->{label} eq 'mx_total' } @{ $json->{perfdata} };
	$good &= is($total->{value}, $mx, "$what: mx_total") if defined $mx && $total;
	explain_failure($r) if !$good;
	cmp_ok($r->{wall}, '<=', ("@$args" =~ /-t (\d+)/ ? $1 : 30) + 1, "$what: ends by the deadline");
}
my %run = map { named($TABLE[$_]) => $runs[$_] } reverse 0 .. $#TABLE;

# --- what else is known of them

sub said { my ($r) = @_; return join ' / ', map { $_->{text} } @{ json_of($r)->{findings} } }

is(json_of($run{implicit})->{dns}{implicit_mx}, JSON::PP::true, 'implicit: told');
is(json_of($run{two})->{dns}{implicit_mx}, JSON::PP::false, 'two: not implicit');
is((hosts($run{implicit}))[0]{mx}, 'implicit.example', 'implicit: the domain is the host');
is(json_of($run{encode_utf8('bücher')})->{domain}, 'xn--bcher-kva.example', 'bücher: sent as A-labels');
is(json_of($run{GOOD})->{domain}, 'good.example', 'GOOD: lower case');
is(json_of($run{two})->{cf}{worst}{mx}, 'mx.selfsigned.example', 'two: the worst host');
is(json_of($run{two})->{cf}{worst}{address}, '192.0.2.100', 'two: its address');
is(json_of($run{'backup-plain'})->{cf}{worst}{mx}, 'mx.notls.example', 'backup-plain: the worst host');
is(json_of($run{nosuch})->{dns}{mx}{rcode}, 'NXDOMAIN', 'nosuch: rcode');
is(json_of($run{empty})->{dns}{mx}{rcode}, 'NOERROR', 'empty: rcode');
is(json_of($run{servfail})->{dns}{mx}{rcode}, 'SERVFAIL', 'servfail: rcode');
is(json_of($run{servfail})->{dns}{mx}{status}, 'error', 'servfail: status');
is_deeply(json_of($run{$_})->{hosts}, [], "$_: no hosts") for 'empty', 'nosuch', 'servfail', 'silent-ns -t 8', 'bogus';
like(said($run{noaddr}), qr/no address|no such name/i, 'noaddr: the reason');
is((hosts($run{noaddr}))[0]{address}, undef, 'noaddr: no address');
is((hosts($run{noaddr}))[0]{status}, 'untested', 'noaddr: untested');
is(steps((hosts($run{noaddr}))[0] // {}), '- - - - - - - -', 'noaddr: steps');
is((hosts($run{noroute6}))[0]{status}, 'skipped', 'noroute6: skipped');
is((hosts($run{noroute6}))[0]{score}, undef, 'noroute6: no score');
is_deeply([sort map { $_->{status} } hosts($run{'dualstack -4'})], [qw(skipped tested)],
    'dualstack -4: the other address is skipped');
is_deeply([map { $_->{preference} } hosts($run{ten})], [sort { $a <=> $b } map { $_->{preference} }
    hosts($run{ten})], 'ten: in the order of preference');
is_deeply([map { $_->{mx} } hosts($run{'ten --mx-limit=3'})],
    [sort map { $_->{mx} } hosts($run{'ten --mx-limit=3'})], 'ten --mx-limit: equal preferences by name');
cmp_ok($run{'many -t 60'}->{exit}, '<', 3, 'many: a state of the target');
ok(!(grep { $_->{status} ne 'tested' } hosts($run{'many -t 60'})), 'many: all are tested');
like((hosts($run{mxcname}))[0]{mx}, qr/^mx\.mxcname\.example$/, 'mxcname: under its own name');
is($run{'halfdead --host-timeout=2 --ignore-unreachable'}->{json}{cf}{score}, 116, 'halfdead: CF without the dead');

# Null MX: no mail here is no fault.
my $null = checked('nullmx', mx_cf('-H', 'nullmx.example', '--format=json'));
state_is($null, 'UNKNOWN', 'nullmx');
is(keys_of($null), 'null-mx', 'nullmx: findings');
is(json_of($null)->{cf}{score}, undef, 'nullmx: no CF') if ref json_of($null)->{cf};
is(json_of($null)->{dns}{null_mx}, JSON::PP::true, 'nullmx: told');
is_deeply(json_of($null)->{hosts}, [], 'nullmx: no hosts');
$null = checked('plugin nullmx', mx_cf('-H', 'nullmx.example'));
state_is($null, 'UNKNOWN', 'plugin nullmx');
unlike($null->{perfdata}, qr/\bcf=/, 'nullmx: no cf in perfdata');
state_is(checked('nullmx ok', mx_cf('-H', 'nullmx.example', '--severity=null-mx=ok')), 'OK', 'null-mx=ok');
my $mixed = checked('nullmx-mixed', mx_cf('-H', 'nullmx-mixed.example', '--format=json'));
ok((grep { $_->{mx} eq 'mx.good.example' && $_->{status} eq 'tested' } hosts($mixed)),
    'nullmx-mixed: the real MX is tested');

# --- perfdata of domains

my $two = checked('plugin two', mx_cf('-H', 'two.example'));
my %perf = %{ $two->{perf} };
is($perf{mx_total}->value, 2, 'two: mx_total');
is($perf{mx_ok}->value, 2, 'two: mx_ok: Secure is ok on both');
is($perf{addr_total}->value, 3, 'two: addr_total');
is($perf{addr_ok}->value, 2, 'two: addr_ok: two addresses without a finding');
is($perf{mx1_cf}->value, 116, 'two: mx1_cf');
is($perf{mx2_cf}->value, 109, 'two: mx2_cf');
is($perf{worst_cf}->value, 109, 'two: worst_cf');
like($two->{first}, qr/two\.example CF 114 of $BEST \(/, 'two: the line');
my $plain = checked('plugin backup-plain', mx_cf('-H', 'backup-plain.example'));
like($plain->{first}, qr/mx\.notls\.example.*offers no TLS/, 'backup-plain: the line names the culprit');
is($plain->{perf}{mx_ok}->value, 1, 'backup-plain: mx_ok');
my $four = checked('plugin -4', mx_cf('-H', 'dualstack.example', '-4'));
is($four->{perf}{addr_total}->value, 1, 'dualstack -4: skipped addresses are not counted');
my $many = checked('plugin many', mx_cf('-H', 'many.example', '-t', '60'));
like($many->{out}, qr/and \d+ more/, 'many: what is left out is counted');
ok(exists $many->{perf}{mx10_cf} && !exists $many->{perf}{mx11_cf}, 'many: ten MX in perfdata');
my $mxcf = checked('multiaddr', mx_cf('-H', 'multiaddr.example'));
is($mxcf->{perf}{mx1_cf}->value, 89, 'multiaddr: the mean of its rows, floored');

# --- quick

my $quick = checked('quick', mx_cf('-H', 'halfdead.example', '--quick', '--host-timeout=2', '--format=json'));
state_is($quick, 'OK', 'quick halfdead');
is(json_of($quick)->{cf}{score}, 116, 'quick halfdead: CF of the second MX');
like(json_of($quick)->{cf}{kind}, qr/^Q/, 'quick: kind');
my @tested = grep { $_->{status} eq 'tested' } hosts($quick);
is(scalar(@tested), 1, 'quick: one host');
is($tested[0]{mx}, 'mx.good.example', 'quick: the one that answers');
is(steps($tested[0]), 'ok ok ok ok ok ok - -', 'quick: ends after Secure');
cmp_ok($quick->{wall}, '>=', 2, 'quick: the black hole had its time');
cmp_ok($quick->{wall}, '<', 6, 'quick: and no more');
$quick = checked('quick text', mx_cf('-H', 'two.example', '--quick', '--format=score'));
like($quick->{first}, qr/QFactor/, 'quick: the CF line says QFactor');
$quick = checked('quick plugin', mx_cf('-H', 'two.example', '--quick'));
ok(exists $quick->{perf}{cf}, 'quick: the label stays cf');
like($quick->{first}, qr/QFactor/, 'quick: the plugin line says QFactor');
$quick = checked('quick unignored', mx_cf('-H', 'halfdead.example', '--host-timeout=2', '--format=json',
    '--no-ignore-unreachable', '--quick'));
is(json_of($quick)->{cf}{score}, 72, 'quick --no-ignore-unreachable: the dead one is a row');
$quick = checked('quick to', mx_cf('-H', 'user@well.example', '--quick', '--stop-after=to', '--format=json'));
is(steps((hosts($quick))[0] // {}), 'ok ok ok ok ok ok ok ok', 'quick --stop-after=to: put back');
$quick = checked('quick dead', mx_cf('-H', 'alldead.example', '--quick', '--host-timeout=2', '--format=json'));
state_is($quick, 'CRITICAL', 'quick alldead');
is(json_of($quick)->{cf}{score}, 50, 'quick alldead: CF');
$quick = checked('quick deferred', mx_cf('-H', 'banner421.example', '--quick', '--format=json'));
is(json_of($quick)->{cf}{score}, 50, 'quick banner421: untested');

# --- deadlines: a bound, not a timing

my @slow = run_many(
	[mx_cf('-H', 'blackhole.example', '-t', 3, '--format=json')],
	[mx_cf('-H', 'halfdead.example', '-t', 4, '--format=json')],
	[mx_cf('-H', 'halfdead.example', '-t', 4, '--parallel=1', '--format=json')],
	[mx_cf('-H', 'silent-ns.example', '-t', 2, '--format=json')],
	[mx_cf('-H', 'handshake-silent.example', '-t', 2, '--format=json')],
	[smtp_tls('-H', 'mx.blackhole.example', '-t', 3, '--format=json')],
	[smtp_tls('-H', 'mx.banner-drip.example', '-t', 3, '--format=json')]);
for my $r (@slow) {
	my ($limit) = $r->{command} =~ /-t (\d+)/;
	shape_ok($r, $r->{command});
	cmp_ok($r->{wall}, '<=', $limit + 1, "$r->{command}: ends by the deadline");
	state_is($r, $_, $r->{command}) for $r->{command} =~ /halfdead/ ? () : 'CRITICAL';
}
is(scalar(grep { $_->{status} eq 'tested' } hosts($slow[1])), 2, 'halfdead: the living are judged');
like($slow[1]{out}, qr/timed out/, 'halfdead: the step is named');
is((finding($slow[2], 'timeout') // {})->{state}, 'UNKNOWN', 'halfdead --parallel=1: a host not started');
is(scalar(grep { $_->{status} eq 'not-started' } hosts($slow[2])), 2, 'halfdead --parallel=1: and which');

# The order of DNS answers, and how many run at once, change nothing.
my @again = map { json_of($_)->{cf}{score} } run_many(map { [mx_cf('-H', 'sixty.example', "--parallel=$_",
    '--format=json')] } 1, 7, 256);
is_deeply(\@again, [109, 109, 109], 'sixty: the same at any --parallel');

done_testing;

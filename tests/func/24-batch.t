#!/usr/bin/perl
# SPDX-License-Identifier: GPL-3.0-or-later
# 24-batch.t - many targets in one run: every format, the sum, shared hosts, bad lines, signals.

use strict;
use warnings;
use File::Temp 'tempdir';
use FindBin;
use lib "$FindBin::Bin/lib";
use IO::Socket::INET ();
use JSON::PP;
use Plugin;
use Terminal;
use Test::More;
use Time::HiRes qw(sleep time);

my $BIN = $ENV{PLUGINS} || 'plugins';
my $MANY = $ENV{BATCH} || 1000;	# domains on the 100 shared hosts
my $dir = tempdir(CLEANUP => 1);
my @LIST = qw(good.example two.example postmaster@two.example backup-plain.example nullmx.example tls12.example);
my %CF = ('good.example' => 116, 'two.example' => 114, 'postmaster@two.example' => 114,
    'backup-plain.example' => 77, 'tls12.example' => 99);

sub file
{
	my ($name, @lines) = @_;
	open my $out, '>:raw', "$dir/$name" or die "$name: $!";
	print $out map { "$_\n" } @lines;
	close $out or die "$name: $!";
	return "$dir/$name";
}

sub batch
{
	my ($file, @args) = @_;
	my $r = run('check_mx_cf', "--batch=$file", @args);
	is($r->{err}, '', "@args: nothing on stderr");
	return $r;
}

sub lines { my ($r) = @_; return split /\n/, $r->{out} }

my $list = file('list', '# a comment', '', @LIST[0 .. 1], "  $LIST[2] \t# another", @LIST[3 .. $#LIST]);

# plugin: the first line of each, then the sum
my $r = batch($list);
my @lines = lines($r);
is(scalar @lines, @LIST + 1, 'plugin: a line a target, and the sum');
for my $target (@LIST) {
	my ($line) = grep { / \Q$target\E[ :]/ } @lines[0 .. $#lines - 1];
	my ($alone) = lines(run(mx_cf('-H', $target)));
	s/\|.*|, [\d.]+ s.*//s for $line, $alone;
	is($line, $alone, "plugin: $target as by itself");
}
like($lines[-1], qr/^MX_CF OK - total: 6 targets, average CF 104, lowest CF 77 \(backup-plain\.example\), 1 without a CF, 2 OK, 2 WARNING, 1 CRITICAL, 1 UNKNOWN$/,
    'plugin: the sum');
is($r->{exit}, 0, 'plugin: the mean is over 90');
is(batch($list, '--total=minimum')->{exit}, 1, 'minimum: the lowest is under 90');
is(batch($list, '--total=minimum', '-c', '80:')->{exit}, 2, 'minimum: and under 80');
is(batch($list, '--total=average', '-w', '105:')->{exit}, 1, 'average: under 105');
is(batch($list, '--severity=no-tls=ok', '--severity=cert-untrusted=ok')->{exit}, 0, 'findings do not enter');

# score
$r = batch($list, '--format=score');
@lines = lines($r);
is_deeply([sort @lines[0 .. $#lines - 1]], [sort((map { "$CF{$_} $_" } keys %CF), '- nullmx.example')], 'score');
like($lines[-1], qr/total: 6 targets/, 'score: the sum');

# csv: the header once
$r = batch($list, '--format=csv');
@lines = lines($r);
is($lines[0], 'Addr,CF,Ans,Con,HELO,TLS,Cert,Sec,From,To', 'csv: header');
is(scalar @lines, @LIST + 1, 'csv: no sum');
ok((grep { $_ eq 'good.example,116,100,100,100,100,100,100,100,' } @lines), 'csv: a row');
ok((grep { $_ eq 'postmaster@two.example,114,100,100,100,100,66,100,100,100' } @lines), 'csv: an address has To');

# json: a line each
my @json = map { decode_json($_) } lines(batch($list, '--format=json'));
is_deeply({ map { $_->{target} => $_->{cf} && $_->{cf}{score} } @json }, { %CF, 'nullmx.example' => undef }, 'json');

# xml: one envelope, well formed
$r = batch($list, '--format=xml');
open my $out, '>', "$dir/x.xml" or die $!;
print $out $r->{out};
close $out or die $!;
my $seen = qx(/usr/bin/python3 -c '
import sys, xml.etree.ElementTree as e
r = e.parse(sys.argv[1]).getroot()
print(r.tag, sorted(c.findtext("eMailAddress") + "=" + (c.findtext("ConfidenceFactor") or "") for c in r.findall("CheckTLS")))' $dir/x.xml 2>&1);
is($seen, 'Results [' . join(', ', map { "'$_=" . ($CF{$_} // '') . "'" } sort @LIST) . "]\n", 'xml');

# passive results
my $now = time;
for my $line (lines(batch($list, '--format=nagios', '--host-name=mail', '--service=TLS of %t (%d);x'))) {
	my ($when, $host, $service, $code, $text) = $line =~
	    /^\[(\d+)\] PROCESS_SERVICE_CHECK_RESULT;([^;]*);([^;]*);([0-3]);(MX_CF [A-Z]+ - \S.*)$/;
	my ($target) = ($service // '') =~ /^TLS of (\S+) \(/;
	ok(defined $text, 'nagios: form') or diag($line);
	cmp_ok(abs($when - $now), '<', 60, 'nagios: time');
	is($host, 'mail', 'nagios: host');
	my ($domain) = $target =~ /([^@]+)$/;
	is($service, "TLS of $target ($domain)_x", 'nagios: service');
	like($text, qr/ \Q$target\E[ :]/, 'nagios: the result is of that target');
	is((qw(OK WARNING CRITICAL UNKNOWN))[$code], ($text =~ /^MX_CF ([A-Z]+)/)[0], 'nagios: code');
}
for my $line (lines(batch($list, '--format=icinga', '--service=a"b\\c'))) {
	my $body = decode_json($line);
	is($body->{type}, 'Service', 'icinga: type');
	is($body->{filter}, 'host.name==h && service.name==s', 'icinga: no name in the filter');
	is($body->{filter_vars}{s}, 'a"b\\c', 'icinga: names as variables');
	like($body->{plugin_output}, qr/^MX_CF [A-Z]+ - .*\b\Q$body->{filter_vars}{h}\E/, 'icinga: output');
	unlike($body->{plugin_output}, qr/\|/, 'icinga: no perfdata in it');
	ok(!(grep { !/^[a-z0-9_]+=/ } @{ $body->{performance_data} }), 'icinga: perfdata by itself');
	ok($body->{exit_status} =~ /^[0-3]$/, 'icinga: status');
}

# Bad lines: told with their number, counted, and no reason to stop.
my $bad = file('bad', 'good.example', 'not a domain', '192.0.2.1', 'x' x 3000, 'a@b@c', "esc\e[31m|x=1.example",
    'tls12.example', "two.example\0x", 'x#y@');
$r = batch($bad);
@lines = lines($r);
like($lines[-1], qr/UNKNOWN - total: 2 targets, average CF 107, .*, 7 bad lines$/, 'bad lines are counted');
is($r->{exit}, 3, 'bad lines: UNKNOWN at least');
like($r->{out}, qr/^MX_CF UNKNOWN - line $_: /m, "bad line $_") for 2 .. 6, 8, 9;
unlike($r->{out}, qr/\e|\|x=1/, 'bad lines are cleaned');
is(batch($bad, '-w', '110:')->{exit}, 1, 'bad lines: WARNING is worse');
is((grep { decode_json($_)->{error} } lines(batch($bad, '--format=json'))), 7, 'bad lines in json');
is(scalar(lines(batch($bad, '--format=csv'))), 10, 'bad lines in csv');
is(scalar(lines(batch($bad, '--format=nagios'))), 2, 'bad lines are no passive results');
like(batch(file('hash', 'o#brien@good.example#x # a comment', "#good.example\r"))->{out}, qr/^MX_CF UNKNOWN - line 1: .*#x/,
    'a # inside a word begins no comment');
my ($hash) = map { decode_json($_) } lines(batch(file('hash', "o#brien\@good.example\t# one\r", "\r"), '--format=json'));
is($hash->{target}, 'o#brien@good.example', 'nor one in a local part');
my ($again) = map { decode_json($_) } lines(batch(file('again', 'postmaster@again421-batch.example'), '--format=json', '-4'));
my %step = map { $_->{step} => $_ } @{ $again->{hosts}[0]{steps} };
is("$step{secure}{state} $step{from}{state}", 'ok defer', 'a recipient that nobody could ask for is not passed over');
like($step{from}{reason}, qr/banner: 421 /, 'and why');
$r = batch(file('empty'));
like($r->{out}, qr/^MX_CF UNKNOWN - total: 0 targets/, 'an empty list');
is($r->{exit}, 3, 'an empty list: nothing is known');
like(batch("$dir/none")->{out}, qr/^MX_CF UNKNOWN - --batch: cannot read \S+: No such file/, 'no list');
like(run(mx_cf("--batch=$list", @$_))->{first}, qr/^MX_CF UNKNOWN - --/, "refused: @$_")
    for ['-H', 'a.example'], ['--format=smtp'], ['--soa=192.0.2.1'], ['--send-email'], ['--jobs=0'], ['--jobs=65'];
like(run(mx_cf('-H', 'a.example', @$_))->{first}, qr/need --batch/, "refused: @$_")
    for ['--format=nagios'], ['--format=icinga'], ['--total=minimum'], ['--service=x'], ['--host-name=x'];

# On a terminal the last line says how far it is, and is written over by the next result.
my $ERASE = "\r\e[K";
my $three = file('three', qw(good.example tls12.example nullmx.example none@), '');
my ($shown, $exit) = on_terminal({}, 'check_mx_cf', "--batch=$three", '--format=score', '--jobs=1');
is($exit, 3, 'terminal: exit code');
like($shown, qr/\A116 good\.example\n1 done, 0 not OK\Q$ERASE\E99 tls12\.example\n2 done, 0 not OK\Q$ERASE\E- nullmx\.example\n3 done, 1 not OK\Q$ERASE\EMX_CF UNKNOWN - line 4: .*\n3 done, 1 not OK, 1 bad line\Q$ERASE\EMX_CF UNKNOWN - total: 3 targets, .*\n\z/,
    'terminal: progress below the results, gone at the end');
($shown) = on_terminal({}, 'check_mx_cf', "--batch=$three", '--format=score', '--progress=no');
unlike($shown, qr/done|\e/, 'terminal: --progress=no');
($shown) = on_terminal({ TERM => 'dumb' }, 'check_mx_cf', "--batch=$three", '--jobs=1');
like($shown, qr/^MX_CF OK - good.*\n1 done, 0 not OK\nMX_CF OK - tls12/m, 'terminal: TERM=dumb: lines of its own');
for my $format (qw(csv json xml nagios icinga)) {
	($shown) = on_terminal({}, 'check_mx_cf', "--batch=$three", "--format=$format", '--progress=yes');
	unlike($shown, qr/done|\e/, "terminal: $format is for programs");
}
unlike(batch($three)->{out}, qr/done|\e/, 'a pipe: no progress');
like(batch($three, '--jobs=1', '--progress=yes')->{out}, qr/^1 done, 0 not OK\nMX_CF OK - tls12/m, 'a pipe: --progress=yes');

# From a pipe, as lines come: the first result is there before the last line is written.
pipe my $from, my $to or die $!;
my $pid = open(my $results, '-|') // die $!;
if (!$pid) {
	close $to;
	open STDIN, '<&', $from or die $!;
	exec "$BIN/check_mx_cf", '--batch=-', '--format=score' or die $!;
}
close $from;
select((select($to), $| = 1)[0]);
print $to "good.example\n";
like(scalar(<$results>), qr/^116 good\.example$/, 'a pipe: the first result comes while the list is open');
print $to "tls12.example\n";
close $to;
like(scalar(<$results>), qr/^99 tls12\.example$/, 'a pipe: the second');
close $results;

# What is no list: one line, and not the sum of nothing.
for my $list ('/nonexistent', $ENV{LAB_STATE}) {
	my $none = batch($list);
	is($none->{exit}, 3, "$list: exit code");
	like($none->{out}, qr/\AMX_CF UNKNOWN - --batch: cannot read \Q$list\E: [^\n]*--help\)\n\z/, "$list: one line");
}

# A signal: what is finished is said, the sum too, and it ends at once.
for my $signal (qw(INT TERM)) {
	$pid = open($results, '-|') // die $!;
	if (!$pid) {
		exec "$BIN/check_mx_cf", '--batch=' . file('slow', 'good.example', 'blackhole.example'), '--format=score' or die $!;
	}
	like(scalar(<$results>), qr/^116 good\.example$/, "$signal: one is finished");
	my $began = time;
	kill $signal, $pid;
	like(scalar(<$results>), qr/total: 1 target, average CF 116/, "$signal: the sum of what is finished");
	close $results;
	is($? >> 8, 0, "$signal: a clean end");
	cmp_ok(time - $began, '<', 10, "$signal: the black hole is not waited for");
}

# Shared hosts: each is probed once, however many domains there are; connections counted at the server.
my $source = '127.0.0.91';
my $big = file('big', map { "d$_.m" . ($_ % 100 + 1) . '.big.example' } 1 .. $MANY);
$r = batch($big, '--format=score', "--source-address=$source", '-4');
@lines = lines($r);
is(scalar @lines, $MANY + 1, "$MANY domains: a line each, and the sum");
is((grep { !/^116 / } @lines[0 .. $#lines - 1]), 0, "$MANY domains: each has its CF");
like($lines[-1], qr/total: $MANY targets, average CF 116, .* $MANY OK, 0 WARNING, 0 CRITICAL, 0 UNKNOWN$/, "$MANY domains: the sum");
is($r->{exit}, 0, "$MANY domains: OK");
my $connections = () = qx(grep 'connect from unknown\\[$source\\]' $ENV{LAB_STATE}/log/postfix) =~ /: connect from/g;
is($connections, 100, "$MANY domains: 100 hosts, 100 connections");

# A host that the target's own deadline ends: what is known of it by then, as by itself.
$r = batch(file('dark', 'blackhole.example'), '-t', '3');
like($r->{first}, qr/^MX_CF CRITICAL - blackhole\.example CF 50 .* is unreachable: timed out after 3 s/, 'a black hole: as by itself');

# Never two connections to one address at once, whatever names it has.
$r = batch(file('same', qw(sixty.example many.example)), '--format=score', '-t', '60', '--match=none');
like($r->{out}, qr/total: 2 targets/, 'domains that share addresses under many names');

done_testing;

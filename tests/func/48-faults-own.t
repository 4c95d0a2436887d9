#!/usr/bin/perl
# SPDX-License-Identifier: GPL-3.0-or-later
# 48-faults-own.t - our own machine has no memory, descriptors, reader, disk or time: that is UNKNOWN, or does not
# matter, and never looks like the target's fault, nor its merit.
#
# FAULTS=all fails each allocation of a run, one by one; otherwise some of them.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use File::Temp 'tempdir';
use Plugin;
use Test::More;

my $ALL = ($ENV{FAULTS} // 'some') eq 'all';
my $SAMPLE = 60;	# allocations of a run that fail, when not all do
my $HANGS = 40;		# seconds: whatever the load, a run that takes them was not ended by its deadline
my $TOP = "$FindBin::Bin/../..";
my $dir = tempdir(CLEANUP => 1);
my %count;

chmod 0755, $dir;
for my $tool (qw(fail_malloc fail_socket step_clock)) {
	system('cc', '-O1', '-Wall', '-Wextra', '-shared', '-fPIC', '-o', "$dir/$tool.so", "$TOP/tests/tools/$tool.c") == 0 or die;
}

my @GOOD = (
	[smtp_tls('-H', 'mx.good.example', '-t', 20)],
	[mx_cf('-H', 'sts-two.example', '-t', 20)],
	[mx_cf('-H', 'user@two.example', '-t', 20, '--format=json')],
	[dane('-H', 'danedual.example', '-t', 20)],
	[mtasts('-H', 'sts-good.example', '-t', 20)],
);

# What they say when nothing is wrong, without times.
sub steady
{
	my ($out) = @_;
	return $out =~ s/-?\d+\.\d+(?:e-\d+)? ?s\b/TIME/gr =~ s/"(?:time|at|took|began|when|date|seconds)\w*": ?"?[-\d.e:TZ]+"?/TIME/gr
	    =~ s/\d+(?:\.\d+)? days/DAYS/gr =~ s/_days=[\d.]+/DAYS/gr;
}

my @normal = run_many(@GOOD);
ok($normal[$_]{exit} != 3, "$normal[$_]{command}: has a result") for 0 .. $#GOOD;

# As nothing were wrong; or UNKNOWN, and why.
sub harmless
{
	my ($r, $n, $what, $why) = @_;
	my $same = $r->{exit} == $normal[$n]{exit} && first($r->{out}) eq first($normal[$n]{out});
	my $ok = is($r->{err}, '', "$what: nothing on stderr");
	$ok &= $r->{exit} == 3 ? like($r->{out}, $why, "$what: says so")
	    : ok($same, "$what: as always");
	$ok &= cmp_ok($r->{wall}, '<', $HANGS, "$what: ends");
	explain_failure($r) if !$ok;
	return;
}

# The first line, or of JSON the state: what does not depend on times and memory.
sub first
{
	my ($out) = @_;
	return $1 if $out =~ /"state": *"(\w+)"/;
	my ($line) = split /\n/, steady($out =~ s/\|.*//r);
	return $line // '';
}

# --- memory

for my $n (0 .. $#GOOD) {
	my $file = "$dir/count.$n";
	run({ env => { LD_PRELOAD => "$dir/fail_malloc.so", FAIL_REPORT => $file } }, @{ $GOOD[$n] }, '--sandbox=off');
	my ($number) = sort { $b <=> $a } map { /(\d+)/ ? $1 : () } do { open my $in, '<', $file or die $!; <$in> };
	cmp_ok($number, '>', 100, "$GOOD[$n][0]: takes memory");
	my $step = $ALL && $n == 0 ? 1 : $ALL ? 7 : int($number / $SAMPLE) + 1;
	my @at = map { 1 + $_ * $step } 0 .. int(($number - 1) / $step);
	for my $from (0, 1) {
		my @todo = $from && !$ALL ? grep { $_ % 3 == 0 } @at : @at;
		my @runs = run_many(map { [{ env => { LD_PRELOAD => "$dir/fail_malloc.so", FAIL_MALLOC => $_,
			$from ? (FAIL_FROM => 1) : () } }, @{ $GOOD[$n] }] } @todo);
		for my $i (0 .. $#runs) {
			harmless($runs[$i], $n, "$GOOD[$n][0]: allocation $todo[$i]" . ($from ? ' and all later' : ''),
			    qr/^(?:\w+ )?UNKNOWN - out of memory$/m);
			$count{memory}++;
		}
	}
}

# --- descriptors

for my $n (0 .. $#GOOD) {
	my @limits = (4 .. 40);
	my @runs = run_many(map { [{ via => ['prlimit', "--nofile=$_"] }, @{ $GOOD[$n] }] } @limits);
	for my $i (0 .. $#runs) {
		next if $runs[$i]{err} =~ /^\S+: error while loading shared libraries/;	# the loader's
		harmless($runs[$i], $n, "$GOOD[$n][0]: $limits[$i] descriptors",
		    qr/\bonly $limits[$i] descriptors may be open \(ulimit -n\), \d+ are needed|open \/dev/);
		$count{descriptors}++;
	}
}

for my $n (0 .. $#GOOD) {
	my $r = run({ env => { LD_PRELOAD => "$dir/fail_socket.so" } }, @{ $GOOD[$n] });
	is($r->{exit}, 3, "$GOOD[$n][0]: no more files in the system: UNKNOWN") or explain_failure($r);
	like($r->{out}, qr/no socket: Too many open files in system/, "$GOOD[$n][0]: no more files: says so");
	is($r->{err}, '', "$GOOD[$n][0]: no more files: nothing on stderr");
	$count{descriptors}++;
}

# --- nobody to trust

for my $n (0 .. $#GOOD) {
	my $r = run({ via => [qw(unshare --mount sh -c), 'mount -t tmpfs none /etc/ssl && exec "$@"', 'sh'] }, @{ $GOOD[$n] });
	# TLSA records vouch for themselves
	harmless($r, $n, "$GOOD[$n][0]: no CA certificates", $GOOD[$n][0] eq 'check_dane' ? qr/never/ : qr/no CA certificates on this machine/);
	is($r->{exit}, 3, "$GOOD[$n][0]: no CA certificates: UNKNOWN") if $GOOD[$n][0] ne 'check_dane';
	$count{places}++;
}

SKIP: {
	my $nobody = 'setpriv --reuid 65534 --regid 65534 --clear-groups';
	skip 'nobody else can be had here', 2 if system("$nobody true 2>/dev/null") != 0;
	my $bin = $ENV{PLUGINS} || 'plugins';	# perhaps below a directory of root's
	system("mkdir $dir/ca && cp -L $ENV{LAB_PKI}/trust/*.0 $dir/ca && chmod 755 $dir/ca && chmod 600 $dir/ca/*" .
	    " && cp $bin/check_smtp_tls $dir") == 0 or die;
	my $r = run({ via => [qw(sh -c), qq{shift; exec $nobody "\$0" "\$@"}, "$dir/check_smtp_tls"] }, @{ $GOOD[0] }, "--ca-path=$dir/ca");
	is($r->{exit}, 3, 'CA certificates that cannot be read: UNKNOWN') or explain_failure($r);
	like($r->{out}, qr/--ca-path: .* Permission denied/, 'CA certificates that cannot be read: says so');
	$count{places}++;
}

# --- nobody reads

my @READERS = (
	['closed', [qw(sh -c), 'exec "$@" >&-', 'sh']],
	['full', [qw(sh -c), 'exec "$@" >/dev/full', 'sh']],
	['gone', [qw(bash -c), '"$@" > >(exec true)', 'bash']],
);
for my $reader (@READERS) {
	my ($name, $via) = @$reader;
	for my $n (0 .. $#GOOD) {
		my $r = run({ via => $via }, @{ $GOOD[$n] });
		ok($r->{exit} == 3 || ($name eq 'gone' && $r->{exit} == $normal[$n]{exit}), "$GOOD[$n][0]: stdout is $name: UNKNOWN")
		    or explain_failure($r);
		is($r->{err}, '', "$GOOD[$n][0]: stdout is $name: nothing on stderr");
		$count{readers}++;
	}
}

# Or late: a result that is there is not told to be none, and does not wait for ever.
{
	my $asleep = q{"$@" | { sleep 4; cat; }; exit ${PIPESTATUS[0]}};
	my $r = run({ via => [qw(bash -c), $asleep, 'bash'] }, mx_cf('-H', 'ten.example', '-t', 2, '--format=certdetail'));
	unlike($r->{out}, qr/no result/, 'a reader that sleeps: there was a result');
	is($r->{exit}, run(mx_cf('-H', 'ten.example'))->{exit}, 'a reader that sleeps: its state');
	cmp_ok(length $r->{out}, '>', 60_000, 'a reader that sleeps: a pipe full of it');
	$count{readers}++;
}

# --- signals: those that end a program do, and half a result is none

for my $signal (qw(TERM INT HUP ALRM USR1 PIPE)) {
	for my $wait (0.001, 0.005, 0.01, 0.02, 0.04, 0.08) {
		my $r = run({ via => [qw(bash -c), q{t=$1 s=$2; shift 2; "$@" & p=$!; sleep $t; kill -$s $p 2>/dev/null; wait $p 2>/dev/null},
		    'bash', $wait, $signal] }, @{ $GOOD[0] });
		my $what = "SIG$signal after $wait s";
		# it may come between the result and the end
		my $whole = first($r->{out}) eq first($normal[0]{out}) && ($r->{exit} == $normal[0]{exit} || $r->{exit} > 128);
		# SIGPIPE is ignored once main() has begun
		my $ends = $signal ne 'PIPE' || $wait < 0.01;
		ok($whole || ($ends && $r->{out} eq '' && $r->{exit} > 128), $what) or explain_failure($r);
		is($r->{err}, '', "$what: nothing on stderr");
		$count{signals}++;
	}
}

# --- files

my $remount = 'mount -o remount,bind,ro / && exec "$@"';
my $gone = 'd=$(mktemp -d) && cd "$d" && rmdir "$d" && exec "$@"';
my @PLACES = (
	['read-only', { via => [qw(unshare --mount sh -c), $remount, 'sh'] }],
	['no directory', { via => [qw(sh -c), $gone, 'sh'] }],
	['no home', { env => { HOME => '/nonexistent', TMPDIR => '/nonexistent', XDG_CONFIG_HOME => '/nonexistent' } }],
	['an odd umask', { via => [qw(sh -c), 'umask 777 && exec "$@"', 'sh'] }],
);
for my $place (@PLACES) {
	my ($name, $how) = @$place;
	for my $n (0 .. $#GOOD) {
		my $r = run($how, @{ $GOOD[$n] });
		is($r->{exit}, $normal[$n]{exit}, "$GOOD[$n][0]: $name: as always") or explain_failure($r);
		is(first($r->{out}), first($normal[$n]{out}), "$GOOD[$n][0]: $name: says the same");
		is($r->{err}, '', "$GOOD[$n][0]: $name: nothing on stderr");
		$count{places}++;
	}
}

# --- resolvers

my %RESOLV = (none => '', garbage => "\0\xff nameserver\nnameserver x y z\nnameserver 999.1.1.1\n" . ('a' x 70000), options =>
    "nameserver 127.0.0.1\noptions edns0 trust-ad ndots:99999999999 timeout:-1\nsearch " . join(' ', ('x' x 63) x 200) . "\n");
for my $name (sort keys %RESOLV) {
	open my $to, '>', "$dir/resolv.$name" or die $!;
	print $to $RESOLV{$name};
	close $to;
	my $cover = qq{mount --bind $dir/resolv.$name "\$(readlink -f /etc/resolv.conf)" && exec "\$@"};
	for my $n (0 .. $#GOOD) {
		my $r = run({ via => [qw(unshare --mount sh -c), $cover, 'sh'] }, @{ $GOOD[$n] });
		harmless($r, $n, "$GOOD[$n][0]: resolv.conf: $name", qr/resolv/);
		$count{resolvers}++;
	}
}

# --- time

for my $seconds (-3600, 3600, -300_000_000, 300_000_000) {
	for my $after (0, 1, 2, 3, 5, 10, 20) {
		for my $n (0 .. $#GOOD) {
			my $r = run({ env => { LD_PRELOAD => "$dir/step_clock.so", STEP_AFTER => $after, STEP_SECONDS => $seconds } },
			    @{ $GOOD[$n] });
			my $what = "$GOOD[$n][0]: the clock steps by $seconds s after $after";
			my $ok = $r->{exit} >= 0 && $r->{exit} <= 3 && $r->{err} eq '' && $r->{wall} < $HANGS;
			my @times = $r->{perfdata} =~ /\btime\w*=(-?[\d.]+)s/g;
			$ok &&= !grep { $_ < 0 || $_ > $HANGS } @times;
			# by an hour no certificate of the lab begins or ends
			$ok &&= first($r->{out}) eq first($normal[$n]{out}) if abs($seconds) == 3600 && $GOOD[$n][0] !~ /dane|mtasts/;
			ok($ok, $what) or explain_failure($r);
			$count{clock}++;
		}
	}
}

diag(join ', ', map { "$_ $count{$_}" } sort keys %count);
done_testing;

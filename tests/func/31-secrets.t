#!/usr/bin/perl
# SPDX-License-Identifier: GPL-3.0-or-later
# 31-secrets.t - passwords: not in the list of processes, not in a core, not in the output, and not in memory
# once they have been used.

use strict;
use warnings;
no warnings 'portable';	# addresses have 64 bits
use Fcntl;
use File::Temp 'tempdir';
use FindBin;
use lib "$FindBin::Bin/lib";
use MIME::Base64;
use Plugin;
use Test::More;
use Time::HiRes qw(sleep time);

my $F_SETPIPE_SZ = 1031;
my $PATIENCE = 20;
my $NOBODY = 65534;
my $PASSWORD = 'Tr0ub4dor-and-three';
my $bin = $ENV{PLUGINS} || 'plugins';
my $dir = tempdir(CLEANUP => 1);
chmod 0755, $dir;

sub content
{
	my ($name) = @_;
	open my $in, '<:raw', $name or return '';
	local $/ = undef;
	return scalar(<$in>) // '';
}

sub wait_until
{
	my ($true) = @_;
	my $until = time + $PATIENCE;
	sleep 0.02 while !$true->() && time < $until;
	return $true->();
}

# A plugin whose output nobody reads: it stands still, all done, before the first byte.
sub stuck
{
	my ($program, @args) = @_;
	pipe my $out, my $in or die "pipe: $!";
	fcntl $in, $F_SETPIPE_SZ, 4096 or die "fcntl: $!";
	syswrite $in, 'x' x 4096;
	my $pid = fork // die "fork: $!";
	if (!$pid) {
		open STDOUT, '>&', $in or die "dup: $!";
		exec "$bin/$program", @args;
		die "exec: $!";
	}
	close $in;
	my $is = wait_until(sub { content("/proc/$pid/wchan") =~ /pipe_write/ });
	return ($pid, $out, $is);
}

# How often each text stands in the memory of a process.
sub in_memory
{
	my ($pid, @texts) = @_;
	my %seen;
	open my $mem, '<:raw', "/proc/$pid/mem" or die "memory: $!";
	for (split /\n/, content("/proc/$pid/maps")) {
		my ($from, $to, $what) = /^([0-9a-f]+)-([0-9a-f]+) r\S+ \S+ \S+ \S+\s*(.*)/ or next;
		next if $what =~ /^\[v/;
		sysseek $mem, hex $from, 0 or next;
		sysread $mem, my $bytes, hex($to) - hex $from or next;
		for my $text (@texts) {
			$seen{$text}++ while $bytes =~ /\Q$text\E/g;
		}
	}
	return %seen;
}

# Sanitizers have an allocator of their own, which keeps what was freed.
my $built = run(mtasts('--lint', '--txt=v=STSv1; id=1', '-vvv'))->{out} !~ /none in this build/;

# [what, password, user, program and arguments]
my @SAID = ('-A', 'PLAIN', '-U', 'tester', '-P', $PASSWORD);
my @LOGIN = ('-A', 'LOGIN', '-U', 'tester', "--authpass=$PASSWORD");
open my $ini, '>', "$dir/secret.ini" or die;
print $ini "[check_smtp_tls]\nauthtype = PLAIN\nauthuser = tester\nauthpass = $PASSWORD\n";
close $ini;
my @cases = (
	['AUTH PLAIN', $PASSWORD, 'tester', smtp_tls('-H', 'mx.auth.example', @SAID)],
	['AUTH LOGIN', $PASSWORD, 'tester', smtp_tls('-H', 'mx.auth.example', @LOGIN, '-vvv')],
	['from a file', $PASSWORD, 'tester', smtp_tls('-H', 'mx.auth.example', "--extra-opts=\@$dir/secret.ini", '-vv')],
	['a server that repeats it', $PASSWORD, 'tester', smtp_tls('-H', 'mx.auth-echo.example', @SAID, '-vvv')],
	['a record of the traffic', $PASSWORD, 'tester', smtp_tls('-H', 'mx.auth-echo.example', @SAID, '--format=ssldetail')],
	['a record of the wire', $PASSWORD, 'tester', smtp_tls('-H', 'mx.auth.example', @LOGIN, '--format=debug')],
	['a proxy, for all that goes through it', 's3cret', 'lab', mtasts('-H', 'sts-day.example', '--socks=lab:s3cret@192.0.2.91')],
	['many hosts', $PASSWORD, 'tester', mx_cf('-H', 'ten.example', @SAID)],
);
for (@cases) {
	my ($what, $password, $user, $program, @args) = @$_;
	my @texts = ($password, encode_base64($password, ''), encode_base64("\0$user\0$password", ''));
	my ($pid, $out, $is) = stuck($program, @args);
	ok $is, "$what: the run is over";
	if ($built) {
		is_deeply { in_memory($pid, @texts) }, {}, "$what: no password is left in memory";
		ok + { in_memory($pid, $program) }->{$program}, "$what: memory was looked at";
	}
	unlike content("/proc/$pid/cmdline"), qr/\Q$password\E/, "$what: nor in the list of processes";
	like content("/proc/$pid/limits"), qr/^Max core file size +0 +0 /m, "$what: no core";
	my $text = join '', <$out>;
	waitpid $pid, 0;
	unlike $text, qr/\Q$_\E/, "$what: the output does not have it" for @texts;
}

# While it is held: another process of the same user cannot look into this one.
sub owner_of
{
	my (@args) = @_;
	my $pid = fork // die "fork: $!";
	if (!$pid) {
		open STDOUT, '>', '/dev/null';
		exec 'setpriv', "--reuid=$NOBODY", "--regid=$NOBODY", '--clear-groups', "$dir/check_smtp_tls",
		    '-H', 'mx.silent.example', '--host-timeout=50', '-t', '60', @args;
		die "exec: $!";
	}
	# its watchdog begins once options are read
	wait_until(sub { my @tasks = glob "/proc/$pid/task/*"; @tasks > 1 });
	my $owner = (stat "/proc/$pid/status")[4];
	my $cmdline = content("/proc/$pid/cmdline");
	kill 'KILL', $pid;
	waitpid $pid, 0;
	return ($owner, $cmdline);
}
system('cp', "$bin/check_smtp_tls", "$dir/check_smtp_tls") == 0 or die;
my ($owner, $cmdline) = owner_of();
is $owner, $NOBODY, 'without a password, the process is its user\'s';
($owner, $cmdline) = owner_of(@SAID);
is $owner, 0, 'with one it cannot be looked into';
unlike $cmdline, qr/\Q$PASSWORD\E/, 'and it is gone from the list of processes';
($owner, $cmdline) = owner_of('--socks=lab:s3cret@192.0.2.91');
is $owner, 0, 'that of a proxy, too';
unlike $cmdline, qr/s3cret/, 'gone from there as well';
($owner, $cmdline) = owner_of('--socks=192.0.2.90');
is $owner, $NOBODY, 'a proxy without one';
like $cmdline, qr/--socks=192\.0\.2\.90\0/, 'is shown';

# A program that is run learns nothing of it.
open my $script, '>', "$dir/testssl.sh" or die;
print $script "#!/bin/sh\ntr '\\0' ' ' </proc/\$PPID/cmdline\ntr '\\0' ' ' </proc/\$\$/cmdline\nenv\nulimit -c\n";
close $script;
chmod 0755, "$dir/testssl.sh";
{
	local $ENV{PATH} = "$dir:$ENV{PATH}";
	my $r = run(smtp_tls('-H', 'mx.auth.example', '--format=sslprobe', @SAID));
	like $r->{out}, qr/check_smtp_tls.*testssl\.sh --starttls/s, 'a program is run';
	like $r->{out}, qr/\n0\n\z/, 'a program that is run leaves no core either';
	unlike $r->{out}, qr/\Q$PASSWORD\E/, 'and does not see it';
}

done_testing;

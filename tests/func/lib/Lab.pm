# SPDX-License-Identifier: GPL-3.0-or-later
# Lab.pm - programs in the lab's root that end with the test, files, and patience.

package Lab;

use strict;
use warnings;

use Cwd 'abs_path';
use Exporter 'import';
use File::Copy 'copy';
use Time::HiRes qw(sleep time);

our @EXPORT = qw(in_root daemon_start daemon_stop plugins_install nagios_user wait_for slurp_file write_file);

my $ROOT = $ENV{LAB_CHROOT};
my $PATIENCE = 60;	# seconds for what takes one or two, on a machine with much to do
my @ENTER = ('env', '-i', 'PATH=/usr/sbin:/usr/bin:/sbin:/bin', 'LC_ALL=C', 'chroot', $ROOT);
my $owner = $$;
my %running;

sub write_file
{
	my ($name, $text, $mode) = @_;
	open my $out, '>:raw', $name or die "$name: $!";
	print $out $text;
	close $out or die "$name: $!";
	chmod $mode, $name if defined $mode;
	return $name;
}

sub slurp_file
{
	my ($name) = @_;
	open my $in, '<:raw', $name or return '';
	local $/ = undef;
	return scalar(<$in>) // '';
}

# What the condition came to be, or false when it stayed false for too long.
sub wait_for
{
	my ($condition) = @_;
	my $end = time + $PATIENCE;
	my $got;
	until ($got = $condition->()) {
		return $got if time > $end;
		sleep 0.1;
	}
	return $got;
}

# Run a command in the lab's root: exit code, and stdout and stderr as one text.
sub in_root
{
	my @command = @_;
	my $pid = open(my $from, '-|') // die "fork: $!";
	if (!$pid) {
		open STDIN, '<', '/dev/null' or die $!;
		open STDERR, '>&', \*STDOUT or die $!;
		exec @ENTER, @command or die $!;
	}
	my $out = do { local $/ = undef; <$from> } // '';
	close $from;
	return { exit => $? & 127 ? 1000 : $? >> 8, out => $out };
}

# Start a program that stays in the foreground; what it says goes to the file $log.
sub daemon_start
{
	my ($name, $log, @command) = @_;
	my $pid = fork // die "fork: $!";
	if (!$pid) {
		open STDIN, '<', '/dev/null' or die $!;
		open STDOUT, '>', $log or die "$log: $!";
		open STDERR, '>&', \*STDOUT or die $!;
		exec @ENTER, @command or die $!;
	}
	$running{$name} = $pid;
	return;
}

sub daemon_stop
{
	my ($name) = @_;
	my $pid = delete $running{$name} or return;
	kill 'TERM', $pid;
	waitpid $pid, 0;
	return;
}

END {
	local $?;
	if ($$ == $owner) {
		kill 'TERM', values %running;
		waitpid $_, 0 for values %running;
	}
}

# Where an installation has them: the plugins under test, in the lab's root.
sub plugins_install
{
	my $from = abs_path($ENV{PLUGINS} || 'plugins');
	my $to = '/usr/lib/nagios/plugins';
	for my $plugin (glob "$from/check_*") {
		my $name = "$ROOT$to/" . $plugin =~ s{.*/}{}r;
		copy($plugin, "$name.$$") or die "$name: $!";
		chmod 0755, "$name.$$";
		rename "$name.$$", $name or die "$name: $!";	# another test may be running it
	}
	return $to;
}

# The user of monitoring systems, its numbers; of a lab with one user only: that.
sub nagios_user
{
	my ($map) = slurp_file('/proc/self/uid_map') =~ /(\d+)\n/;
	return ('root', 0, 0) if $map == 1;
	my ($uid, $gid) = slurp_file("$ROOT/etc/passwd") =~ /^nagios:[^:]*:(\d+):(\d+):/m or die 'no user nagios';
	return ('nagios', $uid, $gid);
}

1;

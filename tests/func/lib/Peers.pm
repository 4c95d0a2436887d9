# SPDX-License-Identifier: GPL-3.0-or-later
# Peers.pm - run others who judge the same things, in the lab's root.

package Peers;

use strict;
use warnings;

use Exporter 'import';
use File::Temp 'tempdir';

our @EXPORT = qw($ENTER others peers_conf);

our $ENTER = "env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C chroot $ENV{LAB_CHROOT}";
my $LIMIT = 20;		# seconds until a peer is ended
my $JOBS = 6;
my $dir = tempdir(CLEANUP => 1);

# others(NAME, [LABEL, COMMAND, SECONDS?]...): run all, some at once, and give their output by LABEL.
sub others
{
	my ($name, @jobs) = @_;
	open my $out, '>', "$dir/$name.jobs" or die "$name.jobs: $!";
	print $out 'timeout -k 1 ', $_->[2] // $LIMIT, " $_->[1] </dev/null >$dir/$name-$_->[0] 2>&1\n" for @jobs;
	close $out or die "$name.jobs: $!";
	system "xargs -P $JOBS -d '\\n' -I{} sh -c '{} || :' <$dir/$name.jobs";
	return map { $_->[0] => slurp("$dir/$name-$_->[0]") } @jobs;
}

sub slurp
{
	my ($file) = @_;
	open my $in, '<:raw', $file or return '';
	local $/ = undef;
	return scalar(<$in>) // '';
}

# A configuration for unbound-host that starts from the lab's root; its path in that root.
sub peers_conf
{
	my ($name) = @_;
	open my $conf, '>', "$ENV{LAB_STATE}/$name" or die "$name: $!";
	print $conf <<"CONF";
server:
	trust-anchor-file: "$ENV{LAB_ANCHOR}"
	root-hints: "$ENV{LAB_STATE}/root.hints"
	do-ip6: no
	target-fetch-policy: "0 0 0 0 0"
CONF
	close $conf or die "$name: $!";
	return "$ENV{LAB_STATE}/$name";
}

1;

#!/usr/bin/perl
# SPDX-License-Identifier: GPL-3.0-or-later
# screenshots.pl - pictures of Icinga Web for docs/img: some minutes of the lab as the plugins found it.

use strict;
use warnings;
use Cwd 'abs_path';
use File::Copy 'copy';
use FindBin;
use lib $FindBin::Bin, "$FindBin::Bin/../func/lib";

if (!$ENV{LAB}) {
	$ENV{LAB_PACKAGES} = "$FindBin::Bin/packages";
	exec "$FindBin::Bin/../lab/lab.sh", abs_path($0) or die $!;
}

require Web;
require Watched;

my $IMAGES = "$FindBin::Bin/../../docs/img";
my $SERVICE = 'icingadb/service?host.name=mail-domains&name=mail-tls-watched.example';

# What happens to watched.example, and for how many seconds.
my @STORY = (
	[ 75, sub { } ],
	[ 50, sub { Watched::mx_down('mx2') } ],
	[ 60, sub { Watched::mx_up('mx2') } ],
	[ 45, sub { Watched::mx_up('mx1', 'nostarttls') } ],
	[ 50, sub { Watched::mx_up('mx1') } ],
);

my $web = Web->start(interval => 5);
for my $part (@STORY) {
	my ($seconds, $does) = @$part;
	$does->();
	sleep $seconds;
}
Watched::mx_down('mx2');
sleep 20;
$web->look(
	{ path => 'dashboard?pane=Mail TLS', texts => [ 'What changed' ], graphs => [ ('mail-tls-cf') x 6 ], width => 1500, height => 900, shot => "$ENV{LAB_STATE}/web/dashboard.png" },
	{ path => "$SERVICE&graph_range=300", texts => [ 'Performance Data' ], graphs => [ 'mail-tls-cf', 'mail-tls-steps' ], width => 1200, height => 830,
	    shot => "$ENV{LAB_STATE}/web/service.png" },
	{ path => "graphite/services?service.name=mail-tls-watched.example&graphs_limit=4&graph_range=300", graphs => [ map { "mail-tls-$_" } qw(cf steps mx-time mx-cf) ], width => 1200,
	    height => 1000, shot => "$ENV{LAB_STATE}/web/graphs.png" },
);
for my $name (qw(dashboard service graphs)) {
	copy("$ENV{LAB_STATE}/web/$name.png", "$IMAGES/icinga-$name.png") or die "$name: $!";
	print "docs/img/icinga-$name.png\n";
}

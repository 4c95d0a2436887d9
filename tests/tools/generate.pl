#!/usr/bin/perl
# SPDX-License-Identifier: GPL-3.0-or-later
# generate.pl [--check] [PLUGINS [TREE]] - write the files that follow from the plugins' --help, or
# from one another: what is below generate/, as the file list below says.
#
# PLUGINS is the directory of the plugins, TREE the source tree.  With --check nothing is
# written: the files that are not up to date are named, and the exit status is 1.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../func/lib", "$FindBin::Bin/generate";
use Completion;
use Director;
use Grafana;
use Icinga2;

my $check = @ARGV && $ARGV[0] eq '--check' ? shift : undef;
my ($plugins, $tree) = @ARGV;
$tree //= "$FindBin::Bin/../..";
$plugins //= "$tree/plugins";

sub content
{
	my ($name) = @_;
	open my $in, '<:raw', $name or return '';
	local $/ = undef;
	return scalar(<$in>) // '';
}

my $icinga2 = 'icinga-conf/icinga2/mail-tls';
my %file = (
	"$icinga2-commands.conf" => sub { Icinga2::commands($plugins) },
	'icinga-conf/director/mail-tls-basket.json' =>
	    sub { Director::basket($plugins, content("$tree/$icinga2-templates.conf"), content("$tree/$icinga2-notifications.conf")) },
	(map { my $source = $_; ("contrib/grafana/mail-tls-$source.json" => sub { Grafana::dashboard($source) }) } qw(influxdb graphite)),
	'contrib/completion/mailtls-plugins.bash' => sub { Completion::script($plugins, content("$FindBin::Bin/generate/completion.bash.in")) },
);

my $stale = 0;
for my $name (sort keys %file) {
	my $text = $file{$name}->();
	next if $text eq content("$tree/$name");
	if ($check) {
		print "$name is out of date: make generated\n";
		$stale = 1;
		next;
	}
	open my $out, '>:raw', "$tree/$name" or die "$name: $!\n";
	print $out $text;
	close $out or die "$name: $!\n";
	print "$name\n";
}
exit $stale;

#!/usr/bin/perl
# SPDX-License-Identifier: GPL-3.0-or-later
# tap.pl [-jN] TALLY TEST... - run TAP programs, show failures, and leave
# "PASSED FAILED" in the file TALLY.  A program that dies, or keeps not to its
# plan, counts as one failure more.

use strict;
use warnings;
use TAP::Harness;

# A script is run by what its first line names, even when its mode does not say so.
sub command
{
	my ($test) = @_;
	open(my $in, '<:raw', $test) or die "$test: $!\n";
	read($in, my $start, 128);
	return [$start =~ /^#!\s*(\S+)/ ? ($1, $test) : $test];
}

my $jobs = @ARGV && $ARGV[0] =~ /^-j(\d+)$/ ? (shift, $1)[1] : 1;
my $file = shift // die "usage: tap.pl [-jN] TALLY TEST...\n";
my ($passed, $failed) = (0, 0);
my @tests = grep { -f } @ARGV;

if (@tests) {
	my $harness = TAP::Harness->new({
		jobs => $jobs, failures => 1, comments => 0, timer => 1, errors => 1, color => 0,
		exec => sub { return command($_[1]) },
	});
	my $seen = $harness->runtests(@tests);
	($passed, $failed) = (scalar $seen->passed, scalar $seen->failed);
	for my $test ($seen->descriptions) {
		my ($parser) = $seen->parsers($test);
		$failed++ if $parser->failed == 0 && ($parser->parse_errors || $parser->exit);
	}
}
for my $test (grep { !-f } @ARGV) {
	print "$test is not there\n";
	$failed++;
}
open(my $out, '>', $file) or die "$file: $!\n";
print $out "$passed $failed\n";
close $out or die "$file: $!\n";
exit($failed || !$passed);

#!/usr/bin/perl
# SPDX-License-Identifier: GPL-3.0-or-later
# 90-readme.t - the samples in README.md are what the plugins print; numbers that measure aside.

use strict;
use warnings;
use Test::More;

my $BIN = $ENV{PLUGINS} || 'plugins';

# Times, days and the columns they stretch; dates, serials and sizes of what the lab makes anew.
sub plain
{
	my ($text) = @_;
	$text =~ s/\b\d+\.\d+s\b/#s/g;
	$text =~ s/\(\d+ms\)/(#ms)/g;
	$text =~ s/cert_days=-?[\d.]+/cert_days=#/g;
	$text =~ s/rrsig_days=-?[\d.]+/rrsig_days=#/g;
	$text =~ s/\b\d+(?:\.\d)? days\b/# days/g;
	$text =~ s/^\[\d{3}\.\d{3}\]/[#]/gm;
	$text =~ s/ms="\d+"/ms="#"/g;
	$text =~ s/, \d+ bytes?$/, # bytes/gm;
	$text =~ s/\b\d{4}-\d\d-\d\dT[\d:]+Z\b/#/g;
	$text =~ s/^(  serial: ).*/$1#/gm;
	$text =~ s/ {2,}/  /g;
	return $text;
}

open(my $in, '<', 'README.md') or die "README.md: $!\n";
my $readme = do { local $/; <$in> };
my $samples = 0;
while ($readme =~ /^    \$ plugins\/(.*)\n((?:    .*\n)+)/mg) {
	my ($command, $want) = ($1, $2);

	$want =~ s/^    //gm;

	is(plain(scalar qx($BIN/$command)), plain($want), $command);
	$samples++;
}
cmp_ok($samples, '>', 1, 'README.md has samples');
done_testing;

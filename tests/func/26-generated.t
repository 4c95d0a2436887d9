#!/usr/bin/perl
# SPDX-License-Identifier: GPL-3.0-or-later
# 26-generated.t - what is made from --help is up to date ("make generated"), and no option is missing there.

use strict;
use warnings;
use File::Temp 'tempdir';
use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;

my $BIN = $ENV{PLUGINS} || 'plugins';
my $TOP = "$FindBin::Bin/../..";
my $GENERATE = "$TOP/tests/tools/generate.pl";
my $COMMANDS = 'icinga-conf/icinga2/mail-tls-commands.conf';
my $dir = tempdir(CLEANUP => 1);

sub slurp
{
	my ($name) = @_;
	open my $in, '<', $name or return '';
	local $/ = undef;
	return scalar <$in>;
}

is(scalar qx($GENERATE --check $BIN 2>&1), '', 'all files are up to date');
is($?, 0, 'all files: exit 0');

# what would not be
system('cp', '-r', "$TOP/icinga-conf", $dir) == 0 or die;
open my $out, '>', "$dir/$COMMANDS" or die $!;
print $out slurp("$TOP/$COMMANDS") =~ s/--min-mx/--min-max/r;
close $out or die $!;
is(scalar qx($GENERATE --check $BIN $dir 2>&1), "$COMMANDS is out of date: make generated\n", 'a changed file is told');
is($? >> 8, 1, 'a changed file: exit 1');

# read another way than they are made: every option that a plugin takes is in its CheckCommand, and no other
my %in = slurp("$TOP/$COMMANDS") =~ /^object CheckCommand "(\w+)" \{\n(.*?)^\}\n/msg;
is_deeply([sort keys %in], [qw(dane mtasts mx_cf smtp_tls)], 'a command for each plugin');
for my $command (sort keys %in) {
	my @help = qx($BIN/check_$command --help) =~ /^  (-.*)$/mg;
	my @want = grep { !/^(help|version|authpass|domain|ssl)$/ } map { /--([a-z0-9-]+)/ } @help;
	my @got = $in{$command} =~ /^    "--([a-z0-9-]+)" = \{/mg;
	is_deeply([sort @got], [sort @want], "$command: an argument for every option");
	cmp_ok(scalar @got, '>', 40, "$command: options were found at all");
	my %takes = map { /--([a-z0-9-]+)(=?)/ } @help;
	my @wrong = grep { my $flag = $in{$command} !~ /^    "--\Q$_\E" = \{\n      value/m; $flag != ($takes{$_} ne '=') } @got;
	is_deeply(\@wrong, [], "$command: a value where one is taken");
}

done_testing;

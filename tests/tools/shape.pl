#!/usr/bin/perl
# SPDX-License-Identifier: GPL-3.0-or-later
# shape.pl - limits on how sources grow: files of 500 lines, functions of 80 (tables
# aside), lines of 120 columns (format.pl holds code to 100, but looks at neither tables
# nor comments), and a licence line on top.  Reads names on stdin.

use strict;
use warnings;

my ($COLUMNS, $FILE, $FUNCTION) = (120, 500, 80);
my $bad = 0;

sub complain
{
	print @_, "\n";
	$bad = 1;
}

sub columns
{
	my ($line) = @_;
	utf8::decode($line);
	1 while $line =~ s/^([^\t]*)\t/$1 . ' ' x (8 - length($1) % 8)/e;
	return length $line;
}

# A function starts at a '{' in the first column below a line that ends with ')'.
sub functions
{
	my ($name, @lines) = @_;
	my ($start, $what);

	for my $i (1 .. $#lines) {
		if (!defined $start && $lines[$i] eq '{' && $lines[$i - 1] =~ /\)$/) {
			$start = $i;
			my ($head) = grep { $lines[$_] =~ /^\w+\(/ } reverse($i > 5 ? $i - 5 : 0 .. $i);
			$what = defined $head ? $lines[$head] =~ s/\(.*//r : '?';
		} elsif (defined $start && $lines[$i] =~ /^\}/) {
			my $n = $i - $start - 1;
			complain "$name:$start: $what() has $n lines, over $FUNCTION" if $n > $FUNCTION;
			$start = undef;
		}
	}
}

while (my $name = <STDIN>) {
	chomp $name;
	open(my $in, '<', $name) or die "$name: $!\n";
	chomp(my @lines = <$in>);
	my $c = $name =~ /\.[ch]$/;

	complain "$name: no SPDX line among the first three" unless grep { defined &&
	    /SPDX-License-Identifier: GPL-3\.0-or-later/ } @lines[0 .. 2];
	complain "$name: ", scalar @lines, " lines, over $FILE"
	    if @lines > $FILE && $name =~ m{^(common|plugins)/};
	for my $i (0 .. $#lines) {
		complain "$name:", $i + 1, ": over $COLUMNS columns"
		    if $c && columns($lines[$i]) > $COLUMNS;
	}
	functions($name, @lines) if $name =~ m{^(common|plugins)/.*\.c$};
}
exit $bad;

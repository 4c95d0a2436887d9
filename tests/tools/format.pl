#!/usr/bin/perl
# SPDX-License-Identifier: GPL-3.0-or-later
# format.pl [--fix] FILE... - compare C files with what .clang-format asks for.
#
# clang-format knows neither columns set with tabs nor tables laid out by hand,
# and both stay ours: runs of blanks inside a line, comments behind code, and
# the bodies of enums and "= {" initialisers are not compared.  Where a statement
# that fits is broken into lines is its author's business, too, if the lines
# behind the first go 4 blanks further in, and so is a statement behind its case.
# Exit 1 and a diff when something differs; --fix changes the lines that do.

use strict;
use warnings;
use File::Temp;

my $COMMENT = qr{[ \t]+/\*(?:(?!\*/).)*\*/$};
my $MARK = '// clang-format ';
my $COLUMNS = 100;

sub lines
{
	my ($file) = @_;
	open(my $in, '<', $file) or die "$file: $!\n";
	return <$in>;
}

# The part of each line that is compared.
sub bare
{
	return map {
		my $line = $_;
		$line =~ s/(?<=\S)$COMMENT//;
		$line =~ s/("(?:[^"\\]|\\.)*")|(?<=\S)[ \t]+(?=\S)/$1 \/\/ ' '/ge;
		$line;
	} @_;
}

# The same lines, tables fenced off.
sub fenced
{
	my ($table, @out);

	for my $line (@_) {
		push @out, $line;
		if (!defined $table && $line =~ /^(\t*)(?:.* = \{[^;]*|enum \w+ \{)$/) {
			$table = $1;
			splice @out, -1, 0, "$MARK" . "off\n";
		} elsif (defined $table && $line =~ /^$table\}|\};$/) {
			$table = undef;
			push @out, $MARK . "on\n";
		}
	}
	return @out;
}

sub temporary
{
	my $file = File::Temp->new;
	print $file @_;
	close $file;
	return $file;
}

sub formatted
{
	my ($name, @lines) = @_;
	my $in = temporary(fenced(@lines));
	return grep { !/^\s*$MARK/ } qx(clang-format --assume-filename=$name <$in);
}

sub width
{
	my ($line) = @_;
	chomp $line;
	1 while $line =~ s/^([^\t]*)\t/$1 . ' ' x (8 - length($1) % 8)/e;
	return length $line;
}

# The same statement, only broken into lines elsewhere.
sub author_decides
{
	my ($old, $want) = @_;
	my @text = map { join('', @$_) =~ s/\s+//gr } $old, $want;

	return 0 if $text[0] ne $text[1] || grep { width($_) > $COLUMNS } @$old;
	return !(grep { !/^\t* {4}/ } @$old[1 .. $#$old], @$want[1 .. $#$want]) ||
	    !(grep { !/^\t*(case .*|default):/ } @$want);
}

# How the lines of two files differ: [old lines from, n, new lines from, n], counted from 0.
sub hunks
{
	my ($old, $new) = @_;
	my ($a, $b) = (temporary(@$old), temporary(@$new));

	return map {
		/^(\d+)(?:,(\d+))?([acd])(\d+)(?:,(\d+))?$/ or next;
		my ($from, $to, $first, $last) = ($1, $2 // $1, $4, $5 // $4);
		$3 eq 'a' ? [$from, 0, $first - 1, $last - $first + 1] :
		$3 eq 'd' ? [$from - 1, $to - $from + 1, $first, 0] :
		    [$from - 1, $to - $from + 1, $first - 1, $last - $first + 1];
	} grep { /^\d/ } qx(diff $a $b);
}

my $fixing = @ARGV && $ARGV[0] eq '--fix' && shift;
my $bad = 0;
for my $name (@ARGV) {
	my @old = lines($name);
	my @seen = bare(@old);
	my @new = formatted($name, @seen);
	my @fixed = @old;

	for my $hunk (reverse hunks(\@seen, \@new)) {
		my ($from, $n, $first, $m) = @$hunk;
		my @had = @old[$from .. $from + $n - 1];
		my @want = @new[$first .. $first + $m - 1];

		next if author_decides([bare(@had)], \@want);
		my $comments = join '', map { /(?<=\S)($COMMENT)/ ? $1 : () } @had;
		$want[-1] =~ s/\n/$comments\n/ if @want;
		splice @fixed, $from, $n, @want;
	}
	next if "@fixed" eq "@old";
	if ($fixing) {
		open(my $out, '>', $name) or die "$name: $!\n";
		print $out @fixed;
		close $out or die "$name: $!\n";
	} else {
		my ($is, $should) = (temporary(@old), temporary(@fixed));
		print qx(diff -u --label $name --label "$name as it should be" $is $should);
		$bad = 1;
	}
}
exit $bad;

#!/usr/bin/perl
# SPDX-License-Identifier: GPL-3.0-or-later
# format.pl [--fix] FILE... - compare C files with what .clang-format asks for.
#
# clang-format knows neither columns set with tabs nor tables laid out by hand,
# and both stay ours: runs of blanks inside a line, comments behind code, and
# the bodies of enums and "= {" initialisers are not compared.  Exit 1 and a diff
# when something differs; --fix changes the lines that do.

use strict;
use warnings;
use File::Temp;

my $COMMENT = qr{[ \t]+/\*(?:(?!\*/).)*\*/$};
my $MARK = '// clang-format ';

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
		1 while $line =~ s/(\S)(?:\t[ \t]*| [ \t]+)(\S)/$1 $2/;
		$line;
	} @_;
}

# The same lines, tables fenced off.
sub fenced
{
	my ($table, @out);

	for my $line (@_) {
		push @out, $line;
		if (!defined $table && $line =~ /^(\t*)(?:.* = \{|(?:typedef )?enum \w* ?\{)$/) {
			$table = $1;
			splice @out, -1, 0, "$MARK" . "off\n";
		} elsif (defined $table && $line =~ /^$table\}/) {
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

# Put the lines that differ in place, each hunk with its comments at the end.
sub fix
{
	my ($name, $old, $new, $hunks) = @_;

	for my $hunk (reverse @$hunks) {
		my ($from, $to, $kind, $first, $last) = @$hunk;
		my @want = $kind eq 'd' ? () : @$new[$first - 1 .. $last - 1];
		my @had = $kind eq 'a' ? () : @$old[$from - 1 .. $to - 1];
		my $comments = join '', map { /(?<=\S)($COMMENT)/ ? $1 : () } @had;
		$want[-1] =~ s/\n/$comments\n/ if @want;
		splice @$old, $kind eq 'a' ? $from : $from - 1, scalar @had, @want;
	}
	open(my $out, '>', $name) or die "$name: $!\n";
	print $out @$old;
	close $out or die "$name: $!\n";
}

my $fixing = @ARGV && $ARGV[0] eq '--fix' && shift;
my $bad = 0;
for my $name (@ARGV) {
	my @old = lines($name);
	my @seen = bare(@old);
	my @want = formatted($name, @seen);
	my ($seen, $want) = (temporary(@seen), temporary(@want));

	if ($fixing) {
		my @hunks = map { /^(\d+)(?:,(\d+))?([acd])(\d+)(?:,(\d+))?$/
		    ? [$1, $2 // $1, $3, $4, $5 // $4] : () } qx(diff $seen $want);
		fix($name, \@old, \@want, \@hunks) if @hunks;
		next;
	}
	print qx(diff -u --label $name --label "$name as it should be" $seen $want);
	$bad = 1 if $? != 0;
}
exit $bad;

# SPDX-License-Identifier: GPL-3.0-or-later
# Completion.pm - bash's completion of options and their values.
#
# Values are what a plugin itself names when it is given a wrong one.

package Completion;

use strict;
use warnings;

use Options;

my $WRONG = '@@';
my $MISSING = '/nonexistent/ca.pem';	# ends every run before it begins

# The words after "is not" or "is neither" in a plugin's complaint of an option, as far as --help names them.
sub words
{
	my ($dir, $plugin, $option, $help) = @_;
	my $said = qx($dir/$plugin '--$option->{name}=$WRONG' -H x --ca-file=$MISSING);
	my ($list) = $said =~ / --\Q$option->{name}\E: "\Q$WRONG\E" is (?:not one of|not|neither) (.*?) \(see / or return;
	my @words = split / nor some of |, | or /, $list;
	return if @words < 2 || grep { !/^[\w.,]+$/ } @words;
	return grep { $help =~ /(?<![\w-])\Q$_\E(?![\w-])/ } @words;
}

# Words, or "@file", "@directory", "@severity", or "" for nothing that could be told.
sub values_of
{
	my ($dir, $plugin, $option, $help) = @_;
	return '@severity' if $option->{name} eq 'severity';
	return '@directory' if $option->{arg} eq 'DIR';
	return '@file' if $option->{arg} =~ /FILE/ && $option->{name} ne 'extra-opts';
	return join ' ', words($dir, $plugin, $option, $help);
}

sub wrapped
{
	my ($text) = @_;
	return $text =~ s/(.{60,90}) (?=.)/$1\n\t\t    /gr;
}

# "check_dane | check_mx_cf) echo '...' ;;" for what some of them have in common
sub cases
{
	my (%of) = @_;	# pattern to text
	my %patterns;
	push @{ $patterns{ $of{$_} } }, $_ for grep { $of{$_} ne '' } sort keys %of;
	return join '', map { "\t" . join(' | ', @{ $patterns{$_} }) . ")\n\t\techo '@{[wrapped($_)]}' ;;\n" }
	    sort { $patterns{$a}[0] cmp $patterns{$b}[0] } keys %patterns;
}

sub script
{
	my ($dir, $template) = @_;
	my (%options, %short, %keys, %values);
	for my $plugin (plugins()) {
		my $help = qx($dir/$plugin --help);
		my @options = options($dir, $plugin);
		$options{$plugin} = join ' ', map { "--$_->{name}" . (defined $_->{arg} ? '=' : '') } @options;
		$short{"-$_->{short}"} = "--$_->{name}" for grep { defined $_->{short} && defined $_->{arg} } @options;
		my ($keys) = $help =~ /^Keys of --severity.*?\n(.*?)\n\n/ms;
		$keys{$plugin} = join ' ', $keys =~ /^  (\S+) \(/mg;
		$values{ $_->{name} }{$plugin} = values_of($dir, $plugin, $_, $help) for grep { defined $_->{arg} } @options;
	}
	my %by_option;
	for my $name (keys %values) {
		my %different = map { $_ => 1 } values %{ $values{$name} };
		if (keys %different == 1) {
			$by_option{"*--$name"} = (keys %different)[0];
		} else {
			$by_option{"$_--$name"} = $values{$name}{$_} for keys %{ $values{$name} };
		}
	}
	my %table = (OPTIONS => cases(%options), SHORT => cases(%short), KEYS => cases(%keys), VALUES => cases(%by_option));
	return $template =~ s/^\t\@(\w+)\@\n/$table{$1}/mgr;
}

1;

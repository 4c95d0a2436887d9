# SPDX-License-Identifier: GPL-3.0-or-later
# Options.pm - what --help of a plugin tells of its options, for what is made from it.

package Options;

use strict;
use warnings;

use Exporter 'import';

our @EXPORT = qw(plugins command_name variable macro options arguments);

# What is no argument of a check: they end the run, or (a password) must not be in a command line.
my %NEVER = map { $_ => 1 } qw(help version authpass);

sub plugins
{
	return qw(check_smtp_tls check_mx_cf check_dane check_mtasts);
}

sub command_name
{
	my ($plugin) = @_;
	return $plugin =~ s/^check_//r;
}

sub variable
{
	my ($command, $name) = @_;
	return "${command}_" . $name =~ tr/-/_/r;
}

sub macro
{
	my ($command, $name) = @_;
	return '$' . variable($command, $name) . '$';
}

# Hashes with name, short, arg, help and group; and same (the name of the option that it is another name of),
# repeatable, required, unless (the option that makes a required one needless).
sub options
{
	my ($dir, $plugin) = @_;
	my $text = qx($dir/$plugin --help) // '';
	my ($group, @options);

	for (split /\n/, $text) {
		last if /^Keys of --severity/;
		if (/^(\S.*):$/) {
			$group = $1;
		} elsif (/^  (?:-(\S), )?--([a-z0-9-]+)(?:=(.*))?$/) {
			push @options, { short => $1, name => $2, arg => $3, help => '', group => $group };
		} elsif (@options && /^        (.*)$/) {
			$options[-1]{help} .= ($options[-1]{help} eq '' ? '' : ' ') . $1;
		}
	}
	die "$dir/$plugin --help tells of no options\n" if !@options;
	for (@options) {
		$_->{same} = $1 if $_->{help} =~ /^the same as --([a-z0-9-]+)$/;
		$_->{repeatable} = $_->{help} =~ /; repeatable\b/;
		next if $_->{help} !~ /; required(?: but for --([a-z0-9-]+))?$/;
		my $name = $_->{name};
		my ($instead) = grep { $_->{help} =~ /\binstead of --$name\b/ } @options;
		$_->{required} = 1;
		$_->{unless} = $1 // ($instead && $instead->{name});
	}
	return @options;
}

# Those that a monitoring system's command has.
sub arguments
{
	my ($dir, $plugin) = @_;
	return grep { !$NEVER{ $_->{name} } && !defined $_->{same} } options($dir, $plugin);
}

1;

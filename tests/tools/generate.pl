#!/usr/bin/perl
# SPDX-License-Identifier: GPL-3.0-or-later
# generate.pl [--check] [PLUGINS [TREE]] - write the files that follow from the plugins' --help.
#
# PLUGINS is the directory of the plugins, TREE the source tree.  With --check nothing is
# written: the files that are not up to date are named, and the exit status is 1.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../func/lib";
use Options;

my %file = (
	'icinga-conf/icinga2/mail-tls-commands.conf' => \&icinga2,
);

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

my $stale = 0;
for my $name (sort keys %file) {
	my $text = $file{$name}->();
	next if $text eq content("$tree/$name");
	if ($check) {
		print "$name is not what --help says: make generated\n";
		$stale = 1;
		next;
	}
	open my $out, '>:raw', "$tree/$name" or die "$name: $!\n";
	print $out $text;
	close $out or die "$name: $!\n";
	print "$name\n";
}
exit $stale;

# --- Icinga 2

# A string of the configuration language.
sub text
{
	my ($s) = @_;
	return '"' . $s =~ s/(["\\])/\\$1/gr . '"';
}

sub macro
{
	my ($command, $name) = @_;
	return '$' . variable($command, $name) . '$';
}

# One argument of a CheckCommand, as lines.
sub icinga_argument
{
	my ($command, $option) = @_;
	my $variable = text(macro($command, $option->{name}));
	my @lines;

	if ($option->{name} eq 'verbose') {
		push @lines, "set_if = $variable", 'skip_key = true',
		    "value = {{ [ \"-v\", \"-vv\", \"-vvv\" ][number(macro($variable)) - 1] }}";
	} elsif (!defined $option->{arg}) {
		push @lines, "set_if = $variable";
	} else {
		push @lines, "value = $variable";
	}
	push @lines, 'required = true', 'order = -1' if $option->{required};
	push @lines, "set_if = {{ !macro(@{[text(macro($command, $option->{unless}))]}) }}" if defined $option->{unless};
	push @lines, 'repeat_key = true' if $option->{repeatable};
	push @lines, 'separator = "="' if $option->{name} eq 'extra-opts';
	push @lines, 'description = ' . text($option->{help});
	return join "\n", "    \"--$option->{name}\" = {", (map { "      $_" } @lines), '    }';
}

sub icinga2
{
	my $out = <<'END';
/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * mail-tls-commands.conf - a CheckCommand for each plugin, with all its options.
 *
 * Made from the plugins' --help by "make generated": changes belong into templates and
 * services.  The variable of an option is the command's name and its own: --min-mx of
 * check_mx_cf is mx_cf_min_mx.  Options without a value are true or false, "repeatable"
 * ones take an array, *_verbose takes 1 to 3.
 *
 * Not here: --help, --version, second names of an option, and --authpass, which would stand
 * in the list of processes for all to see: passwords go into a file, by *_extra_opts.
 */
END
	for my $plugin (plugins()) {
		my $command = command_name($plugin);
		$out .= "\nobject CheckCommand \"$command\" {\n" .
		    "  command = [ PluginContribDir + \"/$plugin\" ]\n" .
		    "  timeout = 1m\n\n  arguments = {\n" .
		    join("\n", map { icinga_argument($command, $_) } arguments($plugins, $plugin)) .
		    "\n  }\n}\n";
	}
	return $out;
}

# SPDX-License-Identifier: GPL-3.0-or-later
# Icinga2.pm - the CheckCommands of Icinga 2.

package Icinga2;

use strict;
use warnings;

use Options;

# A string of the configuration language.
sub text
{
	my ($s) = @_;
	return '"' . $s =~ s/(["\\])/\\$1/gr . '"';
}

# One argument of a CheckCommand.
sub argument
{
	my ($command, $option) = @_;
	my $macro = text(macro($command, $option->{name}));
	my @lines;

	if ($option->{name} eq 'verbose') {
		push @lines, "set_if = $macro", 'skip_key = true', "value = {{ [ \"-v\", \"-vv\", \"-vvv\" ][number(macro($macro)) - 1] }}";
	} elsif (!defined $option->{arg}) {
		push @lines, "set_if = $macro";
	} else {
		push @lines, "value = $macro";
	}
	push @lines, 'required = true', 'order = -1' if $option->{required};
	push @lines, "set_if = {{ !macro(@{[text(macro($command, $option->{unless}))]}) }}" if defined $option->{unless};
	push @lines, 'repeat_key = true' if $option->{repeatable};
	push @lines, 'separator = "="' if $option->{name} eq 'extra-opts';
	push @lines, 'description = ' . text($option->{help});
	return join "\n", "    \"--$option->{name}\" = {", (map { "      $_" } @lines), '    }';
}

my $HEAD = <<'END';
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

sub commands
{
	my ($plugins) = @_;
	my $out = $HEAD;
	for my $plugin (plugins()) {
		my $command = command_name($plugin);
		$out .= "\nobject CheckCommand \"$command\" {\n" .
		    "  command = [ PluginContribDir + \"/$plugin\" ]\n" .
		    "  timeout = 1m\n\n  arguments = {\n" .
		    join("\n", map { argument($command, $_) } arguments($plugins, $plugin)) .
		    "\n  }\n}\n";
	}
	return $out;
}

1;

#!/usr/bin/perl
# SPDX-License-Identifier: GPL-3.0-or-later
# 80-help.t - --help and man page know the same options, severity keys and defaults; nothing else does.

use strict;
use warnings;
use FindBin;
use Test::More;

my $BIN = $ENV{PLUGINS} || 'plugins';
my $TOP = "$FindBin::Bin/../..";
my $COLUMNS = 80;

# Options that only one of the plugins has.
my %OWN = (
	check_dane => [qw(algorithms chain no-mx require tlsa)],
	check_mx_cf => [qw(batch explain host-limit host-name ignore-unreachable jobs min-mx mtasts mx-host mx-limit
	    no-dane no-ignore-unreachable no-mtasts quick service total)],
	check_mtasts => [qw(expect-id expect-mode lint mx policy-file tlsrpt tlsrpt-txt txt)],
	check_smtp_tls => [qw(rcpt require-tls)],
);

sub help_of
{
	my ($plugin, @args) = @_;
	my $out = qx($BIN/$plugin @args 2>&1);
	return ($out, $? >> 8);
}

# "-p, --port=PORT" of every option, "cf (by thresholds)" of every key
sub in_help
{
	my ($text) = @_;
	my ($options, $keys) = split /^Keys of --severity.*\n/m, $text;
	$keys =~ s/\n\n.*//s;
	return ([$options =~ /^  (-.*)$/mg], [$keys =~ /^  (\S.*)$/mg]);
}

sub page_of
{
	my ($plugin) = @_;
	open my $in, '<', "$TOP/plugins/$plugin.8" or die "$plugin.8: $!";
	local $/ = undef;
	return scalar <$in>;
}

sub in_page
{
	my ($text) = @_;
	my (@options, @keys);

	for (split /\n/, $text) {
		if (/^\.It ((?:Fl \S+ , )?Fl -.*)$/) {
			my $option = $1;
			$option =~ s/ Ns = Ns Ar /=/;
			$option =~ s/ ,/,/g;
			$option =~ s/Fl /-/g;
			push @options, $option;
		}
		push @keys, "$1 ($2)" if /^\.It Cm (\S+) Pq (.*)$/;
	}
	return (\@options, \@keys);
}

sub long_names
{
	return sort map { /--([a-z0-9-]+)/ } @_;
}

my %options;
for my $plugin (sort keys %OWN) {
	my ($help, $exit) = help_of($plugin, '--help');
	my $page = page_of($plugin);
	my ($options, $keys) = in_help($help);
	my ($page_options, $page_keys) = in_page($page);

	is $exit, 3, "$plugin --help exits 3";
	is_deeply [sort @$page_options], [sort @$options], "$plugin: the same options in man page and --help";
	is_deeply [sort @$page_keys], [sort @$keys], "$plugin: the same keys and defaults in both";
	cmp_ok scalar @$options, '>', 40, "$plugin: options were found at all";
	cmp_ok scalar @$keys, '>', 15, "$plugin: keys were found at all";
	is_deeply [grep { length > $COLUMNS } split /\n/, $help], [], "$plugin --help fits into $COLUMNS columns";
	unlike $help, qr/[^\x20-\x7e\n]|[ \t]$|\n\n\n/m, "$plugin --help is plain and tidy";

	# every option and key is one that the plugin takes
	for my $option (@$options) {
		my ($name, $arg) = $option =~ /(--[a-z0-9-]+)(=?)/;
		my ($said) = help_of($plugin, $name . ($arg ? '=' : '=x'));
		# that one may go without a value, but not be shortened
		($said) = help_of($plugin, '--extra-opt=x') if $name eq '--extra-opts';
		like $said, $name eq '--extra-opts' ? qr/$name must be written in full/ : $arg ? qr/$name needs / : qr/$name takes no value/, "$plugin knows $name";
	}
	for my $key (map { /^(\S+)/ } @$keys) {
		my ($said) = help_of($plugin, "--severity=$key=ok");
		like $said, qr/--hostname is required/, "$plugin takes --severity=$key=ok";
	}
	# every option of an example is one that it takes
	my ($examples) = $help =~ /^Examples:\n(.*)/ms;
	for my $line (split /\n/, $examples) {
		$line =~ s/^\s*$plugin //;
		my ($said) = help_of($plugin, "'-p' 0 $line");
		like $said, qr/--port: "0"/, "$plugin example: $line";
		like $page, qr/^\.Dl $plugin \Q$line\E$/m, "$plugin.8 has the same example";
	}
	$options{$plugin} = [long_names(@$options)];
}

# docs/alerts.md: a row for each key, with the defaults of each plugin
my %letter = (ok => '-', warning => 'W', critical => 'C', unknown => 'U', 'by thresholds' => 'T');
my %row;
open my $alerts, '<', "$TOP/docs/alerts.md" or die "alerts.md: $!";
while (<$alerts>) {
	$row{$1} = $2 if /^\| `([a-z-]+)` \| ((?:[CWUT-]? *\| ){3}[CWUT-]?) *\| [^|]{3,} \| [^|]{3,} \|$/;
}
close $alerts;
my %want;
my @COLUMNS = qw(check_mx_cf check_smtp_tls check_dane check_mtasts);
for my $i (0 .. $#COLUMNS) {
	my (undef, $keys) = in_help((help_of($COLUMNS[$i], '--help'))[0]);
	/^(\S+) \((.*)\)$/ and ($want{$1} //= ['', '', '', ''])->[$i] = $letter{$2} for @$keys;
}
$_ = join '', map { "[$_]" } @$_ for values %want;
$_ = join '', map { '[' . s/ //gr . ']' } split /\|/, $_, -1 for values %row;
is_deeply \%row, \%want, 'docs/alerts.md has every key, and its defaults';

for my $plugin (sort keys %OWN) {
	my %theirs = map { $_ => 1 } map { @{ $options{$_} } } grep { $_ ne $plugin } keys %OWN;
	is_deeply [grep { !$theirs{$_} } @{ $options{$plugin} }], $OWN{$plugin},
	    "$plugin: options of its own";
	my ($version, $exit) = help_of($plugin, '-V');
	is $exit, 3, "$plugin -V exits 3";
	like $version, qr/^$plugin v\d+\.\d+\.\d+ \(mailtls-plugins \d+\.\d+\.\d+\)\n\z/, "$plugin -V";
}

done_testing;

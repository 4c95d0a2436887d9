#!/usr/bin/perl
# SPDX-License-Identifier: GPL-3.0-or-later
# 26-generated.t - what is made from --help is up to date ("make generated"), and no option is missing there.

use strict;
use warnings;
use File::Temp 'tempdir';
use FindBin;
use JSON::PP;
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

# --- the basket: the same commands, and nothing that it does not bring along

my $basket = decode_json(slurp("$TOP/icinga-conf/director/mail-tls-basket.json"));

# An argument of Icinga 2 as Director must have it.
sub director
{
	my ($name, $text) = @_;
	my %is = $text =~ /^      (\w+) = (.*)$/mg;
	for (values %is) {
		s/\\(.)/$1/g if s/^"(.*)"$/$1/;
		$_ = JSON::PP::true if $_ eq 'true';
	}
	$is{value} = { type => 'Function', body => $1 } if ($is{value} // '') =~ /^\{\{ (.*) \}\}$/;
	@is{qw(set_if set_if_format)} = ($1, 'expression') if ($is{set_if} // '') =~ /^\{\{ (.*) \}\}$/;
	return \%is if !delete $is{separator};	# which it does not know
	delete $is{repeat_key};
	return { %is, set_if => $is{value}, skip_key => JSON::PP::true, value => "--$name=$is{value}" };
}

my %variables;
for my $command (sort keys %in) {
	my $got = $basket->{Command}{$command};
	is($got->{command}, "PluginContribDir + /check_$command", "Director, $command: the plugin");
	my %want;
	$want{"--$1"} = director($1, $2) while $in{$command} =~ /^    "--([a-z0-9-]+)" = \{\n(.*?)^    \}/msg;
	is_deeply($got->{arguments}, \%want, "Director, $command: arguments as in Icinga 2");
	my @fields = map { $basket->{Datafield}{ $_->{datafield_id} }{varname} } @{ $got->{fields} };
	is_deeply([sort @fields], [sort map { "${command}_" . tr/-/_/r } map { s/^--//r } keys %want], "Director, $command: a field for each");
	@variables{@fields} = ();
}

my %there = (dummy => 1, map { %$_ } @$basket{qw(Command ExternalCommand HostTemplate ServiceTemplate NotificationTemplate
    ServiceGroup UserGroup DatafieldCategory)});
my @missing;
sub look
{
	my ($what) = @_;
	return map { look($_) } @$what if ref $what eq 'ARRAY';
	return if ref $what ne 'HASH';
	for my $key (qw(imports check_command groups user_groups category)) {
		next if !defined $what->{$key};
		push @missing, grep { !$there{$_} } ref $what->{$key} ? @{ $what->{$key} } : $what->{$key};
	}
	push @missing, "field $what->{datafield_id}" if defined $what->{datafield_id} && !$basket->{Datafield}{ $what->{datafield_id} };
	push @missing, "command of $what->{object_name}" if ($what->{object_name} // '') eq 'mail-tls-notification' && !$there{ $what->{command} };
	look($_) for values %$what;
	return;
}
look($basket);
is_deeply(\@missing, [], 'Director: all that it refers to is in the basket');
my @wrong = grep { my $type = $_; grep { $_ ne ($basket->{$type}{$_}{object_name} // $basket->{$type}{$_}{category_name}) }
    keys %{ $basket->{$type} } } grep { $_ ne 'Datafield' } keys %$basket;
is_deeply(\@wrong, [], 'Director: keys are names');
my ($set) = $basket->{ServiceSet}{'Mail TLS'};
is_deeply($set->{services}{'mail-tls'}{imports}, ['mail-tls-domain'], 'Director: a set with the check of a domain');
is($basket->{ServiceTemplate}{'mail-tls-domain'}{vars}{mx_cf_hostname}, '$mail_domain$', 'Director: whose domain the host names');

done_testing;

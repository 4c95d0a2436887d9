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

sub write_file
{
	my ($name, $text) = @_;
	open my $out, '>', $name or die "$name: $!";
	print $out $text;
	close $out or die "$name: $!";
	return;
}

is(scalar qx($GENERATE --check $BIN 2>&1), '', 'all files are up to date');
is($?, 0, 'all files: exit 0');

# what would not be
system('cp', '-r', "$TOP/icinga-conf", "$TOP/contrib", $dir) == 0 or die;
write_file("$dir/$COMMANDS", slurp("$TOP/$COMMANDS") =~ s/--min-mx/--min-max/r);
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
	return { %is, skip_key => JSON::PP::true, value => "--$name=$is{value}" };
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

# --- completion, by a bash on a terminal: the plugins are functions that print their words

# What the plugins got of lines that each end with the tabulator.
my $PTY = <<'END';
import os, pty, re, select, sys
pid, fd = pty.fork()
if pid == 0: os.execvp('bash', ['bash', '--norc', '--noprofile', '-i'])
seen = b''
for line in sys.stdin.read().split('\n'):
    os.write(fd, line.encode() + b'\n')
while b'END OF ALL\r' not in seen and select.select([fd], [], [], 60)[0]:
    seen += os.read(fd, 65536)
os.close(fd)
os.waitpid(pid, 0)
for got in re.findall(rb'^GOT (.*?)\r', seen, re.M): print(got.decode())
END

my @COMPLETED = (
	['--forma', '<--format=>'],
	['--format=js', '<--format=json>'],
	['--format js', '<--format><json>'],
	['--severity=cert-un', '<--severity=cert-untrusted=>'],
	['--severity=cert-name=w', '<--severity=cert-name=warning>'],
	['--severity cf=cri', '<--severity><cf=critical>'],
	['-D 14,3 --dnssec=o', '<-D><14,3><--dnssec=off>'],
	['-A L', '<-A><LOGIN>'],
	['--quic', '<--quick>'],
	['--batch=tests/func/lib/Opt', '<--batch=tests/func/lib/Options.pm>'],
	['--batch tests/func/lib/Opt', '<--batch><tests/func/lib/Options.pm>'],
	['--ca-path=tests/func/li', '<--ca-path=tests/func/lib/>'],
	['-H exam', '<-H><exam>'],
	['--hostname=exam', '<--hostname=exam>'],
	['--algorith', '<--algorith>'],
);
write_file("$dir/lines", join "\n", "cd $TOP", 'bind "set enable-bracketed-paste off"', 'bind "set bell-style none"',
    'check_mx_cf() { printf "GOT "; printf "<%s>" "$@"; echo; }', ". $TOP/contrib/completion/mailtls-plugins.bash",
    (map { "check_mx_cf $_->[0]\t" } @COMPLETED), 'COMP_WORDBREAKS=${COMP_WORDBREAKS//=}', "check_mx_cf --format=js\t",
    "check_mx_cf --severity=cert-name=w\t", 'echo END OF "ALL"', 'exit');
write_file("$dir/terminal.py", $PTY);
my @got = split /\n/, qx(/usr/bin/python3 $dir/terminal.py <$dir/lines);
for (@COMPLETED, ['--format=js, "=" breaks no words', '<--format=json>'], ['--severity=, too', '<--severity=cert-name=warning>']) {
	is(shift @got, $_->[1], "completed: $_->[0]");
}

# each option is completed, and each word of a value is one that the plugin takes
for my $plugin (map { "check_$_" } sort keys %in) {
	my $ask = sub { my @said = split ' ', qx(bash -c '. $TOP/contrib/completion/mailtls-plugins.bash 2>/dev/null; $_[0]'); return @said };
	my %takes = qx($BIN/$plugin --help) =~ /^  (?:-., )?--([a-z0-9-]+)(=?)/mg;
	is_deeply([sort $ask->("_mailtls_options $plugin")], [sort map { "--$_$takes{$_}" } keys %takes], "$plugin: all options are completed");
	my %values = map { ($_ => [$ask->("_mailtls_values $plugin --$_")]) } qw(format dnssec match stop-after progress);
	my @runs = map { my $option = $_; map { "--$option=$_" } @{ $values{$option} } } sort keys %values;
	my @keys = $ask->("_mailtls_keys $plugin");
	cmp_ok(scalar @$_, '>', 2, "$plugin: values were found at all") for values %values, \@keys;
	push @runs, join ' ', map { "--severity=$_=ok" } @keys;
	my @refused = grep { qx($BIN/$plugin $_ -H x --ca-file=/nonexistent) !~ /nonexistent|need --batch|needs --for-domain/ } @runs;
	is_deeply(\@refused, [], "$plugin: takes them");
}

done_testing;

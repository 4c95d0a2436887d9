#!/usr/bin/perl
# SPDX-License-Identifier: GPL-3.0-or-later
# 29-thresholds.t - thresholds are the same wherever they stand: what the plugins print without options, and all that is
# shipped for monitoring systems.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use JSON::PP;
use Lab;
use Plugin;
use Test::More;

my $TOP = "$FindBin::Bin/../..";
my $CONF = "$TOP/icinga-conf";

# template, its command, a target in the lab, the value that -w and -c look at, and the one of -D
my @CHECKS = (
	['mail-tls-domain', 'mx_cf', 'good.example', 'cf', 'cert_days'],
	['mail-tls-dane', 'dane', 'danedual.example', 'rrsig_days', 'cert_days'],
	['mail-tls-mtasts', 'mtasts', 'sts-day.example', 'max_age', 'policy_cert_days'],
	['mail-tls-server', 'smtp_tls', 'mx.good.example', undef, 'cert_days'],
);

# "90:", "64:", "14,3" as the plugin prints them with its performance data
sub printed
{
	my ($command, $target, $value, $days) = @_;
	my $out = run("check_$command", '-H', $target)->{out};
	my %limits = $out =~ /(\w+)=[-\d.]+\w*;([^ ;\n]*;[^ ;\n]*)/g;
	my ($warn, $crit) = defined $value ? split(/;/, $limits{$value}) : (undef, undef);
	my @days = map { s/:$//r } split /;/, $limits{$days};
	return { warning => $warn, critical => $crit, certificate => join(',', @days) };
}

sub icinga
{
	my ($template, $command) = @_;
	my ($body) = slurp_file("$CONF/icinga2/mail-tls-templates.conf") =~ /^template Service "$template" \{\n(.*?)^\}/ms;
	my %got = $body =~ /^  vars\.${command}_(warning|critical|certificate) = "(.*)"$/mg;
	return { warning => undef, critical => undef, %got };
}

sub director
{
	my ($template, $command) = @_;
	my $vars = decode_json(slurp_file("$CONF/director/mail-tls-basket.json"))->{ServiceTemplate}{$template}{vars};
	return { map { ($_ => $vars->{"${command}_$_"}) } qw(warning critical certificate) };
}

sub nagios
{
	my ($template) = @_;
	my ($body) = slurp_file("$CONF/nagios/mail-tls-templates.cfg") =~ /^define service \{\n(    name +$template\n.*?)^\}/ms;
	my ($all) = slurp_file("$CONF/nagios/mail-tls-templates.cfg") =~ /^define service \{\n(    name +mail-tls-service\n.*?)^\}/ms;
	my %got = map { lc } ($all . $body) =~ /^    _(WARNING|CRITICAL|CERTIFICATE) +(\S+)$/mg;
	return { warning => undef, critical => undef, %got };
}

# Of a command line: -w, -c, -D.
sub of_options
{
	my ($text) = @_;
	my %name = (w => 'warning', c => 'critical', D => 'certificate');
	my %got = map { $name{$_} // $_ } $text =~ /-([wcD]) (\S+)/g;
	return { warning => undef, critical => undef, %got };
}

sub nrpe
{
	my ($template, $command) = @_;
	my ($line) = slurp_file("$CONF/nagios/nrpe.d/mail-tls.cfg") =~ /^command\[.*(check_$command .*)/m;
	return of_options($line);
}

my %want;
for (@CHECKS) {
	my ($template, $command, @how) = @$_;
	my $want = $want{$command} = printed($command, @how);
	like($want->{certificate}, qr/^\d+,\d+$/, "$command prints the days of -D");
	like("$want->{warning} $want->{critical}", qr/^\d+: \d+:$/, "$command prints -w and -c") if defined $how[1];
	is_deeply(icinga($template, $command), $want, "$command: Icinga 2");
	is_deeply(director($template, $command), $want, "$command: Director");
	is_deeply(nagios($template), $want, "$command: Nagios");
	is_deeply(nrpe($template, $command), $want, "$command: NRPE");
}

my $cf = $want{mx_cf};
for my $name ('contrib/batch/batch.conf', 'contrib/README.md', 'contrib/batch/mailtls-batch') {
	my @lines = grep { /-w \S+ -c/ } split /\n/, slurp_file("$TOP/$name");
	ok(scalar @lines, "$name has thresholds");
	for (@lines) {
		my $got = of_options($_);
		is_deeply([@$got{qw(warning critical)}], [@$cf{qw(warning critical)}], "$name: $_");
	}
}

# --- graphs: lines of thresholds, and the bands of the factor

my @BANDS = map { /^\| (?:\d+-)?(\d+) \|/ ? $1 + 1 : () } split /\n/, slurp_file("$TOP/README.md");
@BANDS = grep { $_ != 51 } @BANDS;	# 50 alone is no band to draw
is_deeply(\@BANDS, [50, 64, 75, 88, 104, 122], 'README.md has the bands');
my $DAY = 24 * 3600;
my %days = map { my $limits = $want{$_}; ($_ => [map { s/:$//r } @$limits{qw(warning critical)}]) } qw(mx_cf dane mtasts);
my %LINES = (
	cf => $days{mx_cf}, rrsig => $days{dane}, cert => [split /,/, $cf->{certificate}],
	policy => [map { $_ / $DAY } @{ $days{mtasts} }],
);

# Graphite in Icinga Web: constantLine() in the functions of a graph
for my $name (glob "$CONF/icingaweb2/graphite/templates/*.ini") {
	my $text = slurp_file($name);
	my %graph = $text =~ /^\[mail-tls-([a-z-]+)\.functions\]\n(.*?)(?=^\[|\z)/msg;
	for (sort keys %graph) {
		my %line = $graph{$_} =~ /^(warning|critical) = ".*constantLine\((\d+)\)/mg or next;
		is_deeply([@line{qw(warning critical)}], $LINES{$_}, "Graphite, $_: lines");
		like($graph{$_}, qr/'warning below $line{warning}'.*'critical below $line{critical}'/s, "Graphite, $_: and their names");
	}
	my $top = 0;
	is_deeply([map { $top += $_ } $graph{cf} =~ /stacked\(constantLine\((\d+)\)/g], [@BANDS[0 .. 4], 121], 'Graphite: the bands');
}

# Grafana: the steps of its thresholds
sub steps_of
{
	my ($what) = @_;
	return map { steps_of($_) } @$what if ref $what eq 'ARRAY';
	return if ref $what ne 'HASH';
	return [map { $_->{value} // () } @{ $what->{steps} }] if $what->{steps};
	return map { steps_of($what->{$_}) } sort keys %$what;
}

my %may = map { join(' ', @$_) => 1 } [@BANDS[0 .. 4]], map { [reverse @$_] } values %LINES, values %days;
for my $name (glob "$TOP/contrib/grafana/*.json") {
	my @steps = grep { $_ ne '' } map { join ' ', @$_ } steps_of(decode_json(slurp_file($name)));
	my $short = $name =~ s{.*/}{}r;
	ok(scalar @steps, "Grafana, $short: has thresholds");
	is_deeply([grep { !$may{$_} } @steps], [], "Grafana, $short: they are the same");
}

# a change would be seen
isnt(of_options('-w 91: -c 64:')->{warning}, $cf->{warning}, 'another threshold is another');

done_testing;

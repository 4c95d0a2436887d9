#!/usr/bin/perl
# SPDX-License-Identifier: GPL-3.0-or-later
# web.t - a browser before Icinga Web with the shipped configuration: what an operator sees of the lab's domains.

use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin, "$FindBin::Bin/../func/lib";
use Lab;
use Test::More;
use Watched;
use Web;

my $POINTS = 5;		# of a graph
my $DOMAINS = 'mail-domains';
my $CF = 'mail-tls-watched.example';

my $web = Web->start(interval => 5);
ok(wait_for(sub { $web->settled($POINTS) }), 'all services have results, and graphs their points');

# What the plugins said, as Icinga has it: the first line, and the performance data.
my %said = map { $_ => $web->result($DOMAINS, $_) } map { "mail-tls-$_" } qw(watched.example two.example backup-plain.example);

sub value
{
	my ($service, $label) = @_;
	my ($value) = map { /^\Q$label\E=([-\d.]+)/ } @{ $said{$service}{performance_data} };
	return $value;
}

sub page
{
	my ($path, %more) = @_;
	return { path => $path, %more };
}

sub service
{
	my ($name, %more) = @_;
	return page("icingadb/service?host.name=$DOMAINS&name=$name", %more);
}

# What the parts of the dashboard have, each of which comes by itself.
my @DASHBOARD = ('What changed', 'Mail TLS tls10.example', 'Mail DANE watched.example', 'Mail server TLS');

# The graphs of a page, by their templates.
my @FACTOR = map { "mail-tls-$_" } qw(cf steps mx-time mx-cf time cert hosts);
my @SERVER = map { "mail-tls-$_" } qw(cf steps);
my @TIMES = map { "mail-tls-$_" } qw(steps time);
my @DASHLETS = ('mail-tls-cf') x 6;
my %GRAPHS = (1 => \@FACTOR, 3 => \@TIMES, 4 => \@TIMES, 5 => \@SERVER, 6 => \@DASHLETS, 7 => \@FACTOR);

my @seen = $web->look(
	page('icingadb/services?sort=service.display_name&limit=100', texts => [ 'Mail TLS watched.example' ]),
	service("$CF&graphs_limit=-1", texts => [ 'Performance Data' ], graphs => \@FACTOR, height => 3200),
	service('mail-tls-backup-plain.example', texts => [ 'Performance Data' ]),
	service('mail-dane-watched.example', texts => [ 'Performance Data' ], graphs => \@TIMES),
	service('mail-mtasts-watched.example', texts => [ 'Performance Data' ], graphs => \@TIMES),
	page('icingadb/service?name=mail-server&host.name=mx1.watched.example', texts => [ 'Performance Data' ], graphs => \@SERVER),
	page('dashboard?pane=Mail TLS', texts => \@DASHBOARD, graphs => \@DASHLETS, width => 1600, height => 2400),
	page("graphite/services?service.name=$CF&graphs_limit=-1", graphs => \@FACTOR, height => 3200),
);

# --- the list of services

my ($list, $domain, $bad, $dane, $mtasts, $server, $dashboard, $graphs) = map { $_->{text} } @seen;
my %COMMAND = (mx_cf => 'MX_CF', dane => 'DANE', mtasts => 'MTASTS', smtp_tls => 'SMTP_TLS');
for my $name (qw(watched.example good.example two.example backup-plain.example danedual.example tls10.example)) {
	like($list, qr/^Mail TLS \Q$name\E/m, "list: Mail TLS $name");
}
for my $name ('Mail DANE watched.example', 'Mail MTA-STS watched.example', 'Mail server TLS') {
	like($list, qr/^\Q$name\E/m, "list: $name");
}
for my $service (sort keys %said) {
	my ($line) = split /\n/, $said{$service}{output};
	like($list, qr/\Q@{[substr $line, 0, 60]}\E/, "list: what $service says");
}

# --- a service with the factor

my ($first, @below) = split /\n/, $said{$CF}{output};
like($domain, qr/^MX_CF OK - watched\.example CF 121 of 121 \(100%\)/m, 'domain: its first line');
# Icinga DB Web shows a state in brackets as a ball
for my $line (map { s/\[(?:OK|WARNING|CRITICAL|UNKNOWN)\] / /r =~ s/^\\_ +/\\_ /r } @below) {
	like($domain, qr/\Q@{[substr $line, 0, 70]}\E/, 'domain: ' . substr $line, 0, 70);
}
# the page has the first of the performance data, the graphs have all
for my $label (qw(cf worst_cf mx_total mx_ok addr_total addr_ok)) {
	my $value = value($CF, $label);
	like($domain, qr/^\Q$label\E\s+\Q$value\E\b/m, "domain: $label is $value");
}
like($domain, qr/check_mx_cf|mx_cf/, 'domain: its command');

# --- one that is bad says why

my $cf = value('mail-tls-backup-plain.example', 'cf');
cmp_ok($cf, '<', 90, 'bad: its factor is below the threshold');
my ($why) = split /\n/, $said{'mail-tls-backup-plain.example'}{output};
like($why, qr/^MX_CF \w+ - backup-plain\.example CF $cf of 121 .*mx\.notls\.example\S* offers no TLS/, 'bad: why');
like($bad, qr/^\Q$why\E/m, 'bad: the page says it');
like($bad, qr/^cf\s+$cf\b/m, 'bad: its factor as performance data');
like($dane, qr/^DANE OK - watched\.example: 2 of 2 hosts match/m, 'DANE: its first line');
like($mtasts, qr/^MTASTS OK - watched\.example: policy id/m, 'MTA-STS: its first line');
like($server, qr/^SMTP_TLS OK - mx1\.watched\.example\S* TLSv1\.3/m, 'server: its first line');

# --- the dashboard

for my $title ('Problems', 'Domains', 'DANE and MTA-STS', 'Mail servers', 'Confidence Factor', 'What changed') {
	like($dashboard, qr/^\Q$title\E/mi, "dashboard: $title");
}
like($dashboard, qr/^Mail TLS \Q$_\E/m, "dashboard: $_") for qw(watched.example backup-plain.example tls10.example);
unlike($dashboard, qr/No .*(?:Services|Graphs) found|error|exception/i, 'dashboard: all of it is there');

# the worst first
like($dashboard, qr/^Mail TLS backup-plain\.example\b.*^Mail TLS tls10\.example\b.*^Mail TLS good\.example\b/ms, 'dashboard: CRITICAL, WARNING, OK');

# --- graphs

for my $i (sort keys %GRAPHS) {
	my %drawn;
	for my $image (@{ $seen[$i]{images} }) {
		push @{ $drawn{$1} }, $image->{colours} if $image->{address} =~ m{graphite/.*[?&]template=([\w-]+)};
	}
	my @names = map { ($_) x @{ $drawn{$_} } } sort keys %drawn;
	is_deeply(\@names, [ sort @{ $GRAPHS{$i} } ], "page $i: its graphs");
	my ($least) = sort { $a <=> $b } map { @$_ } values %drawn;
	cmp_ok($least // 0, '>', 8, "page $i: with lines in them");
}

done_testing;

# SPDX-License-Identifier: GPL-3.0-or-later
# Grafana.pm - the dashboard of contrib/grafana, for InfluxDB and for Graphite, from one list of panels.
#
# A query names a command and labels of its performance data, as Icinga writes them: InfluxDB has
# a measurement for each command with the tags hostname, service and metric, Graphite
# icinga2.HOST.services.SERVICE.COMMAND.perfdata.LABEL.value.

package Grafana;

use strict;
use warnings;

use JSON::PP ();

my $ANY = 'mx_cf|smtp_tls|dane|mtasts';
my @STEPS = map { "time_$_" } qw(dns answer connect helo tls cert secure from to data email);

# The bands of the factor; the colour from this value on.
my @BANDS = ([undef, 'dark-red'], [50, 'red'], [64, 'orange'], [75, 'yellow'], [88, 'green'], [104, 'dark-green']);

sub low { my ($critical, $warning) = @_; return [[undef, 'red'], [$critical, 'orange'], [$warning, 'green']] }

# title, kind, width of 24, height, unit, thresholds, maximum, queries: [commands, labels, what each line is called]
my @PANELS = (
	{ title => 'Confidence Factor now', type => 'bargauge', w => 8, h => 9, thresholds => \@BANDS, max => 121,
		queries => [['mx_cf', ['cf'], 'service']] },
	{ title => 'Confidence Factor', w => 16, h => 9, thresholds => \@BANDS, max => 121, area => 1,
		queries => [['mx_cf', ['cf'], 'service']] },
	{ title => 'Worst host', w => 12, h => 8, thresholds => \@BANDS, max => 121, area => 1,
		queries => [['mx_cf', ['worst_cf'], 'service']] },
	{ title => 'Confidence Factor of each MX', w => 12, h => 8, thresholds => \@BANDS, max => 121, area => 1,
		queries => [['mx_cf', [map { "mx${_}_cf" } 1 .. 10], 'both']] },
	{ title => 'Time of each step, slowest host', w => 12, h => 8, unit => 's', queries => [[$ANY, \@STEPS, 'both']] },
	{ title => 'Time of each MX', w => 12, h => 8, unit => 's', queries => [['mx_cf', [map { "mx${_}_time" } 1 .. 10], 'both']] },
	{ title => 'Time of the whole run', w => 12, h => 8, unit => 's', queries => [[$ANY, [qw(time time_handshake)], 'both']] },
	{ title => 'Days left of certificates', w => 12, h => 8, thresholds => low(3, 14),
		queries => [[$ANY, [qw(cert_days policy_cert_days)], 'both']] },
	{ title => 'Days left of DNSSEC signatures', w => 12, h => 8, thresholds => low(1, 3), queries => [['dane', ['rrsig_days'], 'service']] },
	{ title => 'How long the MTA-STS policy is kept', w => 12, h => 8, unit => 's', thresholds => low(86400, 604800),
		queries => [['mtasts', ['max_age'], 'service']] },
	{ title => 'TLSA records and hosts', w => 12, h => 8,
		queries => [['dane', [qw(tlsa_total tlsa_usable tlsa_matched hosts_total hosts_ok)], 'both']] },
	{ title => 'Hosts', w => 12, h => 8,
		queries => [['mx_cf|mtasts', [qw(mx_total mx_ok addr_total addr_ok policy_mx tlsrpt_rua)], 'both']] },
);

my %SOURCE = (
	influxdb => {
		name => 'InfluxDB',
		# host and service, as values of the variables
		variables => ['SHOW TAG VALUES FROM /^(mx_cf|smtp_tls|dane|mtasts)$/ WITH KEY = "hostname"',
		    'SHOW TAG VALUES FROM /^(mx_cf|smtp_tls|dane|mtasts)$/ WITH KEY = "service" WHERE "hostname" =~ /^$host$/'],
		target => sub {
			my ($commands, $labels, $called) = @_;
			my %alias = (service => '$tag_service', both => '$tag_service $tag_metric');
			my $group = $called eq 'both' ? '"service", "metric"' : '"service"';
			my $query = 'SELECT last("value") FROM /^(' . $commands . ')$/ WHERE "hostname" =~ /^$host$/ AND "service" =~ /^$service$/'
			    . ' AND "metric" =~ /^(' . join('|', @$labels) . ')$/ AND $timeFilter GROUP BY time($__interval), ' . $group . ' fill(none)';
			return { query => $query, rawQuery => JSON::PP::true, resultFormat => 'time_series', alias => $alias{$called} };
		},
	},
	graphite => {
		name => 'Graphite',
		variables => ['icinga2.*', 'icinga2.$host.services.*'],
		target => sub {
			my ($commands, $labels, $called) = @_;
			my ($command, $label) = map { /,/ ? "{$_}" : $_ } $commands =~ s/\|/,/gr, join(',', @$labels);
			my $nodes = $called eq 'both' ? '3, 6' : '3';
			return { target => "aliasByNode(icinga2.\$host.services.\$service.$command.perfdata.$label.value, $nodes)" };
		},
	},
);

sub defaults
{
	my ($panel) = @_;
	my @steps = map { { value => $_->[0], color => $_->[1] } } @{ $panel->{thresholds} // [[undef, 'green']] };
	my $style = !$panel->{thresholds} ? 'off' : $panel->{area} ? 'area' : 'line';
	return {
		unit => $panel->{unit} // 'none',
		min => 0,
		($panel->{max} ? (max => $panel->{max}) : ()),
		color => { mode => $panel->{type} ? 'thresholds' : 'palette-classic' },
		thresholds => { mode => 'absolute', steps => \@steps },
		# checks are hours apart: lines go on from one to the next
		custom => $panel->{type} ? {} : { drawStyle => 'line', lineWidth => 2, fillOpacity => 0, spanNulls => JSON::PP::true,
			showPoints => 'auto', thresholdsStyle => { mode => $style } },
	};
}

sub panel
{
	my ($panel, $source, $id, $x, $y) = @_;
	my $datasource = { type => $source, uid => '${datasource}' };
	my $ref = 'A';
	my $type = $panel->{type} // 'timeseries';
	return {
		id => $id,
		title => $panel->{title},
		type => $type,
		datasource => $datasource,
		gridPos => { x => $x, y => $y, w => $panel->{w}, h => $panel->{h} },
		fieldConfig => { defaults => defaults($panel), overrides => [] },
		options => $type eq 'bargauge'
		? { orientation => 'horizontal', displayMode => 'basic', reduceOptions => { calcs => ['lastNotNull'], values => JSON::PP::false } }
		: { legend => { displayMode => 'list', placement => 'bottom' }, tooltip => { mode => 'multi' } },
		targets => [map { { refId => $ref++, datasource => $datasource, %{ $SOURCE{$source}{target}->(@$_) } } } @{ $panel->{queries} }],
	};
}

sub variable
{
	my ($name, $label, $source, $query) = @_;
	return { name => $name, label => $label, type => 'query', query => $query, datasource => { type => $source, uid => '${datasource}' },
		refresh => 2, sort => 1, includeAll => JSON::PP::true, multi => JSON::PP::true, current => {},
		($source eq 'graphite' ? () : (allValue => '.*')) };
}

sub dashboard
{
	my ($source) = @_;
	my ($x, $y, $id, @panels) = (0, 0, 0);
	for my $panel (@PANELS) {
		($x, $y) = (0, $y + $panels[-1]{gridPos}{h}) if $x + $panel->{w} > 24;
		push @panels, panel($panel, $source, ++$id, $x, $y);
		$x += $panel->{w};
	}
	my ($hosts, $services) = @{ $SOURCE{$source}{variables} };
	return JSON::PP->new->utf8->canonical->pretty->indent_length(1)->encode({
		title => 'Mail TLS',
		uid => "mail-tls-$source",
		tags => ['mail', 'tls'],
		schemaVersion => 36,
		version => 1,
		editable => JSON::PP::true,
		refresh => '5m',
		time => { from => 'now-7d', to => 'now' },
		templating => { list => [
			{ name => 'datasource', label => $SOURCE{$source}{name}, type => 'datasource', query => $source, current => {} },
			variable('host', 'Host', $source, $hosts),
			variable('service', 'Service', $source, $services),
		] },
		panels => \@panels,
	});
}

1;

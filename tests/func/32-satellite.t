#!/usr/bin/perl
# SPDX-License-Identifier: GPL-3.0-or-later
# 32-satellite.t - a master and a satellite, installed as icinga-conf/zones/README.md says: the satellite runs the checks.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Icinga;
use Lab;
use Test::More;

my $MASTER = 'master1.example.org';
my $SATELLITE = 'satellite1.example.org';

# A node takes the shipped files, and checks nothing but what this test asks for.
sub node
{
	my ($name, $port, $zone) = @_;
	my $icinga = Icinga->new(node => $name, port => $port, zone => $zone);
	$icinga->file('conf.d/app.conf', <<'END');
object IcingaApplication "app" {
  enable_host_checks = false
  enable_service_checks = false
}
END
	return $icinga;
}

# What a zone has to check, in the place of the shipped example hosts.
sub hosts
{
	my ($host, $domain, $more) = @_;
	return <<"END";
object Host "$host" {
  import "mail-tls-domains"
  vars.mail_domains["$domain"] = { }
$more}
END
}

# The master connects to the satellite by its name.
write_file("$ENV{LAB_CHROOT}/etc/hosts", "127.0.0.1 localhost $SATELLITE\n");
plugins_install();

my $master = node($MASTER, 5674, 'master');
$master->shipped('.', 'zones/master/zones.conf');
$master->shipped('zones.d/global-templates', map { "icinga2/mail-tls-$_.conf" } qw(commands templates services dependencies));
$master->shipped('zones.d/master', 'icinga2/mail-tls-notifications.conf', 'zones/zones.d/master/*.conf');
$master->shipped('zones.d/satellite', 'zones/zones.d/satellite/*.conf');
$master->file('zones.d/master/lab.conf', hosts('by-endpoint', 'good.example', "  command_endpoint = \"$SATELLITE\"\n"));
$master->file('zones.d/satellite/lab.conf', hosts('by-zone', 'notls.example', ''));
is($master->refuses, '', 'the master: valid');

# With the shipped api.conf it listens where all expect it: on port 5665.
my $satellite = node($SATELLITE, 5665, 'satellite');
$satellite->shipped('.', 'zones/satellite/zones.conf');
$satellite->shipped('features-enabled', 'zones/satellite/api.conf');
is($satellite->refuses, '', 'the satellite: valid, and without a host');

$satellite->start or die 'the satellite does not come up';
$master->start or die 'the master does not come up';
ok(wait_for(sub { $satellite->object('by-zone', 'mail-tls-notls.example') }), 'the satellite has what the master hands on');
ok(!$satellite->object('by-endpoint', 'mail-tls-good.example'), 'and nothing else');
ok(wait_for(sub {
	my $endpoint = $master->get("objects/endpoints/$SATELLITE");
	return $endpoint && $endpoint->[0]{attrs}{connected} && !$endpoint->[0]{attrs}{syncing};
}), 'they are connected');

# The result as the master shows it.
sub told
{
	my ($name, $host, $service, $state, $said) = @_;
	my $seen;
	wait_for(sub { ($seen = $master->object($host, $service))->{last_check_result} });
	my $result = $seen->{last_check_result} // {};
	is($seen->{state}, $state, "$name: state") or diag($result->{output});
	like($result->{output}, $said, "$name: why");
	like($result->{performance_data}[0], qr/^cf=\d+;90:;64:;0;121$/, "$name: performance data");
	is($result->{check_source}, $SATELLITE, "$name: checked by the satellite");
	return $result;
}

# the master schedules, the satellite is its endpoint
$master->check('by-endpoint', 'mail-tls-good.example');
my $result = told('by endpoint', 'by-endpoint', 'mail-tls-good.example', 0, qr/^MX_CF OK - good\.example CF 116 of 121/);
is($result->{scheduling_source}, $MASTER, 'by endpoint: scheduled by the master');

# the satellite does both, and is asked itself
$satellite->check('by-zone', 'mail-tls-notls.example');
$result = told('by zone', 'by-zone', 'mail-tls-notls.example', 2, qr/^MX_CF CRITICAL - notls\.example CF 0 of 121 .* offers no TLS/);
is($result->{scheduling_source}, $SATELLITE, 'by zone: scheduled by the satellite');

# the satellite goes on when the master is away, and tells it afterwards
$master->stop;
$satellite->check('by-zone', 'mail-tls-notls.example');
my $alone = $satellite->object('by-zone', 'mail-tls-notls.example')->{last_check_result}{execution_end};
cmp_ok($alone, '>', $result->{execution_end}, 'the satellite alone: checks');
$master->start or die 'the master does not come up again';
ok(wait_for(sub {
	my $seen = $master->object('by-zone', 'mail-tls-notls.example');
	return $seen && $seen->{last_check_result} && $seen->{last_check_result}{execution_end} >= $alone;
}), 'the satellite alone: the master hears of it');

done_testing;

#!/usr/bin/perl
# SPDX-License-Identifier: GPL-3.0-or-later
# 27-icinga-conf.t - icinga-conf/ is valid, alone and in zones; what comes of it, and how it calls the plugins.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Icinga;
use Lab;
use Options;
use Test::More;

my $CONF = "$FindBin::Bin/../../icinga-conf";
my $BIN = $ENV{PLUGINS} || 'plugins';
my @FILES = map { s{.*/}{}r } glob "$CONF/icinga2/*.conf";
my @FEATURES = map { s{.*/}{}r } glob "$CONF/features/*.conf";

# What breaks each file, so that Icinga must say so.
my %BROKEN = (
	'mail-tls-commands.conf' => sub { s/required = true/requird = true/ },
	'mail-tls-templates.conf' => sub { s/template Service "mail-tls-service"/template Service "other"/ },
	'mail-tls-services.conf' => sub { s/import "mail-tls-server"/import "mail-tls-srver"/ },
	'mail-tls-dependencies.conf' => sub { s/(parent_service_name = "mail-server)"/$1s"/ },
	'mail-tls-notifications.conf' => sub { s/command = "mail-tls-by-mail"/command = "by-mail"/ },
	'mail-tls-hosts.conf' => sub { s/import "mail-tls-domains"/import "mail-domains"/ },
	'example-hosts.conf' => sub { s/import "mail-tls-mx"/import "mail-tls-mix"/ },
	'graphite.conf' => sub { s/port =/prt =/ },
	'influxdb2.conf' => sub { s/bucket =/buckets =/ },
	'perfdata.conf' => sub { s/rotation_interval/rotate/ },
);

# The text of a file with one change, which must take place.
sub broken
{
	my ($name, $text) = @_;
	local $_ = $text;
	$BROKEN{ $name =~ s{.*/}{}r }->() or die "$name cannot be broken";
	return $_;
}

sub put
{
	my ($icinga, $where, $from) = @_;
	$icinga->file("$where/" . $from =~ s{.*/}{}r, slurp_file("$CONF/$from"));
	return;
}

# As it is: valid.  Each file broken: not.
sub valid_but_not_broken
{
	my ($name, $icinga, %file) = @_;	# place => shipped file
	is($icinga->refuses, '', "$name: valid");
	for my $place (sort keys %file) {
		my $text = slurp_file("$CONF/$file{$place}");
		$icinga->file($place, broken($place, $text));
		like($icinga->refuses, qr/\bError\b/, "$name: with $place broken, refused");
		$icinga->file($place, $text);
	}
	return;
}

sub names
{
	my ($icinga, $type) = @_;
	return [sort keys %{ $icinga->objects->{$type} // {} }];
}

# --- all files in one Icinga

my $flat = Icinga->new(node => 'conf.example.org', port => 5731);
put($flat, 'conf.d', "icinga2/$_") for @FILES;
put($flat, 'features-enabled', "features/$_") for @FEATURES;
is_deeply([sort 'mail-tls-hosts.conf', @FILES, @FEATURES], [sort keys %BROKEN], 'all files are known here');
valid_but_not_broken('flat', $flat, (map { ("conf.d/$_" => "icinga2/$_") } @FILES),
    map { ("features-enabled/$_" => "features/$_") } @FEATURES);
is($flat->refuses, '', 'flat: valid again');

my @DOMAIN = map { "mail-domains!$_" } qw(mail-dane-example.org mail-mtasts-example.org mail-tls-example.edu
    mail-tls-example.net mail-tls-example.org mail-tls-postmaster@example.com);
is_deeply(names($flat, 'Service'), ['example.info!mail-tls', @DOMAIN, map { ("$_.example.org!mail-server",
    "$_.example.org!mail-server-domains") } qw(mx1 mx2)],
    'services of the example hosts');
is_deeply(names($flat, 'Dependency'), [(map { my $s = $_; map { my $d = $_; map { "mail-domains!$s!$d-$_.example.org" } qw(mx1 mx2) }
    qw(mx-any mx-bad mx-down) } qw(mail-dane-example.org mail-mtasts-example.org mail-tls-example.org)),
    map { "$_.example.org!mail-server-domains!mail-server" } qw(mx1 mx2)], 'a domain depends on its servers');
my @notified = @{ names($flat, 'Notification') };
is(scalar(grep { /!mail-tls-cf$/ } @notified), 5, 'the factor of every domain is told');
is(scalar(grep { /!mail-tls-unknown$/ } @notified), 9, 'that nothing is known is told of every service');
my $services = $flat->objects->{Service};
my $net = $services->{'mail-domains!mail-tls-example.net'};
is($net->{vars}{mx_cf_warning}, '104:', 'a domain has a threshold of its own');
is($net->{vars}{mx_cf_critical}, '64:', 'and the other as all have it');
is($net->{check_interval}, 4 * 3600, 'and how often');
is($services->{'mail-domains!mail-tls-example.edu'}{check_command}, 'dummy', 'a passive domain is not checked');
is($services->{'example.info!mail-tls'}{check_interval}, 26 * 3600, 'but when no result came for 26 hours');
is($services->{'mx1.example.org!mail-server'}{vars}{smtp_tls_warning}, '5', 'a server has a threshold of its own');
is($services->{'mx2.example.org!mail-server'}{vars}{smtp_tls_hostname}, 'mx2.example.org', 'a server is called as its host');

# the script that tells takes the options that it is given
my ($flags) = in_root('grep', 'getopts', '/etc/icinga2/scripts/mail-service-notification.sh')->{out} =~ /getopts (\S+)/;
my @given = map { s/^-//r } keys %{ $flat->objects->{NotificationCommand}{'mail-tls-by-mail'}{arguments} };
is_deeply([grep { $flags !~ /$_:/ } @given], [], 'the script takes the options of mail-tls-by-mail');
cmp_ok(scalar @given, '>', 10, 'there are some');

# a dependency on a host that Icinga does not know
put($flat, 'conf.d', 'icinga2/example-hosts.conf');
$flat->file('conf.d/example-hosts.conf', slurp_file("$CONF/icinga2/example-hosts.conf") =~ s/"mx2\.example\.org" \]/"mx9.example.net" ]/r);
is($flat->refuses, '', 'an MX that is no host: valid all the same');
is(scalar @{ names($flat, 'Dependency') }, 11, 'an MX that is no host: no dependency on it');

# what the documents give instead
for my $document (qw(README.md docs/icinga.md)) {
	my ($hosts) = slurp_file("$CONF/../$document") =~ /^( {4}object Host "mail-domains" .*?)^\S/ms;
	$flat->file('conf.d/example-hosts.conf', $hosts);
	is($flat->refuses, '', "$document: valid");
	is(scalar @{ names($flat, 'Service') }, 5, "$document: services of its hosts");
}

# --- zones, installed as README.md says

sub commands
{
	my ($heading) = @_;
	my ($section) = slurp_file("$CONF/zones/README.md") =~ /^## $heading\n(.*?)^## /ms;
	return grep { /^(?:cp|mkdir) / } $section =~ /^    (.*)$/mg;
}

sub install
{
	my ($icinga, $heading) = @_;
	my $script = join "\n", "cd '$CONF'", commands($heading);
	$script =~ s{/etc/icinga2/features-available}{/etc/icinga2/features-enabled}g;
	$script =~ s{/etc/icinga2}{$icinga->{dir}/etc}g;
	return system('bash', '-euc', $script) == 0;
}

my $master = Icinga->new(node => 'master1.example.org', zone => 'master', port => 5732);
ok(install($master, 'On the master'), 'master: installed');
my $zones = 'zones/zones.d';
valid_but_not_broken('master', $master, 'zones.d/global-templates/mail-tls-templates.conf' => 'icinga2/mail-tls-templates.conf',
    'zones.d/master/mail-tls-notifications.conf' => 'icinga2/mail-tls-notifications.conf',
    'zones.d/satellite/mail-tls-hosts.conf' => "$zones/satellite/mail-tls-hosts.conf");
is($master->refuses, '', 'master: valid again');
my $all = $master->objects;
is($all->{Service}{'mx1.example.org!mail-server'}{zone}, 'satellite', 'master: knows the services of the satellite');
is($all->{Service}{'mail-domains-master!mail-tls-example.net'}{command_endpoint}, 'satellite1.example.org', 'master: sends a check there');
is($all->{CheckCommand}{mx_cf}{zone}, 'global-templates', 'master: commands are for all');
is(scalar(grep { /!mail-tls-cf$/ } keys %{ $all->{Notification} }), 2, 'master: notifies of all domains');

# what the master hands on, where the satellite puts it
my $satellite = Icinga->new(node => 'satellite1.example.org', zone => 'satellite', port => 5733);
ok(install($satellite, 'On a satellite'), 'satellite: installed');
for my $zone (qw(global-templates satellite)) {
	$satellite->file("../lib/api/zones/$zone/_etc/" . s{.*/}{}r, slurp_file($_)) for glob "$master->{dir}/etc/zones.d/$zone/*";
}
is($satellite->refuses, '', 'satellite: valid');
is_deeply(names($satellite, 'Service'), ['mail-domains!mail-dane-example.org', 'mail-domains!mail-mtasts-example.org',
    'mail-domains!mail-tls-example.org', map { "mx1.example.org!$_" } qw(mail-server mail-server-domains)], 'satellite: has the services of its zone');
is_deeply(names($satellite, 'Notification'), [], 'satellite: tells nobody');
is(scalar @{ names($satellite, 'Dependency') }, 10, 'satellite: knows what depends on what');
my $templates = '../lib/api/zones/global-templates/_etc/mail-tls-templates.conf';
$satellite->file($templates, broken($templates, slurp_file("$CONF/icinga2/mail-tls-templates.conf")));
like($satellite->refuses, qr/\bError\b/, 'satellite: with broken templates, refused');

# --- how a plugin is called

# An Icinga whose plugins print their arguments; a service for each row.
sub value_of
{
	my ($option) = @_;
	return 'true' if !defined $option->{arg} && $option->{name} ne 'verbose';
	return 3 if $option->{name} eq 'verbose';
	return $option->{repeatable} ? "[ \"$option->{name} 1\", \"$option->{name}-2\" ]" : "\"$option->{name} \\\"1\"";
}

sub words_of
{
	my ($option) = @_;
	my ($name, $value) = ("--$option->{name}", "$option->{name} \"1");
	return '-vvv' if $name eq '--verbose';
	return $name if !defined $option->{arg};
	return map { "--extra-opts=$_" } 'extra-opts 1', 'extra-opts-2' if $name eq '--extra-opts';
	return map { ($name, $_) } "$option->{name} 1", "$option->{name}-2" if $option->{repeatable};
	return ($name, $value);
}

my @ROWS;	# service, command, variables, words
for my $plugin (plugins()) {
	my $command = command_name($plugin);
	my @all = grep { $_->{name} !~ /^(?:batch|lint)$/ } arguments($BIN, $plugin);
	push @ROWS, ["all-$command", $command, { map { (variable($command, $_->{name}) => value_of($_)) } @all },
	    [sort map { words_of($_) } @all]];
}
push @ROWS,
    ['verbose', 'mx_cf', { mx_cf_hostname => '"x"', mx_cf_verbose => 'true' }, [qw(--hostname -v x)]],
    ['quiet', 'mx_cf', { mx_cf_hostname => '"x"', mx_cf_verbose => 0, mx_cf_quick => 'false' }, [qw(--hostname x)]],
    ['batch', 'mx_cf', { mx_cf_hostname => '"x"', mx_cf_batch => '"list"' }, [qw(--batch list)]],
    ['lint', 'mtasts', { mtasts_lint => 'true', mtasts_mx => '"x"' }, [qw(--lint --mx x)]],
    ['none', 'mx_cf', {}, undef];

my $caller = Icinga->new(node => 'caller.example.org', port => 5734);
my $plugins = "$ENV{LAB_STATE}/icinga-conf-plugins";
mkdir $plugins;
write_file("$plugins/$_", "#!/bin/sh\nfor word; do printf '<%s>' \"\$word\"; done\n", 0755) for plugins();
$caller->file('constants.conf', "const PluginDir = \"$plugins\"\nconst PluginContribDir = PluginDir\nconst ManubulonPluginDir = PluginDir\n");
put($caller, 'conf.d', 'icinga2/mail-tls-commands.conf');
$caller->file('conf.d/rows.conf', join '', "object Host \"rows\" { check_command = \"dummy\" }\n", map {
	my ($name, $command, $vars) = @$_;
	("object Service \"$name\" {\n  host_name = \"rows\"\n  check_command = \"$command\"\n",
	    (map { "  vars.$_ = $vars->{$_}\n" } sort keys %$vars), "}\n");
} @ROWS);
if (ok($caller->start, 'Icinga is up')) {
	for my $row (@ROWS) {
		my ($name, $command, undef, $want) = @$row;
		my $output = $caller->check('rows', $name)->{last_check_result}{output};
		if ($want) {
			is_deeply([sort $output =~ /<(.*?)>/gs], $want, "$name: called as its variables say");
		} else {
			like($output, qr/'mx_cf_hostname' used in argument '--hostname' is missing/, "$name: not called");
		}
	}
	$caller->stop;
}

done_testing;

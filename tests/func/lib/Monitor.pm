# SPDX-License-Identifier: GPL-3.0-or-later
# Monitor.pm - Icinga 2 and Nagios in the lab, with hosts that wait for passive results.
#
# Each host has the services mail-tls and other.  Both end with the test.

package Monitor;

use strict;
use warnings;

use Exporter 'import';
use File::Path 'make_path';
use JSON::PP ();
use Time::HiRes qw(sleep time);

our @EXPORT = qw(icinga_start icinga_service icinga_refuses nagios_refuses nagios_start nagios_service monitors_stop wait_for slurp_file
    write_file);

my $STATE = $ENV{LAB_STATE};
my $ROOT = $ENV{LAB_CHROOT};
my $PATIENCE = 30;	# seconds to come up, and for a result to be seen
my $NAME = 'mx.good.example';	# Icinga's own: there is a certificate for it
my $owner = $$;
my %running;

sub write_file
{
	my ($name, $text, $mode) = @_;
	open my $out, '>:raw', $name or die "$name: $!";
	print $out $text;
	close $out or die "$name: $!";
	chmod $mode, $name if defined $mode;
	return $name;
}

sub slurp_file
{
	my ($name) = @_;
	open my $in, '<:raw', $name or return '';
	local $/ = undef;
	return scalar(<$in>) // '';
}

sub wait_for
{
	my ($condition) = @_;
	my $end = time + $PATIENCE;
	until ($condition->()) {
		return 0 if time > $end;
		sleep 0.05;
	}
	return 1;
}

sub start
{
	my ($name, $log, @command) = @_;
	my $pid = fork // die "fork: $!";
	if (!$pid) {
		open STDIN, '<', '/dev/null' or die $!;
		open STDOUT, '>', $log or die "$log: $!";
		open STDERR, '>&', \*STDOUT or die $!;
		exec 'env', '-i', 'PATH=/usr/sbin:/usr/bin:/sbin:/bin', 'LC_ALL=C', 'chroot', $ROOT, @command or die $!;
	}
	$running{$name} = $pid;
	return;
}

sub stop
{
	my ($name) = @_;
	my $pid = delete $running{$name} or return;
	kill 'TERM', $pid;
	waitpid $pid, 0;
	return;
}

sub monitors_stop
{
	stop($_) for keys %running;
	return;
}

END { local $?; monitors_stop() if $$ == $owner }

# --- Icinga 2: at https://mx.good.example:5665, user mailtls with this password; it may submit for
# services mail-tls and nothing else

sub icinga_conf
{
	my ($password, @hosts) = @_;
	my $text = <<"END";
object CheckCommand "nothing" { command = [ "/bin/true" ] }
object Endpoint NodeName { }
object Zone ZoneName { endpoints = [ NodeName ] }
object CheckerComponent "checker" { }
object ApiListener "api" { }
object ApiUser "reader" { password = "reader", permissions = [ "objects/query/*" ] }
object ApiUser "mailtls" {
  password = "$password"
  permissions = [ {
    permission = "actions/process-check-result"
    filter = {{ service.name == "mail-tls" }}
  } ]
}
template Service "passive" {
  check_command = "nothing"
  enable_active_checks = false
  max_check_attempts = 1
}
apply Service "mail-tls" { import "passive", assign where true }
apply Service "other" { import "passive", assign where true }
END
	$text .= "object Host \"$_\" { check_command = \"nothing\", enable_active_checks = false }\n" for @hosts;
	return $text =~ s/", /"\n  /gr;
}

sub icinga_command
{
	my ($conf, @options) = @_;
	my $dir = "$STATE/icinga2";
	return (qw(icinga2 daemon -c), "$dir/etc/$conf", @options, map { "-D$_" }
	    "ConfigDir=$dir/etc", "ZonesDir=$dir/etc/zones.d", "DataDir=$dir/lib", "LogDir=$dir/log",
	    "CacheDir=$dir/cache", "SpoolDir=$dir/spool", "InitRunDir=$dir/run", 'RunAsUser=root',
	    'RunAsGroup=root', "NodeName=$NAME", 'ZoneName=master', 'Environment=');
}

# Run a command in the lab's root: what it says, when it fails; else "".
sub complaint
{
	my @command = @_;
	open my $from, '-|', 'env', '-i', 'PATH=/usr/sbin:/usr/bin:/sbin:/bin', 'chroot', $ROOT, @command or die $!;
	my $out = do { local $/ = undef; <$from> } // '';
	close $from;
	return $? == 0 ? '' : $out;
}

# What is wrong with a configuration; "" for nothing.  After icinga_start().
sub icinga_refuses
{
	my ($text) = @_;
	write_file("$STATE/icinga2/etc/other.conf", "include <itl>\n$text");
	return complaint(icinga_command('other.conf', '-C'));
}

sub icinga_start
{
	my ($password, @hosts) = @_;
	my $dir = "$STATE/icinga2";
	my $pem = slurp_file("$ENV{LAB_PKI}/hosts/good.pem");
	make_path(map { "$dir/$_" } qw(etc/zones.d lib/certs lib/ca lib/api/zones lib/api/packages lib/api/log
	    log/crash cache spool/perfdata spool/tmp run/cmd));
	write_file("$dir/etc/icinga2.conf", icinga_conf($password, @hosts));
	write_file("$dir/lib/certs/$NAME.key", join '', $pem =~ /(-+BEGIN PRIVATE.*?END PRIVATE.*?\n)/sg);
	write_file("$dir/lib/certs/$NAME.crt", join '', $pem =~ /(-+BEGIN CERT.*?END CERT.*?\n)/sg);
	write_file("$dir/lib/certs/ca.crt", slurp_file($ENV{LAB_CA_FILE}));
	start('icinga2', "$dir/out", icinga_command('icinga2.conf'));
	return 1 if wait_for(sub { defined icinga_service($hosts[0], 'other') });
	print "# $_\n" for split /\n/, slurp_file("$dir/out");
	return 0;
}

# What Icinga says of a service: a hash with state, last_check_result and so on.
sub icinga_service
{
	my ($host, $service) = @_;
	my $answer = qx(curl -q -s -g --noproxy '*' --cacert $ENV{LAB_CA_FILE} -u reader:reader 'https://$NAME:5665/v1/objects/services/$host!$service');
	my $json = eval { JSON::PP::decode_json($answer) };
	return $json && $json->{results} && $json->{results}[0]{attrs};
}

# --- Nagios: the command file is $LAB_STATE/nagios/rw/nagios.cmd

sub nagios_conf
{
	my ($dir, @hosts) = @_;
	my $text = <<'END';
define timeperiod {
	timeperiod_name always
	alias always
	monday 00:00-24:00
}
define command {
	command_name nothing
	command_line /bin/true
}
define contact {
	contact_name nobody
	host_notification_commands nothing
	service_notification_commands nothing
	host_notification_period always
	service_notification_period always
}
END
	for my $host (@hosts) {
		my $common = join '', map { "\t$_\n" } "host_name $host", 'check_command nothing', 'max_check_attempts 1',
		    'check_period always', 'notification_period always', 'contacts nobody', 'active_checks_enabled 0';
		$text .= "define host {\n$common}\n";
		$text .= "define service {\n$common\tservice_description $_\n}\n" for qw(mail-tls other);
	}
	write_file("$dir/objects.cfg", $text);
	return;
}

# What is wrong with these objects, next to the usual ones; "" for nothing.  After nagios_start().
sub nagios_refuses
{
	my ($text) = @_;
	my $dir = "$STATE/nagios";
	my $conf = slurp_file("$dir/nagios.cfg") =~ s{objects\.cfg\n}{objects.cfg\ncfg_file=$dir/other.cfg\n}r;
	write_file("$dir/other.cfg", $text);
	return complaint('/opt/nagios/usr/sbin/nagios4', '-v', write_file("$dir/other-nagios.cfg", $conf));
}

sub nagios_start
{
	my @hosts = @_;
	my $dir = "$STATE/nagios";
	make_path(map { "$dir/$_" } qw(rw results tmp));
	nagios_conf($dir, @hosts);
	write_file("$dir/nagios.cfg", <<"END");
cfg_file=$dir/objects.cfg
log_file=$dir/log
command_file=$dir/rw/nagios.cmd
query_socket=$dir/rw/qh
check_external_commands=1
check_result_path=$dir/results
temp_path=$dir/tmp
temp_file=$dir/temp
lock_file=$dir/lock
status_file=$dir/status.dat
object_cache_file=$dir/objects.cache
precached_object_file=$dir/precached
state_retention_file=$dir/retention
status_update_interval=1
nagios_user=root
nagios_group=root
END
	start('nagios', "$dir/out", '/opt/nagios/usr/sbin/nagios4', "$dir/nagios.cfg");
	return 1 if wait_for(sub { -p "$dir/rw/nagios.cmd" && -s "$dir/status.dat" });
	print "# $_\n" for split /\n/, slurp_file("$dir/out");
	return 0;
}

# What Nagios says of a service: a hash with current_state, plugin_output and so on.
sub nagios_service
{
	my ($host, $service) = @_;
	for (slurp_file("$STATE/nagios/status.dat") =~ /^servicestatus \{\n(.*?)\n\s*\}/msg) {
		my %got = map { /^\s*(\w+)=(.*)/ ? ($1, $2) : () } split /\n/;
		return \%got if $got{host_name} eq $host && $got{service_description} eq $service;
	}
	return;
}

1;

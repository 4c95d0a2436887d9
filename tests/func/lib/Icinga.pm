# SPDX-License-Identifier: GPL-3.0-or-later
# Icinga.pm - an Icinga 2 in the lab's root, with directories, certificate and port of its own.
#
#   my $icinga = Icinga->new(node => NAME, port => NUMBER);
#   $icinga->shipped('conf.d', 'icinga2/mail-tls-*.conf');
#   $icinga->file('conf.d/hosts.conf', TEXT);
#   $icinga->start or die
#   my $attributes = $icinga->check(HOST, SERVICE);
#
# Its icinga2.conf is that of the packages: constants, zones.conf, the ITL, features-enabled,
# conf.d.  The API user "lab" may do everything.

package Icinga;

use strict;
use warnings;

use Cwd 'abs_path';
use File::Basename qw(basename dirname);
use File::Path qw(make_path remove_tree);
use JSON::PP ();
use Lab;
use Time::HiRes 'time';

my $STATE = $ENV{LAB_STATE};
my $SHIPPED = abs_path(dirname(__FILE__) . '/../../../icinga-conf');
my $PASSWORD = 'lab';
my @KEY = qw(-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30);
my $AGAIN = 5;	# seconds after which a check is asked for once more: Icinga shows a result, and sets the time of the next after that
my $authority;

my $CONF = <<'END';
include "constants.conf"
include "zones.conf"
include <itl>
include <plugins>
include <plugins-contrib>
include "features-enabled/*.conf"
include_recursive "conf.d"
END

my $CONSTANTS = <<'END';
const PluginDir = "/usr/lib/nagios/plugins"
const ManubulonPluginDir = PluginDir
const PluginContribDir = PluginDir
const TicketSalt = ""
END

my $ZONES = <<'END';
object Endpoint NodeName { }
object Zone ZoneName { endpoints = [ NodeName ] }
END

my $API = <<'END';
object ApiListener "api" {
  bind_port = PORT
}
END

my $USER = <<"END";
object ApiUser "lab" {
  password = "$PASSWORD"
  permissions = [ "*" ]
}
END

sub openssl
{
	my @args = @_;
	open my $from, '-|', "openssl @args 2>&1" or die $!;
	my $out = do { local $/ = undef; <$from> };
	close $from or die "openssl @args: $out";
	return;
}

# The tests' own authority: without its key beside Icinga's certificates, for Icinga would begin to sign.
sub make_authority
{
	$authority = "$STATE/icinga2.$$/ca";
	make_path($authority);
	openssl('req', '-x509', @KEY, '-subj', '"/CN=Icinga CA"', '-keyout', "$authority/ca.key", '-out', "$authority/ca.crt");
	return;
}

sub make_certificate
{
	my ($self) = @_;
	make_authority() if !$authority;
	my $base = "$self->{dir}/lib/certs/$self->{node}";
	openssl('req', '-x509', @KEY, '-CA', "$authority/ca.crt", '-CAkey', "$authority/ca.key", '-subj', "/CN=$self->{node}",
	    '-addext', "subjectAltName=DNS:$self->{node}", '-addext', 'basicConstraints=critical,CA:FALSE',
	    '-keyout', "$base.key", '-out', "$base.crt");
	write_file("$self->{dir}/lib/certs/ca.crt", slurp_file("$authority/ca.crt"));
	return;
}

# From a file with key, certificate and chain, and that of the CA.
sub take_certificate
{
	my ($self, $pem, $ca) = @_;
	my $text = slurp_file($pem);
	my $base = "$self->{dir}/lib/certs/$self->{node}";
	write_file("$base.key", join '', $text =~ /(-+BEGIN PRIVATE.*?END PRIVATE.*?\n)/sg);
	write_file("$base.crt", join '', $text =~ /(-+BEGIN CERT.*?END CERT.*?\n)/sg);
	write_file("$self->{dir}/lib/certs/ca.crt", slurp_file($ca));
	return;
}

# new(node => NAME, port => NUMBER [, zone => NAME] [, pem => FILE, ca => FILE])
sub new
{
	my ($class, %given) = @_;
	my $self = bless { zone => $given{node}, %given, dir => "$STATE/icinga2.$$/$given{node}" }, $class;
	my $dir = $self->{dir};
	remove_tree($dir);
	make_path(map { "$dir/$_" } qw(etc/features-enabled etc/conf.d etc/zones.d lib/certs lib/ca lib/api/zones
	    lib/api/packages lib/api/log log/crash cache spool/perfdata spool/tmp run/cmd));
	if ($given{pem}) {
		$self->take_certificate($given{pem}, $given{ca});
	} else {
		$self->make_certificate;
	}
	$self->file('icinga2.conf', $CONF);
	$self->file('constants.conf', $CONSTANTS);
	$self->file('zones.conf', $ZONES);
	$self->file('features-enabled/checker.conf', qq(object CheckerComponent "checker" { }\n));
	$self->file('features-enabled/notification.conf', qq(object NotificationComponent "notification" { }\n));
	$self->file('features-enabled/api.conf', $API =~ s/PORT/$self->{port}/r);
	$self->file('features-enabled/user.conf', $USER);
	return $self;
}

# A file of the configuration.
sub file
{
	my ($self, $name, $text) = @_;
	make_path(dirname("$self->{dir}/etc/$name"));
	write_file("$self->{dir}/etc/$name", $text);
	return $self;
}

# Files of icinga-conf, into a directory of the configuration.
sub shipped
{
	my ($self, $directory, @patterns) = @_;
	for my $file (map { glob "$SHIPPED/$_" } @patterns) {
		$self->file("$directory/" . basename($file), slurp_file($file) || die "$file: $!");
	}
	return $self;
}

sub command
{
	my ($self, $conf, @options) = @_;
	my $dir = $self->{dir};
	my ($user, $uid, $gid) = nagios_user();
	system('chown', '-R', "$uid:$gid", $dir);
	return (qw(icinga2 daemon -c), "$dir/etc/$conf", @options, map { "-D$_" }
	    "ConfigDir=$dir/etc", "ZonesDir=$dir/etc/zones.d", "DataDir=$dir/lib", "LogDir=$dir/log",
	    "CacheDir=$dir/cache", "SpoolDir=$dir/spool", "InitRunDir=$dir/run", "RunAsUser=$user",
	    "RunAsGroup=$user", "NodeName=$self->{node}", "ZoneName=$self->{zone}", 'Environment=');
}

# What is wrong with the configuration; "" for nothing.  With a text: what is wrong with that alone, on top of the ITL.
sub refuses
{
	my ($self, $text) = @_;
	$self->file('other.conf', $CONF =~ s/^include_recursive.*\n//mr . $text) if defined $text;
	my $r = in_root($self->command(defined $text ? 'other.conf' : 'icinga2.conf', '-C'));
	return $r->{exit} ? $r->{out} : '';
}

# What the configuration came to, after refuses(): type to name to attributes.
sub objects
{
	my ($self) = @_;
	my $text = slurp_file("$self->{dir}/cache/icinga2.debug");	# netstrings
	my %objects;
	while ($text =~ /\G(\d+):/gc) {
		my $object = JSON::PP::decode_json(substr $text, pos $text, $1);
		$objects{ $object->{type} }{ $object->{properties}{__name} } = $object->{properties};
		pos($text) += $1 + 1;
	}
	return \%objects;
}

# False, and why in the test's output, when it does not come up.
sub start
{
	my ($self) = @_;
	daemon_start("icinga2 $self->{node}", "$self->{dir}/out", $self->command('icinga2.conf'));
	return 1 if wait_for(sub { $self->get('status/IcingaApplication') });
	print "# $_\n" for split /\n/, slurp_file("$self->{dir}/out");
	return 0;
}

sub stop
{
	my ($self) = @_;
	return daemon_stop("icinga2 $self->{node}");
}

# What the API answers, its "results"; a body is POSTed.
sub get
{
	my ($self, $path, $body) = @_;
	my @post = defined $body ? ('--data-binary', JSON::PP->new->canonical->encode($body)) : ();
	open my $from, '-|', 'curl', '-q', '-s', '-g', '--noproxy', '*', '--cacert', "$self->{dir}/lib/certs/ca.crt",
	    '--resolve', "$self->{node}:$self->{port}:127.0.0.1", '-u', "lab:$PASSWORD", '-H', 'Accept: application/json',
	    @post, "https://$self->{node}:$self->{port}/v1/$path" or die $!;
	my $answer = do { local $/ = undef; <$from> };
	close $from;
	my $json = eval { JSON::PP::decode_json($answer) };
	return $json && $json->{results};
}

# The attributes of a service, or, without one, a host: state, last_check_result and so on.
sub object
{
	my ($self, $host, $service) = @_;
	my $results = $self->get(defined $service ? "objects/services/$host!$service" : "objects/hosts/$host");
	return $results && $results->[0]{attrs};
}

# Have it checked at once.  Its attributes when the result is there, those of before if none comes.
sub check
{
	my ($self, $host, $service) = @_;
	my $before = $self->object($host, $service) or return;
	my $last = ($before->{last_check_result} // {})->{execution_end} // 0;
	my @what = defined $service ? ('Service', service => "$host!$service") : ('Host', host => $host);
	my ($after, $asked) = ($before, 0);
	wait_for(sub {
		if (time - $asked > $AGAIN) {
			$asked = time;
			$self->get('actions/reschedule-check', { type => @what, force => JSON::PP::true });
		}
		$after = $self->object($host, $service) // $before;
		return (($after->{last_check_result} // {})->{execution_end} // 0) > $last;
	});
	return $after;
}

# The scripts of the package send notifications by a mail that files them.
sub takes_mail
{
	my ($self) = @_;
	my ($box, $scripts) = ("$self->{dir}/mail", "$self->{dir}/etc/scripts");
	make_path($box, $scripts);
	for my $script (glob "$ENV{LAB_CHROOT}/etc/icinga2/scripts/mail-*-notification.sh") {
		write_file("$scripts/" . basename($script), slurp_file($script) =~ s{^MAILBIN=.*}{MAILBIN=$scripts/mail}mr, 0755);
	}
	write_file("$scripts/mail", <<"END", 0755);
#!/bin/sh
{ echo "\$*"; cat; } >$box/new.\$\$
mv $box/new.\$\$ $box/\$(date +%s%N)
END
	return $self;
}

# What came since the last time, when it is so many mails or more, in the order of sending: the arguments, a line, and the text.
sub mails
{
	my ($self, $number) = @_;
	my @files;
	wait_for(sub {
		@files = sort grep { !m{/new} } glob "$self->{dir}/mail/*";
		return @files >= $number;
	});
	my @mails = map { slurp_file($_) } @files;
	unlink @files;
	return @mails;
}

1;

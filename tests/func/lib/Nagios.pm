# SPDX-License-Identifier: GPL-3.0-or-later
# Nagios.pm - a Nagios 4 in the lab's root, with directories of its own.
#
#   my $nagios = Nagios->new(name => NAME);
#   $nagios->objects('hosts.cfg', TEXT);		# or shipped('mail-tls-commands.cfg', ...)
#   $nagios->start or die
#   my $status = $nagios->service(HOST, SERVICE);
#
# Its command file is $nagios->{pipe}.

package Nagios;

use strict;
use warnings;

use Cwd 'abs_path';
use File::Basename 'dirname';
use File::Path qw(make_path remove_tree);
use Lab;

my $STATE = $ENV{LAB_STATE};
my $SHIPPED = abs_path(dirname(__FILE__) . '/../../../icinga-conf/nagios');
my $NAGIOS = '/opt/nagios/usr/sbin/nagios4';

# What the objects of Debian's package have that ours build on.
my $USUAL = <<'END';
define timeperiod {
	timeperiod_name 24x7
	alias always
	sunday 00:00-24:00
	monday 00:00-24:00
	tuesday 00:00-24:00
	wednesday 00:00-24:00
	thursday 00:00-24:00
	friday 00:00-24:00
	saturday 00:00-24:00
}
define command {
	command_name nothing
	command_line /bin/true
}
define contact {
	contact_name nobody
	host_notification_commands nothing
	service_notification_commands nothing
	host_notification_period 24x7
	service_notification_period 24x7
}
END

sub new
{
	my ($class, %given) = @_;
	my $dir = "$STATE/nagios-$given{name}";
	my $self = bless { %given, dir => $dir, pipe => "$dir/rw/nagios.cmd" }, $class;
	remove_tree($dir);
	make_path(map { "$dir/$_" } qw(objects rw results tmp));
	$self->objects('usual.cfg', $USUAL);
	$self->main('nagios.cfg', 'objects');
	return $self;
}

sub main
{
	my ($self, $name, @directories) = @_;
	my $dir = $self->{dir};
	my ($user) = nagios_user();
	my $from = join '', map { "cfg_dir=$dir/$_\n" } @directories;
	return write_file("$dir/$name", <<"END");
${from}log_file=$dir/log
command_file=$self->{pipe}
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
check_result_reaper_frequency=1
resource_file=$dir/resource.cfg
nagios_user=$user
nagios_group=$user
END
}

# A file with objects.
sub objects
{
	my ($self, $name, $text) = @_;
	write_file("$self->{dir}/objects/$name", $text);
	return $self;
}

# Files of icinga-conf/nagios; names in them may be replaced by others.
sub shipped
{
	my ($self, $names, %replace) = @_;
	for my $name (@$names) {
		my $text = slurp_file("$SHIPPED/$name") || die "$name: $!";
		$text =~ s/\Q$_\E/$replace{$_}/g for sort { length $b <=> length $a } keys %replace;
		$self->objects($name, $text);
	}
	return $self;
}

sub own
{
	my ($self) = @_;
	my (undef, $uid, $gid) = nagios_user();
	write_file("$self->{dir}/resource.cfg", "\$USER1\$=/usr/lib/nagios/plugins\n");
	system('chown', '-R', "$uid:$gid", $self->{dir});
	return;
}

# What is wrong with the objects, or with these beside them; "" for nothing.
sub refuses
{
	my ($self, $text) = @_;
	my $main = "$self->{dir}/nagios.cfg";
	if (defined $text) {
		make_path("$self->{dir}/other");
		write_file("$self->{dir}/other/other.cfg", $text);
		$main = $self->main('other-nagios.cfg', 'objects', 'other');
	}
	$self->own;
	my $r = in_root($NAGIOS, '-v', $main);
	return $r->{exit} ? $r->{out} : '';
}

# False, and why in the test's output, when it does not come up.
sub start
{
	my ($self) = @_;
	my $dir = $self->{dir};
	$self->own;
	daemon_start("nagios $self->{name}", "$dir/out", $NAGIOS, "$dir/nagios.cfg");
	return 1 if wait_for(sub { -p $self->{pipe} && -s "$dir/status.dat" });
	print "# $_\n" for split /\n/, slurp_file("$dir/out") . slurp_file("$dir/log");
	return 0;
}

sub stop
{
	my ($self) = @_;
	return daemon_stop("nagios $self->{name}");
}

# A line for the command file, without its time.
sub command
{
	my ($self, $line) = @_;
	open my $pipe, '>', $self->{pipe} or die "$self->{pipe}: $!";
	syswrite $pipe, sprintf "[%d] %s\n", time, $line;
	close $pipe;
	return;
}

# Have a service checked at once.  What Nagios says of it when the result is there.
sub check
{
	my ($self, $host, $service) = @_;
	my $last = sub { return ($self->service($host, $service) // {})->{last_check} // 0 };
	my $before = $last->();
	$self->command("SCHEDULE_FORCED_SVC_CHECK;$host;$service;" . time);
	wait_for(sub { $last->() > $before });
	return $self->service($host, $service);
}

# What Nagios says of a service: a hash with current_state, plugin_output and so on; long_plugin_output in lines.
sub service
{
	my ($self, $host, $service) = @_;
	for (slurp_file("$self->{dir}/status.dat") =~ /^servicestatus \{\n(.*?)\n\s*\}/msg) {
		my %got = map { /^\s*(\w+)=(.*)/ ? ($1, $2) : () } split /\n/;
		$got{long_plugin_output} =~ s/\\(.)/$1 eq 'n' ? "\n" : $1/ge;
		return \%got if $got{host_name} eq $host && $got{service_description} eq $service;
	}
	return undef;
}

1;

# SPDX-License-Identifier: GPL-3.0-or-later
# Watched.pm - watched.example, whose mail servers and policy a test changes while it is monitored.
#
# Two MX of equal preference, mx1 and mx2, with DANE and MTA-STS: CF 121 while both are well.  One test at a time has
# them: the others wait in their first mx_up().

package Watched;

use strict;
use warnings;

use Exporter 'import';
use Fcntl 'LOCK_EX';
use File::Copy 'copy';
use File::Path 'make_path';
use IO::Socket::INET ();
use Lab;

our @EXPORT = qw(mx_up mx_down policy_is icinga_objects);

my $DIR = "$ENV{LAB_STATE}/watched";
my $lock;
my %ADDRESS = (mx1 => '203.0.113.80', mx2 => '203.0.113.81');

# Its mail servers as hosts of Icinga, and who is told.
sub icinga_objects
{
	my @hosts = map { <<"END" } sort keys %ADDRESS;
object Host "$_.watched.example" {
  import "mail-tls-mx"
  address = "$ADDRESS{$_}"
  vars.mail_server = { }
}
END
	return join '', @hosts, <<'END';
object User "admin" {
  email = "admin@watched.example"
  groups = [ "mail-tls-admins" ]
}
END
}

# Start a server, or start it anew: with that defect of scripted.py, and the certificate of a host of the lab.
sub mx_up
{
	my ($name, $defect, $host) = @_;
	if (!$lock) {
		open $lock, '>', "$ENV{LAB_STATE}/watched.lock" or die "watched.lock: $!";
		flock $lock, LOCK_EX or die "watched.lock: $!";
	}
	mx_down($name);
	make_path("$DIR/$name");
	unlink "$DIR/$name/log";
	copy("$ENV{LAB_PKI}/hosts/" . ($host // 'watched') . '.pem', "$DIR/$name/scripted.pem") or die $!;
	write_file("$DIR/$name/table", "$ADDRESS{$name} 25 " . ($defect // 'well') . "\n");
	daemon_start($name, "$DIR/$name/log", qw(python3 /lab/scripted.py --pki), "$DIR/$name", '--table', "$DIR/$name/table");
	return wait_for(sub { slurp_file("$DIR/$name/log") =~ /ready/ });
}

sub mx_down
{
	my ($name) = @_;
	return daemon_stop($name);
}

# What https://mta-sts.watched.example/ has now; fields are changed by "KEY: VALUE".
sub policy_is
{
	my (@changes) = @_;
	my %policy = (mode => 'enforce', max_age => 604800, map { split /: */, $_, 2 } @changes);
	my @mx = map { "mx: $_" } split ' ', delete $policy{mx} // 'mx1.watched.example mx2.watched.example';
	return write_file("$ENV{LAB_STATE}/policies/watched", join '', map { "$_\r\n" } 'version: STSv1',
	    (map { "$_: $policy{$_}" } sort keys %policy), @mx);
}

1;

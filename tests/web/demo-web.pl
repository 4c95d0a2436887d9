#!/usr/bin/perl
# SPDX-License-Identifier: GPL-3.0-or-later
# demo-web.pl - Icinga Web with the shipped configuration and the lab's domains, on loopback until Ctrl-C.
#
# The port is MAILTLS_WEB_PORT (8080; 0: any).  The listening socket is made here, outside of the lab's network, and
# handed into it.

use strict;
use warnings;
use Cwd 'abs_path';
use FindBin;
use Fcntl qw(F_SETFD);
use IO::Socket::INET ();
use POSIX ();
use lib $FindBin::Bin, "$FindBin::Bin/../func/lib";

my $INTERVAL = 20;		# seconds between checks
my ($WELL, $DOWN) = (180, 60);	# seconds that a server is up, and down

if (!$ENV{LAB}) {
	if ($> != 0) {
		print "demo-web: needs root, as PostgreSQL and Icinga run as users of their own\n";
		exit 1;
	}
	my $port = $ENV{MAILTLS_WEB_PORT} // 8080;
	my $socket = IO::Socket::INET->new(Listen => 20, LocalAddr => '127.0.0.1', LocalPort => $port, ReuseAddr => 1);
	if (!$socket) {
		print "demo-web: port $port of 127.0.0.1: $!; try MAILTLS_WEB_PORT=NUMBER make demo-web\n";
		exit 1;
	}
	fcntl $socket, F_SETFD, 0;
	$ENV{LAB_PACKAGES} = "$FindBin::Bin/packages";
	$ENV{WEB_SOCKET} = fileno $socket;
	$ENV{WEB_URL} = 'http://127.0.0.1:' . $socket->sockport . '/';
	print "Icinga Web comes up, in half a minute ...\n";
	exec "$FindBin::Bin/../lab/lab.sh", abs_path($0) or die $!;
}

require Web;
require Watched;
require Lab;

# Every connection to the socket from outside goes on to the web server in here, by a process of its own.
sub relay
{
	my ($socket, $port) = @_;
	local $SIG{CHLD} = 'IGNORE';
	while (1) {
		my $client = $socket->accept or next;
		my $pid = fork // next;
		if (!$pid) {
			fcntl $client, F_SETFD, 0;
			exec 'chroot', $ENV{LAB_CHROOT}, 'socat', 'FD:' . fileno($client), "TCP4:127.0.0.1:$port" or POSIX::_exit(1);
		}
	}
	return;
}

$| = 1;
my $web = Web->start(interval => $INTERVAL);
my $port = Web::port();
my $relay = fork // die "fork: $!";
if (!$relay) {
	relay(IO::Socket::INET->new_from_fd($ENV{WEB_SOCKET}, 'r+'), $port);
}
Lab::wait_for(sub { $web->settled(1) });
print <<"END";

    $ENV{WEB_URL}dashboard?pane=Mail+TLS

    @{[Web::login()]}

The dashboard "Mail TLS" has the domains, worst first, their mail servers, graphs, and what changed.
Mail TLS watched.example    its second server is down for a minute of every four: the factor falls
                            from 121 to 85, which warns, and recovers
Mail TLS backup-plain.example   a backup MX without TLS; Mail TLS tls10.example has an old protocol,
Mail TLS two.example        and this a certificate nobody signed
A service's page has what the plugin said, its performance data, and graphs of factor and steps
("Load all graphs" for the days left of certificates, and each MX).

Ctrl-C ends it all.
END
while (1) {
	sleep $WELL;
	Watched::mx_down('mx2');
	sleep $DOWN;
	Watched::mx_up('mx2');
}

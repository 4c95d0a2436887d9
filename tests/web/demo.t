#!/usr/bin/perl
# SPDX-License-Identifier: GPL-3.0-or-later
# demo.t - make demo-web: its URL, the login it prints, and Ctrl-C.

use strict;
use warnings;
use File::Temp 'tempdir';
use FindBin;
use IO::Socket::INET ();
use Test::More;

my $PATIENCE = 300;	# seconds for it to come up
my $dir = tempdir(CLEANUP => 1);

local $ENV{MAILTLS_WEB_PORT} = 0;
my $pid = open(my $from, '-|') // die "fork: $!";
if (!$pid) {
	setpgrp;	# as a terminal has it: Ctrl-C is for all of them
	exec "$FindBin::Bin/demo-web.pl" or die $!;
}

END {
	local $?;
	kill 'KILL', -$pid if $pid;
}
local $SIG{ALRM} = sub { die "it does not come up\n" };
alarm $PATIENCE;
my $said = '';
while (my $line = <$from>) {
	$said .= $line;
	last if $line =~ /Ctrl-C/;
}
alarm 0;
my ($base, $port) = $said =~ m{(http://127\.0\.0\.1:(\d+)/)dashboard} or BAIL_OUT("no URL: $said");
my ($user, $password) = $said =~ /user (\S+), password (\S+)/;

# A page, with the cookies of the last; data is POSTed.
sub page
{
	my ($path, @data) = @_;
	open my $out, '-|', 'curl', '-q', '-s', '-L', '--noproxy', '*', '-m', 60, '-c', "$dir/cookies", '-b', "$dir/cookies",
	    (map { ('--data-urlencode', $_) } @data), "$base$path" or die $!;
	local $/ = undef;
	return scalar(<$out>) // '';
}

my $login = page('authentication/login');
like($login, qr/Icinga Web/, 'the login');
my %hidden;
while ($login =~ /<input([^>]*type="hidden"[^>]*)>/g) {
	my $tag = $1;
	my ($name) = $tag =~ /\bname="([^"]*)"/;
	my ($value) = $tag =~ /\bvalue="([^"]*)"/;
	$hidden{$name} = $value // '' if defined $name;
}
my @form = map { "$_=$hidden{$_}" } sort keys %hidden;
page('authentication/login', @form, "username=$user", "password=$password", 'btn_submit=Login');
my $services = page('icingadb/services?limit=100');
like($services, qr/Mail TLS $_/, "services: Mail TLS $_") for qw(watched\.example backup-plain\.example two\.example);
unlike(page('authentication/logout') . page('icingadb/services'), qr/Mail TLS watched/, 'nothing without a login');

kill 'INT', -$pid;
alarm 30;
1 while <$from>;
close $from;
alarm 0;
isnt($? >> 8, 0, 'Ctrl-C ends it');
undef $pid;
# the kernel ends a namespace's processes one by one
my $listens;
for (1 .. 100) {
	$listens = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $port) or last;
	select undef, undef, undef, 0.1;
}
ok(!$listens, 'and nobody listens any more');
done_testing;

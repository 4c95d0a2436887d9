#!/usr/bin/perl
# SPDX-License-Identifier: GPL-3.0-or-later
# 30-sandbox.t - what a running plugin has given up, and that it misses none of it.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use File::Temp 'tempdir';
use Plugin;
use Test::More;
use Time::HiRes qw(sleep time);

my $PATIENCE = 20;
my $bin = $ENV{PLUGINS} || 'plugins';
my $dir = tempdir(CLEANUP => 1);
chmod 0755, $dir;

# The last line of -vvv.
sub sandbox_of
{
	my ($r) = @_;
	return $r->{out} =~ /^Sandbox: (.*)\n\z/m ? $1 : 'no such line';
}

my $lint = checked('offline', mtasts('--lint', '--txt=v=STSv1; id=1', '-vvv'));
my $words = sandbox_of($lint);
# sanitizers need what is given up
my $built = $words ne 'none in this build';
my $seccomp = $words =~ /(?<!no )seccomp filter/;
my $landlock = $words =~ /Landlock ABI (\d+)/ ? $1 : 0;
my $ports = $landlock >= 4;

# --- in words

sub words_are
{
	my ($what, $want, @command) = @_;
	my $got = sandbox_of(checked($what, @command, '-vvv'));
	return is($got, 'none in this build', "$what, with sanitizers") if !$built;
	return like($got, $want, "$what: what was given up");
}

my $tcp = sub { my ($text) = @_; return $ports ? qr/\(\d+ paths? to read, \Q$text\E\)/ : qr/./ };
words_are('lint', $ports && $seccomp ? qr/^Landlock ABI \d \(0 paths to read, no TCP\), seccomp filter \(no sockets\), no capabilities$/ : qr/./,
	mtasts('--lint', '--txt=v=STSv1; id=1'));
words_are('any server may be named', $tcp->('TCP to any port'), mx_cf('-H', 'good.example'));
words_are('one port and DNS', $tcp->('TCP to ports 53 25'), smtp_tls('-H', 'mx.good.example', '--revocation=off'));
words_are('its own port', $tcp->('TCP to ports 53 465'), smtp_tls('-H', 'mx.good.example', '--revocation=off', '--direct-tls'));
words_are('a policy', $tcp->('TCP to ports 53 443 25'), mtasts('-H', 'sts-day.example', '--revocation=off'));
words_are('no server', $tcp->('TCP to port 53'), dane('-H', 'good.example', '--no-connect'));
words_are('through a proxy', $tcp->('TCP to ports 53 1080'), mx_cf('-H', 'good.example', '--socks=192.0.2.90'));
is sandbox_of(checked('switched off', smtp_tls('-H', 'mx.good.example', '--sandbox=off', '-vvv'))), 'off', 'switched off';
my $probe = checked('sslprobe', mx_cf('-H', 'null.invalid', '--format=sslprobe'));
unlike $probe->{out}, qr/Sandbox/, 'sslprobe runs a program, and says nothing of that';

# --- in the kernel

sub content
{
	my ($name) = @_;
	open my $in, '<', $name or return '';
	local $/ = undef;
	return scalar(<$in>) // '';
}

# A plugin that waits for a server that says nothing; its status files once $ready is in the first.
sub waiting
{
	my ($ready, @args) = @_;
	my $pid = fork // die "fork: $!";
	if (!$pid) {
		open STDOUT, '>', '/dev/null';
		exec "$bin/check_smtp_tls", '-H', 'mx.silent.example', '-t', '60', '--host-timeout=50', '--dnssec=off', @args;
		die "exec: $!";
	}
	my $until = time + $PATIENCE;
	my @status;
	do {
		sleep 0.02;
		@status = map { content($_) } glob "/proc/$pid/task/*/status";
	} while (time < $until && (@status < 2 || grep { $_ !~ $ready } @status));
	kill 'KILL', $pid;
	waitpid $pid, 0;
	return @status;
}

my $first = $seccomp ? qr/^Seccomp:\t2$/m : qr/^Name:/m;
my @status = waiting($first);
cmp_ok scalar @status, '>=', 2, 'the watchdog is there, too';
if ($built) {
	is scalar(grep { /^NoNewPrivs:\t1$/m } @status), scalar @status, 'no thread gets more by running something';
	is scalar(grep { /^CapEff:\t0+$/m && /^CapPrm:\t0+$/m } @status), scalar @status, 'no thread has a capability';
	is scalar(grep { /^Seccomp:\t2$/m } @status), $seccomp ? scalar @status : 0, 'all threads have the filter';
}
@status = waiting(qr/^Name:/m, '--sandbox=off');
is scalar(grep { /^Seccomp:\t0$/m && /^NoNewPrivs:\t0$/m } @status), scalar @status, 'switched off';

# --- another user

@status = waiting(qr/^Uid:(?:\t65534){4}$/m, '--user=nobody');
is scalar(grep { /^Uid:(?:\t65534){4}$/m && /^Gid:(?:\t65534){4}$/m && /^Groups:\s*$/m } @status),
    scalar @status, 'all threads have become another user';
@status = waiting(qr/^Uid:(?:\t65534){4}$/m, '--user=65534', '--sandbox=off');
is scalar(grep { /^Uid:(?:\t65534){4}$/m && /^CapPrm:\t0+$/m } @status), scalar @status, 'by number, without the sandbox';
my $r = checked('nobody of that name', smtp_tls('-H', 'mx.good.example', '--user=nobody-there'));
like $r->{out}, qr/^SMTP_TLS UNKNOWN - --user: "nobody-there" is no user/, 'nobody of that name';

# files are read before: a key that only root may read
my $key = "$dir/key.pem";
system('cp', "$ENV{LAB_PKI}/hosts/good.pem", $key) == 0 or die;
chmod 0600, $key;
$r = checked('a key of root', smtp_tls('-H', 'mx.clientreq.example', "--client-cert=$key", '--user=nobody'));
unlike $r->{out}, qr/cannot|permission/i, 'a key is read before the user is changed';

# --- nothing is missed: a CA that links lead to, over a directory or two
my $ca = "$ENV{LAB_CA_FILE}";
mkdir "$dir/$_" for qw(store local far);
system('cp', $ca, "$dir/far/ca.pem") == 0 or die;
symlink "$dir/far/ca.pem", "$dir/local/site.pem" or die;
symlink '../local/site.pem', "$dir/store/site.pem" or die;
chomp(my $hash = `openssl x509 -in $ca -noout -hash`);
symlink 'site.pem', "$dir/store/$hash.0" or die;
$r = checked('links', smtp_tls('-H', 'mx.good.example', "--ca-path=$dir/store"));
state_is($r, 'OK', 'a CA that links lead to');
# and without the links it is the directory alone that counts
$r = checked('no CA', smtp_tls('-H', 'mx.good.example', "--ca-path=$dir/empty"));
state_is($r, 'UNKNOWN', 'a directory that is not there');

done_testing;

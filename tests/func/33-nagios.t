#!/usr/bin/perl
# SPDX-License-Identifier: GPL-3.0-or-later
# 33-nagios.t - a Nagios with the shipped objects: its own checks, one by NRPE, and a batch by NSCA.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Lab;
use Nagios;
use Plugin;
use Test::More;

my $TOP = "$FindBin::Bin/../..";
my $DIR = "$ENV{LAB_STATE}/nagios-live";
my ($USER, $UID, $GID) = nagios_user();

my $nagios = Nagios->new(name => 'live');
$nagios->shipped([map { "mail-tls-$_.cfg" } qw(commands contacts services templates)]);
$nagios->shipped(['mail-tls-nrpe.cfg'], 'mail.example.com' => 'by-nrpe', 'probe.example.org' => '127.0.0.1',
    'example.com' => 'two.example');
$nagios->objects('hosts.cfg', join '', map { "define host {\n\tuse $_->[0]\n\thost_name $_->[1]\n\thostgroups $_->[2]\n$_->[3]}\n" }
    ['mail-tls-domain-host', 'good.example', 'mail-domains', ''],
    ['mail-tls-domain-host', 'notls.example', 'mail-domains', ''],
    ['mail-tls-domain-host', 'ee.dane.example', 'mail-dane', ''],
    ['mail-tls-domain-host', 'sts-day.example', 'mail-mtasts', ''],
    ['mail-tls-mx', 'mx.selfsigned.example', 'mail-servers', "\taddress 192.0.2.100\n"],
    ['mail-tls-domain-host', 'threemx.example', 'mail-domains-batch', '']);
plugins_install();
is($nagios->refuses, '', 'the shipped objects are valid');
$nagios->start or die 'Nagios does not come up';

# Without what differs from run to run.
sub steady
{
	my ($text) = @_;
	return $text =~ s/\b((?:mx\d+_)?time\w*)=[\d.]+s/$1=TIMEs/gr =~ s/\b\d+\.\d+ s\b/TIME s/gr;
}

# Nagios has of a service what the plugin itself says: state, first line, all other lines, performance data.
sub has
{
	my ($name, $seen, $state, @own) = @_;
	my $own = run(@own);
	my (undef, $lines) = split /\n/, $own->{out}, 2;
	is($own->{exit}, $state, "$name: state of the plugin") or diag($own->{out});
	is($seen->{current_state}, $state, "$name: state");
	is(steady($seen->{plugin_output}), steady($own->{text}), "$name: first line");
	is($seen->{long_plugin_output}, $lines =~ s/\n\z//r, "$name: the other lines") if length $lines;
	is(steady($seen->{performance_data}), steady($own->{perfdata}), "$name: performance data");
	return;
}

# --- checks of its own

my %CHECKS = (
	'good.example mail-tls' => [0, mx_cf('-H', 'good.example')],
	'notls.example mail-tls' => [2, mx_cf('-H', 'notls.example')],
	'ee.dane.example mail-dane' => [0, dane('-H', 'ee.dane.example')],
	'sts-day.example mail-mtasts' => [1, mtasts('-H', 'sts-day.example')],
	'mx.selfsigned.example mail-server' => [2, smtp_tls('-H', 'mx.selfsigned.example')],
);
has("$_ by Nagios", $nagios->check(split), @{ $CHECKS{$_} }) for sort keys %CHECKS;

# --- by NRPE: the command is on its side, all lines arrive

write_file("$DIR/mail-tls.cfg", slurp_file("$TOP/icinga-conf/nagios/nrpe.d/mail-tls.cfg") =~ s/example\.com/two.example/gr);
write_file("$DIR/nrpe.cfg", <<"END");
log_file=$DIR/nrpe.log
pid_file=$DIR/nrpe.pid
server_address=127.0.0.1
nrpe_user=$USER
nrpe_group=$USER
allowed_hosts=127.0.0.1
command_timeout=60
include=$DIR/mail-tls.cfg
END
daemon_start('nrpe', "$DIR/nrpe.out", qw(/usr/sbin/nrpe -f -c), "$DIR/nrpe.cfg");
ok(wait_for(sub { in_root(qw(/usr/lib/nagios/plugins/check_nrpe -H 127.0.0.1))->{exit} == 0 }), 'NRPE is up') or
    diag(slurp_file("$DIR/nrpe.log"));
has('by NRPE', $nagios->check('by-nrpe', 'mail-tls'), 1, mx_cf('-H', 'two.example'));

# --- a batch by NSCA

write_file("$DIR/nsca.cfg", <<"END");
pid_file=$DIR/nsca.pid
server_address=127.0.0.1
nsca_user=$USER
nsca_group=$USER
command_file=$nagios->{pipe}
alternate_dump_file=$DIR/nsca.dump
max_packet_age=300
password=secret
decryption_method=1
END
write_file("$DIR/send_nsca.cfg", "password=secret\nencryption_method=1\n");
mkdir "$DIR/bin";
write_file("$DIR/bin/send_nsca", "#!/bin/sh\nexec chroot $ENV{LAB_CHROOT} /usr/sbin/send_nsca \"\$@\"\n", 0755);
daemon_start('nsca', "$DIR/nsca.out", qw(/usr/sbin/nsca -f -c), "$DIR/nsca.cfg", '--single');
is($nagios->service('threemx.example', 'mail-tls')->{has_been_checked}, 0, 'nothing is known before the batch');
{
	local @ENV{qw(PATH NSCA_HOST NSCA_CONFIG MAILTLS_SUBMIT MAILTLS_PLUGIN)} =
	    ("$DIR/bin:$ENV{PATH}", '127.0.0.1', "$DIR/send_nsca.cfg", 'nsca', ($ENV{PLUGINS} || 'plugins') . '/check_mx_cf');
	write_file("$DIR/list", "threemx.example\n");
	like(scalar qx($TOP/contrib/batch/mailtls-batch $DIR/list 2>&1), qr/1 delivered, 0 not/, 'a batch by NSCA');
}
my $seen;
wait_for(sub { ($seen = $nagios->service('threemx.example', 'mail-tls'))->{has_been_checked} });
is($seen->{check_type}, 1, 'by NSCA: passive');
is($seen->{long_plugin_output}, '', 'by NSCA: one line, as a batch has it');
my $own = run(mx_cf('-H', 'threemx.example'));
is($seen->{current_state}, $own->{exit}, 'by NSCA: state');
is($seen->{plugin_output}, $own->{text}, 'by NSCA: output');
like($seen->{performance_data}, qr/^cf=\d+;90:;64:;0;121 worst_cf=0;.* mx3_time=/, 'by NSCA: performance data');

done_testing;

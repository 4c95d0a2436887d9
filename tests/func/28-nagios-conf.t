#!/usr/bin/perl
# SPDX-License-Identifier: GPL-3.0-or-later
# 28-nagios-conf.t - icinga-conf/nagios is valid, how it calls the plugins, and the way of a batch to NSCA.

use strict;
use warnings;
use File::Temp 'tempdir';
use FindBin;
use lib "$FindBin::Bin/lib";
use Lab;
use Nagios;
use Options;
use Test::More;

my $TOP = "$FindBin::Bin/../..";
my $CONF = "$TOP/icinga-conf/nagios";
my $BIN = $ENV{PLUGINS} || 'plugins';
my @FILES = map { s{.*/}{}r } glob "$CONF/*.cfg";

# What breaks each file, so that Nagios must say so.
my %BROKEN = (
	'mail-tls-commands.cfg' => sub { s/command_name    check_dane/command_name    check_dan/ },
	'mail-tls-templates.cfg' => sub { s/name                    mail-tls-mx/name                    mail-tls-mix/ },
	'mail-tls-services.cfg' => sub { s/use                     mail-tls-server/use                     mail-tls-srver/ },
	'mail-tls-contacts.cfg' => sub { s/contactgroup_name               mail-tls-admins/contactgroup_name   others/ },
	'mail-tls-nrpe.cfg' => sub { s/command_name    check_mail_tls_nrpe/command_name check_nrpe_mail_tls/ },
	'example-hosts.cfg' => sub { s/mail-tls,mail-dane,mail-mtasts/mail-tls,mail-dain/ },
);

my $nagios = Nagios->new(name => 'conf');
$nagios->objects($_, slurp_file("$CONF/$_")) for @FILES;
is_deeply(\@FILES, [sort keys %BROKEN], 'all files are known here');
is($nagios->refuses, '', 'valid');
for my $name (@FILES) {
	local $_ = slurp_file("$CONF/$name");
	$BROKEN{$name}->() or die "$name cannot be broken";
	$nagios->objects($name, $_);
	like($nagios->refuses, qr/^Error: /m, "with $name broken, refused");
	$nagios->objects($name, slurp_file("$CONF/$name"));
}

my $own = Nagios->new(name => 'groups');
$own->objects($_, slurp_file("$CONF/$_")) for grep { /templates|services|commands|contacts/ } @FILES;
$own->objects('host.cfg', "define host {\n\tuse mail-tls-domain-host\n\thost_name example.org\n\thostgroups mail-domains\n}\n");
is($own->refuses, '', 'a host, and groups without one: valid');

my @defined = slurp_file("$TOP/docs/nagios.md") =~ /^( {4}define .*?^ {4}\}\n)/msg;
is(scalar @defined, 3, 'docs/nagios.md: two hosts and a service');
$own->objects('host.cfg', join '', @defined, "define host {\n\tuse mail-tls-domain-host\n\thost_name example.net\n}\n");
is($own->refuses, '', 'docs/nagios.md: valid');

# --- how a plugin is called: plugins that print their words

my %WANT = (
	'example.org mail-tls' => 'check_mx_cf <-H><example.org><-w><90:><-c><64:><-D><14,3>',
	'example.org mail-dane' => 'check_dane <-H><example.org><-w><3:><-c><1:><-D><14,3>',
	'example.org mail-mtasts' => 'check_mtasts <-H><example.org><-w><604800:><-c><86400:><-D><14,3>',
	'mx1.example.org mail-server' => 'check_smtp_tls <-H><mx1.example.org><-D><14,3>',
	'example.net mail-tls' => 'check_mx_cf <-H><example.net><-w><104:><-c><64:><-D><14,3><--severity=cert-untrusted=ok>',
	'mail.example.com mail-tls' => 'check_nrpe <-H><probe.example.org><-t><60><-c><mail-tls-example.com>',
);
my $plugins = "$ENV{LAB_STATE}/nagios-conf-plugins";
mkdir $plugins;
write_file("$plugins/$_", "#!/bin/sh\nprintf '%s ' \"\${0##*/}\"\nfor word; do printf '<%s>' \"\$word\"; done\nexit 1\n", 0755)
    for plugins(), 'check_nrpe';
$nagios->objects('mail-tls-commands.cfg', slurp_file("$CONF/mail-tls-commands.cfg") =~ s{\$USER1\$}{$plugins}gr);
$nagios->objects('mail-tls-nrpe.cfg', slurp_file("$CONF/mail-tls-nrpe.cfg") =~ s{\$USER1\$}{$plugins}gr);
if (ok($nagios->start, 'Nagios is up')) {
	my $now = time;
	open my $pipe, '>', $nagios->{pipe} or die $!;
	print $pipe "[$now] SCHEDULE_FORCED_SVC_CHECK;@{[s/ /;/r]};$now\n" for sort keys %WANT;
	close $pipe;
	for my $name (sort keys %WANT) {
		my @service = split / /, $name;
		wait_for(sub { ($nagios->service(@service) // {})->{has_been_checked} });
		is($nagios->service(@service)->{plugin_output}, $WANT{$name}, "$name: called as its variables say");
	}
	is($nagios->service('example.info', 'mail-tls')->{active_checks_enabled}, 0, 'a passive service is not checked');
	$nagios->stop;
}

# --- NRPE: its commands are ones that the plugins take

my @nrpe = slurp_file("$CONF/nrpe.d/mail-tls.cfg") =~ m{^command\[\S+\]=/usr/lib/nagios/plugins/(check_.*)$}mg;
is(scalar @nrpe, 4, 'NRPE: a command for each plugin');
for (@nrpe) {
	my ($plugin, $options) = /^(\w+) (.*)/;
	like(scalar qx($BIN/$plugin $options --port=0), qr/--port: "0"/, "NRPE: $plugin takes its options");
}
my ($asked) = slurp_file("$CONF/mail-tls-nrpe.cfg") =~ /check_mail_tls_nrpe!(\S+)/;
like(slurp_file("$CONF/nrpe.d/mail-tls.cfg"), qr/^command\[\Q$asked\E\]=/m, 'NRPE: what is asked for is there');

# --- NSCA: results of a batch, as send_nsca reads them

my $dir = tempdir(CLEANUP => 1);
write_file("$dir/send_nsca", "#!/bin/sh\necho \"\$*\" >$dir/words\ncat >$dir/sent\n[ ! -e $dir/deaf ]\n", 0755);
write_file("$dir/config", "password=x\n");

sub submit
{
	my ($name, $text, $exit, $said, $sent, %env) = @_;
	unlink "$dir/sent";
	%env = (PATH => "$dir:$ENV{PATH}", NSCA_HOST => 'nagios.example.org', NSCA_CONFIG => "$dir/config", SUBMIT_PATIENCE => 0, %env);
	local @ENV{keys %env} = values %env;
	my $in = write_file("$dir/in", $text);
	my $out = qx($TOP/contrib/batch/submit-nsca <$in 2>&1);
	is($? >> 8, $exit, "NSCA, $name: exit $exit") or diag($out);
	like($out, $said, "NSCA, $name: $said");
	is(slurp_file("$dir/sent"), $sent, "NSCA, $name: sent");
	return;
}

my $good = "[1] PROCESS_SERVICE_CHECK_RESULT;a.example;mail-tls;1;MX_CF WARNING - a; b: c|cf=85;90:;64:;0;121\n";
my $want = "a.example\tmail-tls\t1\tMX_CF WARNING - a; b: c|cf=85;90:;64:;0;121\n";
submit('a result', $good, 0, qr/1 delivered, 0 not/, $want);
is(slurp_file("$dir/words"), "-H nagios.example.org -c $dir/config\n", 'NSCA: where to');
submit('two, and what is none', $good . "MX_CF UNKNOWN - bad\n" . $good, 1, qr/2 delivered, 1 not/, $want x 2);
submit('nothing', '', 0, qr/0 delivered, 0 not/, '');
submit('none at all', "x\n", 2, qr/0 delivered, 1 not/, '');
my $long = join ' ', map { "label$_=$_" } 1 .. 600;
submit('a long one', $good =~ s/cf=.*/$long/r, 0, qr/1 delivered/, "a.example\tmail-tls\t1\t" .
    substr("MX_CF WARNING - a; b: c|$long", 0, 4095) =~ s/ [^ ]*$//r . "\n");
write_file("$dir/deaf", '');
submit('nobody answers', $good, 2, qr/0 delivered, 1 not/, $want);
submit('no host', $good, 2, qr/NSCA_HOST is not set/, '', NSCA_HOST => '');
submit('no password', $good, 2, qr/cannot read .*none/, '', NSCA_CONFIG => "$dir/none");
submit('patience', $good, 2, qr/is a number/, '', SUBMIT_PATIENCE => '1m');

# the batch hands it what it reads
unlink "$dir/deaf";
write_file("$dir/list", "good.example\nnotls.example\n");
{
	local @ENV{qw(PATH NSCA_HOST NSCA_CONFIG MAILTLS_SUBMIT MAILTLS_PLUGIN)} =
	    ("$dir:$ENV{PATH}", 'nagios.example.org', "$dir/config", 'nsca', "$BIN/check_mx_cf");
	like(scalar qx($TOP/contrib/batch/mailtls-batch $dir/list 2>&1), qr/2 delivered, 0 not/, 'a batch by NSCA');
}
like(slurp_file("$dir/sent"), qr/^good\.example\tmail-tls\t0\tMX_CF OK - .*\|cf=116;90:/m, 'a batch by NSCA: sent');

done_testing;

#!/usr/bin/perl
# SPDX-License-Identifier: GPL-3.0-or-later
# 31-icinga.t - an Icinga 2 with the shipped configuration, while a domain's servers and policy change.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Icinga;
use IO::Socket::INET ();
use Lab;
use Plugin;
use POSIX ();
use Test::More;
use Watched;

my @STATES = qw(OK WARNING CRITICAL UNKNOWN);
my $TOP = "$FindBin::Bin/../..";
my $DOMAIN = 'watched.example';
my $CF = "mail-tls-$DOMAIN";
my $CF_NOTIFICATION = "notifications/mail-domains!$CF!mail-tls-cf";

# Only what this test asks for is checked, until it says otherwise.
my $icinga = Icinga->new(node => 'icinga.watched.example', port => 5671);
$icinga->shipped('conf.d', 'icinga2/mail-tls-*.conf');
$icinga->shipped('features-enabled', 'features/graphite.conf');
$icinga->file('conf.d/hosts.conf', icinga_objects() . <<'END');
object IcingaApplication "app" {
  enable_host_checks = false
  enable_service_checks = false
}
object Host "mail-domains" {
  import "mail-tls-domains"
  vars.mail_domains["watched.example"] = {
    dane = true
    mtasts = true
    mx = [ "mx1.watched.example", "mx2.watched.example" ]
  }
  vars.mail_domains["two.example"] = {
    passive = true
    check_interval = 1
  }
}
object Host "good.example" {
  import "mail-tls-domains"
  vars.mail_domain = "good.example"
}
END
$icinga->takes_mail;

# The plugins' own run of what each service checks.
my %OWN = (
	$CF => [mx_cf("--hostname=$DOMAIN", '--warning=90:', '--critical=64:')],
	"mail-dane-$DOMAIN" => [dane("--hostname=$DOMAIN")],
	"mail-mtasts-$DOMAIN" => [mtasts("--hostname=$DOMAIN")],
	'mail-server' => [smtp_tls("--hostname=mx1.$DOMAIN")],
);

# Without what differs from run to run.
sub steady
{
	my ($perfdata) = @_;
	return $perfdata =~ s/\b((?:mx\d+_)?time\w*)=[\d.]+s/$1=TIMEs/gr;
}

# Check a service: the API shows this state, and what the plugin itself says of the same.
sub becomes
{
	my ($service, $state, $said) = @_;
	my $own = run(@{ $OWN{$service} });
	my $seen = $icinga->check($service eq 'mail-server' ? "mx1.$DOMAIN" : 'mail-domains', $service);
	my $result = $seen->{last_check_result};
	is($STATES[$seen->{state}], $state, "$service: $state") or diag($result->{output});
	like($result->{output} =~ s/\n.*//sr, $said, "$service: $state: $said");
	is($result->{output}, $own->{out} =~ s/\|.*//r =~ s/\n\z//r =~ s/\d+\.\d+ s\b/$1/r, "$service: $state, all lines")
	    if $service ne 'mail-server';	# its first line has a time
	is(steady(join ' ', @{ $result->{performance_data} }), steady($own->{perfdata}), "$service: $state, performance data");
	return $seen;
}

# Check it until its state is hard, when notifications are due.
sub hardens
{
	my ($host, $service) = @_;
	my $seen;
	for (1 .. 3) {
		$seen = $icinga->check($host, $service);
		last if $seen->{state_type} == 1;
	}
	is($seen->{state_type}, 1, ($service // $host) . ': hard');
	return $seen;
}

# These mails were sent since the last time, and no others.
sub told
{
	my ($name, @want) = @_;
	my @mails = $icinga->mails(scalar @want);
	is(scalar @mails, scalar @want, "$name: so many are told") or diag(@mails);
	for my $i (0 .. $#want) {
		like($mails[$i] // '', $_, "$name: mail @{[$i + 1]}: $_") for @{ $want[$i] };
	}
	return;
}

# --- who takes performance data, and files it

my $metrics = write_file("$icinga->{dir}/metrics", '');
my $carbon = IO::Socket::INET->new(LocalAddr => '127.0.0.1', LocalPort => 2003, Listen => 5, ReuseAddr => 1) or die "port 2003: $!";
my $reader = fork // die "fork: $!";
if ($reader == 0) {
	my $from = $carbon->accept;
	open my $to, '>>', $metrics or POSIX::_exit(1);
	while (sysread $from, my $text, 65536) {
		syswrite $to, $text;
	}
	POSIX::_exit(0);
}

END { kill 'KILL', $reader if $reader }

# --- all is well

plugins_install();
mx_up('mx1');
mx_up('mx2');
is($icinga->refuses, '', 'the shipped files are valid');
$icinga->start or die 'Icinga does not come up';
for my $mx (qw(mx1 mx2)) {
	is($icinga->check("$mx.$DOMAIN")->{state}, 0, "$mx is up");
}
becomes($CF, 'OK', qr/^MX_CF OK - watched\.example CF 121 of 121/);
becomes("mail-dane-$DOMAIN", 'OK', qr/^DANE OK - watched\.example: 2 of 2 hosts match/);
becomes("mail-mtasts-$DOMAIN", 'OK', qr/^MTASTS OK - watched\.example: policy id \w+ mode enforce/);
becomes('mail-server', 'OK', qr/^SMTP_TLS OK - mx1\.watched\.example\[203\.0\.113\.80\]:25 TLSv1\.3/);
told('all is well');

# --- a factor of 85 is a warning, which somebody is told; the recovery, too

mx_down('mx2');
my $seen = becomes($CF, 'WARNING',
    qr/^MX_CF WARNING - watched\.example CF 85 of 121 \(70%\): mx2\.watched\.example\[203\.0\.113\.81\] is unreachable: Connection refused/);
is((grep { /^cf=/ } @{ $seen->{last_check_result}{performance_data} })[0], 'cf=85;90:;64:;0;121', 'the factor and its thresholds');
becomes("mail-dane-$DOMAIN", 'WARNING', qr/^DANE WARNING - watched\.example: mx2\.watched\.example\[203\.0\.113\.81\] is unreachable/);
hardens('mail-domains', $CF);
told('CF 85', [qr/^-s \[PROBLEM\] Mail TLS watched\.example on mail-domains is WARNING! admin\@watched\.example$/m,
    qr/^Info: +MX_CF WARNING - watched\.example CF 85 of 121 .* is unreachable: Connection refused/m]);
mx_up('mx2');
becomes($CF, 'OK', qr/CF 121/);
becomes("mail-dane-$DOMAIN", 'OK', qr/2 of 2 hosts match/);
told('recovery', [qr/^-s \[RECOVERY\] Mail TLS watched\.example .* is OK!/m, qr/^Info: +MX_CF OK - watched\.example CF 121/m]);

# --- another certificate: soon to expire, and its key not in the TLSA record

mx_up('mx1', 'well', 'watched-soon');
becomes('mail-server', 'WARNING', qr/^SMTP_TLS WARNING - \S+ certificate expires in 10\.\d days/);
becomes("mail-dane-$DOMAIN", 'CRITICAL', qr/^DANE CRITICAL - \S+ mx1\.watched\.example\S* RSA chain matches no TLSA record/);

# --- the server has alerted: its domain does not, but shows what is wrong

mx_up('mx1', 'nostarttls');
becomes('mail-server', 'CRITICAL', qr/^SMTP_TLS CRITICAL - \S+ offers no TLS/);
hardens("mx1.$DOMAIN", 'mail-server');
my $before = $icinga->get("objects/$CF_NOTIFICATION")->[0]{attrs}{last_problem_notification};
becomes($CF, 'CRITICAL', qr/^MX_CF CRITICAL - \S+ CF \d+ of 121 \(\d+%\): mx1\.watched\.example\S* offers no TLS/);
$seen = hardens('mail-domains', $CF);
ok(!$seen->{last_reachable}, 'its domain depends on it');
is($icinga->get("objects/$CF_NOTIFICATION")->[0]{attrs}{last_problem_notification}, $before, 'its domain notifies nobody');
mx_up('mx1');
becomes('mail-server', 'OK', qr/^SMTP_TLS OK/);

# --- another policy; meanwhile the domain is not checked, and its old state must not be told

policy_is('max_age: 86400');
becomes("mail-mtasts-$DOMAIN", 'WARNING', qr/^MTASTS WARNING - \S+ policy .* max_age 1 day \(below 7 days\)/);
policy_is("mx: mx1.$DOMAIN");
becomes("mail-mtasts-$DOMAIN", 'CRITICAL', qr/^MTASTS CRITICAL - \S+ mx2\.watched\.example\S* is not listed in the MTA-STS policy/);
policy_is();
becomes("mail-mtasts-$DOMAIN", 'OK', qr/^MTASTS OK/);
becomes($CF, 'OK', qr/CF 121/);
becomes("mail-dane-$DOMAIN", 'OK', qr/2 of 2 hosts match/);
told('a bad server', [qr/^-s \[PROBLEM\] Mail server TLS on mx1\.watched\.example is CRITICAL!/m, qr/offers no TLS/],
    [qr/^-s \[RECOVERY\] Mail server TLS on mx1\.watched\.example is OK!/m]);

# --- the same for a server that is down; from here on Graphite gets it all, too (Icinga may connect only ten seconds late)

wait_for(sub { $icinga->get('status/GraphiteWriter')->[0]{status}{graphitewriter}{graphite}{connected} });
mx_down('mx2');
hardens("mx2.$DOMAIN");
becomes($CF, 'WARNING', qr/CF 85 /);
$seen = hardens('mail-domains', $CF);
ok(!$seen->{last_reachable}, 'a domain depends on its servers');
mx_up('mx2');
is($icinga->check("mx2.$DOMAIN")->{state}, 0, 'mx2 is up again');
becomes($CF, 'OK', qr/CF 121/);
becomes("mail-dane-$DOMAIN", 'OK', qr/2 of 2 hosts match/);
becomes("mail-mtasts-$DOMAIN", 'OK', qr/^MTASTS OK/);
becomes('mail-server', 'OK', qr/^SMTP_TLS OK/);
told('a server that is down', [qr/^-s \[PROBLEM\] Host mx2\.watched\.example is DOWN!/m], [qr/^-s \[RECOVERY\] Host mx2\.watched\.example is UP!/m]);

# --- all of it as Graphite gets it

my %METRIC = (
	"mail-domains.services.mail-tls-watched_example.mx_cf" => [qw(cf worst_cf mx1_cf mx1_time mx2_time time time_dns
	    time_answer time_connect time_helo time_tls time_cert time_secure time_from cert_days)],
	"mail-domains.services.mail-dane-watched_example.dane" => [qw(rrsig_days cert_days tlsa_matched hosts_ok)],
	"mail-domains.services.mail-mtasts-watched_example.mtasts" => [qw(max_age policy_cert_days mx_ok)],
	"mx1_watched_example.services.mail-server.smtp_tls" => [qw(time cf cert_days tls_version time_handshake)],
);
my $got;
wait_for(sub { ($got = slurp_file($metrics)) =~ /\bcf\.value 85 .*\bcf\.value 121 .*\btls_version\.value/s });
for my $prefix (sort keys %METRIC) {
	my @absent = grep { $got !~ /^icinga2\.\Q$prefix\E\.perfdata\.$_\.value -?[\d.]+ \d+$/m } @{ $METRIC{$prefix} };
	is("@absent", '', "Graphite: all of $prefix");
}
my @cf = $got =~ /mx_cf\.perfdata\.cf\.value (\d+) /g;
like("@cf", qr/\b85 85(?: 85)? 121$/, 'Graphite: the factor as it was');

# --- results of a batch, and what becomes of them

my ($list, $netrc, $ca) = map { "$icinga->{dir}/$_" } qw(list netrc lib/certs/ca.crt);
write_file($netrc, "machine $icinga->{node} login lab password lab\n", 0600);

sub batch
{
	my ($target, @options) = @_;
	write_file($list, "$target\n");
	local @ENV{qw(MAILTLS_PLUGIN MAILTLS_SUBMIT MAILTLS_OPTIONS ICINGA2_URL ICINGA2_NETRC ICINGA2_CA)} =
	    (($ENV{PLUGINS} || 'plugins') . '/check_mx_cf', 'icinga2', "@options", "https://$icinga->{node}:$icinga->{port}", $netrc, $ca);
	return scalar qx($TOP/contrib/batch/mailtls-batch $list 2>&1);
}

like(batch('good.example'), qr/1 delivered, 0 not/, 'a batch');
$seen = $icinga->object('good.example', 'mail-tls');
is($seen->{state}, 0, 'a batch: OK');
ok(!$seen->{last_check_result}{active}, 'a batch: passive');
cmp_ok(abs($seen->{next_check} - $seen->{last_check_result}{execution_end} - 26 * 3600), '<', 600, 'a batch: stale after 26 hours');
like(batch('two.example', '--host-name=mail-domains', '--service=mail-tls-%d'), qr/1 delivered, 0 not/, 'another');
$seen = $icinga->object('mail-domains', 'mail-tls-two.example');
is($seen->{state}, 1, 'another: WARNING');
like($seen->{last_check_result}{output}, qr/^MX_CF WARNING - two\.example CF \d+ of 121/, 'another: why');
told('another', [qr/^-s \[PROBLEM\] Mail TLS two\.example on mail-domains is WARNING!/m]);
# from here on Icinga checks by itself
$icinga->get('objects/icingaapplications/app', { attrs => { enable_service_checks => JSON::PP::true } });
wait_for(sub { ($seen = $icinga->object('mail-domains', 'mail-tls-two.example'))->{state} == 3 });
is($seen->{state}, 3, 'no batch came: UNKNOWN');
is($seen->{last_check_result}{output}, 'no result of a batch for 26 hours', 'no batch came: why');
told('no batch came', [qr/^-s \[PROBLEM\] Mail TLS two\.example on mail-domains is UNKNOWN!/m, qr/^Info: +no result of a batch/m]);

done_testing;

#!/usr/bin/perl
# SPDX-License-Identifier: GPL-3.0-or-later
# 25-contrib.t - a batch and its results, into a real Icinga 2 and a real Nagios, and past them.

use strict;
use warnings;
use Fcntl qw(O_NONBLOCK O_RDONLY O_RDWR);
use File::Temp 'tempdir';
use FindBin;
use lib "$FindBin::Bin/lib";
use Cwd 'abs_path';
use IO::Socket::INET ();
use Icinga;
use JSON::PP;
use Lab;
use Nagios;
use POSIX 'mkfifo';
use Test::More;
use Time::HiRes 'time';

my $BIN = abs_path($ENV{PLUGINS} || 'plugins');
my $CONTRIB = abs_path("$FindBin::Bin/../../contrib/batch");
my $PASSWORD = 'pass word; $HOME "quoted"';
my $SLOW = 40;	# seconds that nothing here comes near unless it hangs
my $dir = tempdir(CLEANUP => 1);

# Run a command with an environment and a text on stdin: exit code, stdout and stderr together, seconds.
sub run_with
{
	my ($env, $in, @command) = @_;
	my $began = time;
	my @env = map { "$_=$env->{$_}" } sort keys %$env;
	write_file("$dir/in", $in);
	my $pid = fork // die "fork: $!";
	if (!$pid) {
		open STDIN, '<', "$dir/in" or die $!;
		open STDOUT, '>', "$dir/out" or die $!;
		open STDERR, '>&', \*STDOUT or die $!;
		exec 'timeout', '-s', 'KILL', $SLOW, 'env', @env, @command or die $!;
	}
	waitpid $pid, 0;
	my $status = $?;
	return { exit => $status & 127 ? 1000 : $status >> 8, out => slurp_file("$dir/out"), wall => time - $began };
}

sub check
{
	my ($name, $r, $exit, @said) = @_;
	is($r->{exit}, $exit, "$name: exit $exit") or diag($r->{out});
	like($r->{out}, $_, "$name: $_") for @said;
	return $r;
}

sub nagios_line
{
	my ($host, $code, $text) = @_;
	return sprintf "[%d] PROCESS_SERVICE_CHECK_RESULT;%s;mail-tls;%d;%s\n", time, $host, $code, $text;
}

# Both monitoring systems have these hosts, each with the services mail-tls and other, which wait for results.
my @HOSTS = qw(good.example notls.example two.example);

sub icinga_hosts
{
	my ($password) = @_;
	return join '', <<"END", map { qq(object Host "$_" { import "passive host" }\n) } @HOSTS;
object CheckCommand "nothing" { command = [ "/bin/true" ] }
object ApiUser "mailtls" {
  password = "$password"
  permissions = [ {
    permission = "actions/process-check-result"
    filter = {{ service.name == "mail-tls" }}
  } ]
}
template Host "passive host" {
  check_command = "nothing"
  enable_active_checks = false
}
template Service "passive" {
  check_command = "nothing"
  enable_active_checks = false
  max_check_attempts = 1
}
apply Service "mail-tls" {
  import "passive"
  assign where true
}
apply Service "other" {
  import "passive"
  assign where true
}
END
}

sub nagios_hosts
{
	my $text = '';
	for my $host (@HOSTS) {
		my $common = join '', map { "\t$_\n" } "host_name $host", 'check_command nothing', 'max_check_attempts 1',
		    'check_period 24x7', 'notification_period 24x7', 'contacts nobody', 'active_checks_enabled 0';
		$text .= "define host {\n$common}\n";
		$text .= "define service {\n$common\tservice_description $_\n}\n" for qw(mail-tls other);
	}
	return $text;
}

# --- the units

SKIP: {
	skip 'no systemd-analyze', 2 if system('command -v systemd-analyze >/dev/null') != 0;
	for my $unit (qw(service timer)) {
		my $text = slurp_file("$CONTRIB/mailtls-batch.$unit");
		$text =~ s{^ExecStart=\K.*}{$CONTRIB/mailtls-batch}m;
		$text =~ s/^Documentation=.*\n//m;	# the page is not installed
		write_file("$dir/mailtls-batch.$unit", $text);
	}
	my $said = qx(systemd-analyze verify $dir/mailtls-batch.service $dir/mailtls-batch.timer 2>&1);
	is($said =~ s/^(?!.*mailtls-batch).*\n//mgr, '', 'the units are well-formed');
	is($?, 0, 'the units: verified');
}
my $service = slurp_file("$CONTRIB/mailtls-batch.service");
my ($exec) = $service =~ m{^ExecStart=(\S+)$}m;
like(slurp_file("$CONTRIB/../README.md"), qr{-t \Q@{[$exec =~ s{/[^/]*$}{}r]}\E mailtls-batch}, 'installed where the unit looks');

# --- mailtls-batch: what it refuses

my %usual = (MAILTLS_PLUGIN => "$BIN/check_mx_cf", MAILTLS_SUBMIT => 'nagios', NAGIOS_COMMAND_FILE => "$dir/none");
my $list = write_file("$dir/list", "good.example\nnotls.example\n# none\n");
check('no list', run_with(\%usual, '', "$CONTRIB/mailtls-batch"), 2, qr/^mailtls-batch: no list/);
check('no such list', run_with(\%usual, '', "$CONTRIB/mailtls-batch", "$dir/nolist"), 2, qr/cannot read \S+nolist/);
check('nobody to submit to', run_with({ %usual, MAILTLS_SUBMIT => 'zabbix' }, '', "$CONTRIB/mailtls-batch", $list), 2,
    qr/MAILTLS_SUBMIT is icinga2, nagios or nsca/);
check('no plugin', run_with({ %usual, MAILTLS_PLUGIN => "$dir/plugin" }, '', "$CONTRIB/mailtls-batch", $list), 2, qr/no check_mx_cf/);

# --- submit-nagios, and a FIFO that nobody reads, or too slowly

my $fifo = "$dir/cmd";
mkfifo($fifo, 0600) or die $!;
my $one = nagios_line('a.example', 0, 'MX_CF OK - a.example|cf=116');
my %nagios = (NAGIOS_COMMAND_FILE => $fifo, SUBMIT_PATIENCE => 0);
my @nagios = "$CONTRIB/submit-nagios";
check('nobody reads', run_with(\%nagios, $one x 30, @nagios), 2, qr/^submit-nagios: result 1: /m, qr/giving up/, qr/0 delivered, 30 not/);
check('a file', run_with({ %nagios, NAGIOS_COMMAND_FILE => $list }, $one, @nagios), 2, qr/is no FIFO/);
unlike(slurp_file($list), qr/PROCESS/, 'a file stays as it is');
check('nothing', run_with({ %nagios, NAGIOS_COMMAND_FILE => "$dir/none" }, $one, @nagios), 2, qr/no FIFO/);
ok(!-e "$dir/none", 'nothing: no file comes to be');
check('patience', run_with({ %nagios, SUBMIT_PATIENCE => 'x' }, $one, @nagios), 2, qr/is a number/);
check('no results', run_with(\%nagios, '', @nagios), 0, qr/0 delivered, 0 not/);

# one that opens it and never reads
sysopen(my $idle, $fifo, O_RDWR | O_NONBLOCK) or die $!;
my $long = nagios_line('a.example', 0, 'x' x 3500);
check('a full pipe', run_with(\%nagios, $long x 40, @nagios), 1, qr/\d\d delivered, \d+ not/);
close $idle;

# one that reads: all arrives, in order, in one piece each
sub reading
{
	my ($name, $text, $exit, @said) = @_;
	sysopen(my $in, $fifo, O_RDWR | O_NONBLOCK) or die $!;
	check($name, run_with(\%nagios, $text, @nagios), $exit, @said);
	my $got = '';
	sysread $in, $got, 65536;
	return $got;
}
my $both = $one . nagios_line('b.example', 2, 'MX_CF CRITICAL - b.example: $(id) `id` "\\ ;;|cf=0');
is(reading('two lines', $both, 0, qr/2 delivered, 0 not/), $both, 'two lines, byte for byte');
is(reading('no line end', substr($one, 0, -1), 0, qr/1 delivered/), $one, 'a last line without its end');
is(reading('what is no result', "MX_CF UNKNOWN - \e[31m--batch\n[1] SHUTDOWN_PROGRAM\n$one", 1,
    qr/result 1: this is no result: MX_CF UNKNOWN - \?\[31m--batch/, qr/result 2: this is no/, qr/1 delivered, 2 not/), $one,
    'other commands do not pass');
my $huge = nagios_line('a.example', 0, 'MX_CF OK - a.example|cf=116 ' . join ' ', map { "label$_=$_" } 1 .. 600);
my $got = reading('a long line', $huge, 0, qr/1 cut to 4096 bytes/);
cmp_ok(length $got, '<=', 4096, 'a long line: in one write');
like($got, qr/ label(\d+)=\1\n\z/, 'a long line: cut between two values');

# --- into Nagios

my $nagios = Nagios->new(name => 'contrib')->objects('hosts.cfg', nagios_hosts());
ok($nagios->start, 'Nagios is up');
my %into = (%usual, NAGIOS_COMMAND_FILE => $nagios->{pipe}, SUBMIT_PATIENCE => 10);
check('a batch into Nagios', run_with(\%into, '', "$CONTRIB/mailtls-batch", $list), 0, qr/2 delivered, 0 not/);
ok(wait_for(sub { ($nagios->service('notls.example', 'mail-tls') // {})->{has_been_checked} &&
    $nagios->service('good.example', 'mail-tls')->{has_been_checked} }), 'Nagios has both results');
my $seen = $nagios->service('good.example', 'mail-tls');
is($seen->{current_state}, 0, 'Nagios: OK');
like($seen->{plugin_output}, qr/^MX_CF OK - good\.example CF 116 of 121/, 'Nagios: output');
like($seen->{performance_data}, qr/^cf=116;90:;64:;0;121 .* mx1_time=/, 'Nagios: performance data');
is($seen->{check_type}, 1, 'Nagios: passive');
$seen = $nagios->service('notls.example', 'mail-tls');
is($seen->{current_state}, 2, 'Nagios: CRITICAL');
like($seen->{plugin_output}, qr/offers no TLS/, 'Nagios: why');
is($nagios->service('good.example', 'other')->{has_been_checked}, 0, 'Nagios: no other service');

# --- into Icinga

my $icinga = Icinga->new(node => 'mx.good.example', port => 5675, pem => "$ENV{LAB_PKI}/hosts/good.pem", ca => $ENV{LAB_CA_FILE});
$icinga->file('conf.d/hosts.conf', icinga_hosts($PASSWORD =~ s/([\\"])/\\$1/gr));
ok($icinga->start, 'Icinga is up');
my $netrc = write_file("$dir/netrc", 'machine mx.good.example login mailtls password "' .
    ($PASSWORD =~ s/([\\"])/\\$1/gr) . "\"\n", 0600);
my %icinga = (%usual, MAILTLS_SUBMIT => 'icinga2', ICINGA2_URL => 'https://mx.good.example:5675',
    ICINGA2_NETRC => $netrc, ICINGA2_CA => $ENV{LAB_CA_FILE}, SUBMIT_PATIENCE => 0);

# what README.md gives for both is valid
my $readme = slurp_file("$CONTRIB/../README.md");
my ($apply) = $readme =~ /^( {4}apply Service .*?^ {4}\}\n)/ms;
my ($user) = $readme =~ /^( {4}object ApiUser .*?^ {4}\}\n)/ms;
my ($define) = $readme =~ /^( {4}define service .*?^ {4}\}\n)/ms;
my $host = "object Host \"x\" { check_command = \"dummy\"\n vars.mail_domain = \"x\" }\n";
is($icinga->refuses("$host$apply$user"), '', 'README.md: Icinga');
like($icinga->refuses("$host$apply" . $user =~ s/\bfilter = \{\{/filter = {/r), qr/Error/, 'README.md: Icinga would say so');
my $template = <<'END';
define service {
	name generic-service
	max_check_attempts 1
	check_period 24x7
	notification_period 24x7
	contacts nobody
	register 0
}
define command {
	command_name check_dummy
	command_line /bin/true $ARG1$ $ARG2$
}
END
my $there = $define =~ s/example\.org/two.example/r;
is($nagios->refuses($template . $there), '', 'README.md: Nagios');
like($nagios->refuses($template . $there =~ s/generic-service/no-service/r), qr/Error/, 'README.md: Nagios would say so');

# curl as it is called: no password among the words
mkdir "$dir/bin";
write_file("$dir/bin/curl", "#!/bin/sh\nprintf '%s\\n' \"\$*\" >>$dir/argv\nexec /usr/bin/curl \"\$@\"\n", 0755);
check('a batch into Icinga', run_with({ %icinga, PATH => "$dir/bin:$ENV{PATH}" }, '', "$CONTRIB/mailtls-batch", $list), 0,
    qr/2 delivered, 0 not/);
like(slurp_file("$dir/argv"), qr/--cacert/, 'curl was watched');
unlike(slurp_file("$dir/argv"), qr/pass word|mailtls/, 'neither user nor password in a command line');
$seen = $icinga->object('good.example', 'mail-tls');
is($seen->{state}, 0, 'Icinga: OK');
like($seen->{last_check_result}{output}, qr/^MX_CF OK - good\.example CF 116 of 121/, 'Icinga: output');
is($seen->{last_check_result}{performance_data}[0], 'cf=116;90:;64:;0;121', 'Icinga: performance data');
ok(!$seen->{last_check_result}{active}, 'Icinga: passive');
$seen = $icinga->object('notls.example', 'mail-tls');
is($seen->{state}, 2, 'Icinga: CRITICAL');
like($seen->{last_check_result}{output}, qr/offers no TLS/, 'Icinga: why');
ok(!$icinga->object('good.example', 'other')->{last_check_result}, 'Icinga: no other service');

# a list with a bad line, and a target that Icinga does not know
write_file($list, "two.example\ntls12.example\nno domain\n");
check('an unknown service', run_with(\%icinga, '', "$CONTRIB/mailtls-batch", $list), 1, qr/"tls12\.example" "mail-tls": Icinga has no such host/,
    qr/1 delivered, 1 not/, qr/has bad lines/);
is($icinga->object('two.example', 'mail-tls')->{state}, 1, 'Icinga: WARNING');
check('a bad option', run_with({ %icinga, MAILTLS_OPTIONS => '--no-such -w 90:' }, '', "$CONTRIB/mailtls-batch", $list), 2,
    qr/this is no result: MX_CF UNKNOWN - .*--no-such/);
check('names of a site', run_with({ %icinga, MAILTLS_OPTIONS => '--host-name=good.example --service=other' }, '',
    "$CONTRIB/mailtls-batch", write_file("$dir/good", "good.example\n")), 2, qr/"good\.example" "other": Icinga has no such/);

# the password as the unit hands it over
mkdir "$dir/credentials";
write_file("$dir/credentials/icinga2.netrc", slurp_file($netrc), 0400);
like($service, qr{^LoadCredential=icinga2\.netrc:/etc/mailtls/icinga2\.netrc$}m, 'the unit has it');
check('a credential', run_with({ %icinga, ICINGA2_NETRC => '', CREDENTIALS_DIRECTORY => "$dir/credentials" }, '',
    "$CONTRIB/mailtls-batch", "$dir/good"), 0, qr/1 delivered, 0 not/);

# --- submit-icinga2: what must not work, and what must end

my $body = encode_json({ x => 1 }) =~ s/.*/{"type":"Service","filter":"host.name==h && service.name==s","filter_vars":{"h":"good.example","s":"mail-tls"},"exit_status":1,"plugin_output":"later","performance_data":[]}\n/r;
my @icinga = "$CONTRIB/submit-icinga2";
my $silent = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 1) or die $!;
my $wrong = write_file("$dir/wrong", "machine mx.good.example login mailtls password wrong\n", 0600);
my $open = write_file("$dir/open", slurp_file($netrc), 0644);
my @TABLE = (
	['a wrong password', { ICINGA2_NETRC => $wrong }, 2, qr/HTTP 401/, qr/0 delivered, 30 not/],
	['a password for all to see', { ICINGA2_NETRC => $open }, 2, qr/everybody may read/],
	['no password file', { ICINGA2_NETRC => "$dir/none" }, 2, qr/cannot read the password file/],
	['no URL', { ICINGA2_URL => '' }, 2, qr/ICINGA2_URL is not/],
	['plain HTTP', { ICINGA2_URL => 'http://mx.good.example:5675' }, 2, qr/ICINGA2_URL is not/],
	['another CA', { ICINGA2_CA => "$ENV{LAB_PKI}/hosts/selfsigned.pem" }, 2, qr/certificate/, qr/0 delivered, 30 not/],
	['no CA', { ICINGA2_CA => "$dir/none" }, 2, qr/cannot read .*: set ICINGA2_CA/],
	['another name', { ICINGA2_URL => 'https://mx.tls13.example:5675' }, 2, qr/mx\.tls13\.example/, qr/0 delivered, 30 not/],
	['nobody there', { ICINGA2_URL => 'https://127.0.0.1:5668' }, 2, qr/giving up/, qr/0 delivered, 30 not/],
	['no such name', { ICINGA2_URL => 'https://nosuch.example:5675' }, 2, qr/giving up/],
	['patience is no number', { SUBMIT_PATIENCE => '1m' }, 2, qr/is a number/],
	['some patience', { ICINGA2_URL => 'https://127.0.0.1:5668', SUBMIT_PATIENCE => 3 }, 2, qr/giving up/],
);
for my $row (@TABLE) {
	my ($name, $env, $exit, @said) = @$row;
	my $r = check($name, run_with({ %icinga, %$env }, $body x 30, @icinga), $exit, @said);
	unlike($r->{out}, qr/pass word|: wrong/, "$name: the password is not told");
}
is($icinga->object('good.example', 'mail-tls')->{state}, 0, 'none of these came through');
check('silence', run_with({ %icinga, ICINGA2_URL => 'https://127.0.0.1:' . $silent->sockport }, $body, @icinga), 2, qr/result 1 .*time/);
check('some of it', run_with(\%icinga, "nonsense\n{}\n" . $body, @icinga), 1, qr/result 1: this is no result: nonsense/, qr/1 delivered, 2 not/);
is($icinga->object('good.example', 'mail-tls')->{state}, 1, 'and the good one arrived');

done_testing;

#!/usr/bin/perl
# SPDX-License-Identifier: GPL-3.0-or-later
# 22-mail.t - logging in, sending a message, demanding TLS: of the other side, and of the version.

use strict;
use warnings;
use File::Temp 'tempdir';
use FindBin;
use lib "$FindBin::Bin/lib";
use MIME::Base64;
use Plugin;
use Test::More;

my @PROBE = ('-U', 'probe', '-P', 'open sesame');
my @TESTER = ('-U', 'tester', '-P', 'secret');
my @SEND = ('--send-email', '--rcpt=postmaster@good.example');

# host, arguments, state, findings, steps (undef: not looked at)
my @TABLE = (
	# Exim, real AUTH
	['exim', ['-A', 'PLAIN', @PROBE], 'OK', ''],
	['exim', ['-A', 'LOGIN', @PROBE], 'OK', ''],
	['exim', ['-A', 'login', @PROBE], 'OK', ''],
	['exim', ['-A', 'PLAIN', '-U', 'probe', '-P', 'open'], 'CRITICAL', 'auth-failed'],
	['exim', ['-A', 'LOGIN', '-U', 'nobody', '-P', 'open sesame'], 'CRITICAL', 'auth-failed'],
	['exim', ['-A', 'LOGIN', '-U', 'nobody', '-P', 'x', '--severity=auth-failed=ok'], 'OK', 'auth-failed'],
	# Postfix has none
	['good', ['-A', 'PLAIN', @PROBE], 'CRITICAL', 'auth-failed'],
	['auth', ['-A', 'PLAIN', @TESTER], 'OK', ''],
	['auth', ['-A', 'LOGIN', @TESTER], 'OK', ''],
	['auth-plain', ['-A', 'PLAIN', @TESTER], 'OK', ''],
	['auth-plain', ['-A', 'LOGIN', @TESTER], 'CRITICAL', 'auth-failed'],
	['auth-clear', ['-A', 'PLAIN', @TESTER], 'CRITICAL', 'auth-failed'],
	['auth-notls', ['-A', 'PLAIN', @TESTER], 'CRITICAL', 'auth-failed no-tls'],
	['auth-echo', ['-A', 'PLAIN', @TESTER], 'CRITICAL', 'auth-failed'],
	['auth-echo', ['-A', 'LOGIN', @TESTER], 'CRITICAL', 'auth-failed'],
	['auth-silent', ['-A', 'LOGIN', @TESTER, '--host-timeout=2'], 'CRITICAL', qr/^auth-failed/],
	# a message
	['good', [@SEND], 'OK', '', 'ok ok ok ok ok ok ok ok ok ok'],
	['notls', ['--send-email', '--rcpt=postmaster@notls.example'], 'CRITICAL', 'no-tls', 'ok ok ok FAIL - - ok ok ok ok'],
	['good', ['--send-email', '--rcpt=nobody@good.example'], 'WARNING', 'rcpt-refused', 'ok ok ok ok ok ok ok FAIL - -'],
	['good', [@SEND, '--stop-after=data'], 'OK', '', 'ok ok ok ok ok ok ok ok ok -'],
	['good', [@SEND, '--stop-after=to'], 'OK', '', 'ok ok ok ok ok ok ok ok - -'],
	['good', ['--rcpt=postmaster@good.example'], 'OK', '', 'ok ok ok ok ok ok ok ok'],
	['well', [@SEND], 'OK', '', 'ok ok ok ok ok ok ok ok ok ok'],
	['data554', [@SEND], 'CRITICAL', 'data-refused', 'ok ok ok ok ok ok ok ok FAIL -'],
	['data451', [@SEND], 'CRITICAL', 'data-refused', 'ok ok ok ok ok ok ok ok FAIL -'],
	['data-silent', [@SEND, '--host-timeout=2'], 'CRITICAL', 'data-refused', 'ok ok ok ok ok ok ok ok FAIL -'],
	['message550', [@SEND], 'CRITICAL', 'data-refused', 'ok ok ok ok ok ok ok ok ok FAIL'],
	['message450', [@SEND], 'CRITICAL', 'data-refused', 'ok ok ok ok ok ok ok ok ok FAIL'],
	['message-silent', [@SEND, '--host-timeout=2'], 'CRITICAL', 'data-refused', 'ok ok ok ok ok ok ok ok ok FAIL'],
	['message-close', [@SEND], 'CRITICAL', 'data-refused', 'ok ok ok ok ok ok ok ok ok FAIL'],
	# TLS demanded
	['tlsonly', ['--mandatory-tls'], 'OK', ''],
	['good', ['--mandatory-tls'], 'CRITICAL', 'mandatory-tls'],
	['notls', ['--mandatory-tls'], 'CRITICAL', 'mandatory-tls no-tls'],
	['notls-mail550', ['--mandatory-tls'], 'CRITICAL', 'from-refused no-tls'],
	['good', ['--mandatory-tls', '--severity=mandatory-tls=warning'], 'WARNING', 'mandatory-tls'],
	['refused', ['--mandatory-tls'], 'CRITICAL', 'all-unreachable'],
	['again421-clear', ['--mandatory-tls'], 'WARNING', 'mandatory-tls'],
	['mail-close', ['--mandatory-tls'], 'WARNING', 'from-refused'],
	['mail-silent', ['--mandatory-tls', '--host-timeout=3'], 'WARNING', 'from-refused mandatory-tls'],
	['tls13', ['--require-tls=1.3'], 'OK', ''],
	['tls12', ['--require-tls=1.3'], 'CRITICAL', 'require-tls'],
	['tls12', ['--require-tls=1.2'], 'OK', ''],
	['tls10', ['--require-tls=1.1'], 'CRITICAL', 'require-tls'],
	['tls13', ['--require-tls=1.3', '--tls-max=1.2'], 'CRITICAL', qr/require-tls|tls-failed/],
);

sub command { my ($row, @more) = @_; return [smtp_tls('-H', "mx.$row->[0].example", @{ $row->[1] }, @more)] }

# Only what is above OK, or made OK by --severity.
sub keys_above
{
	my ($r) = @_;
	my @ok = map { /^--severity=(.*)=/ ? $1 : () } @{ $r->{args} };
	return join ' ', sort { $a cmp $b } keys %{{ map { $_->{key} => 1 } grep { my $f = $_; $f->{state} ne 'OK' || grep { $_ eq $f->{key} } @ok }
	    @{ json_of($r)->{findings} } }};
}

sub mailbox
{
	open my $in, '<:raw', "$ENV{LAB_STATE}/mail/postmaster" or return '';
	local $/ = undef;
	return scalar <$in>;
}

my $before = mailbox();
my @runs = run_many(map { command($_, '--format=json') } @TABLE);
for my $n (0 .. $#TABLE) {
	my ($host, $args, $state, $keys, $steps) = @{ $TABLE[$n] };
	my ($r, $what) = ($runs[$n], "$host @$args");
	shape_ok($r, $what);
	my $json = json_of($r) or next;
	my $good = state_is($r, $state, $what);
	$good &= ref $keys ? like(keys_above($r), $keys, "$what: findings") : is(keys_above($r), $keys, "$what: findings");
	$good &= is(steps((hosts($r))[0]), $steps, "$what: steps") if defined $steps;
	explain_failure($r) if !$good;
	unlike($r->{out}, qr/open sesame|secret/, "$what: no password in JSON") if "@$args" !~ /authpass/ && grep { $_ eq '-P' } @$args;
}

like((grep { $_->{text} =~ /clear/ } map { @{ json_of($_)->{findings} } } grep { "@{ $_->{args} }" =~ /again421/ } @runs)[0]{text},
    qr/^could not be asked whether it takes mail in the clear: banner: 421 4\.3\.2 /, 'not refused, and not taken');
unlike(run(smtp_tls('-H', 'mx.good.example', @SEND, '--stop-after=data', '--format=smtp'))->{out}, qr/ 354 .*QUIT/s,
    'no QUIT inside of a message');

# Not even to a server that asks for it.
my $clear = run(smtp_tls('-H', 'mx.auth-notls.example', '-A', 'PLAIN', @TESTER, '--format=json'));
like((finding($clear, 'auth-failed') // {})->{text}, qr/no TLS, and a password is never sent without/, 'no password in the clear: says why');
unlike(run(smtp_tls('-H', 'mx.auth-notls.example', '-A', 'PLAIN', @TESTER, '--format=smtp'))->{out}, qr/--> AUTH/, 'and no AUTH');

# A real message in a real mailbox.
my $mail;
for (1 .. 100) {
	$mail = substr mailbox(), length $before;
	last if ($mail =~ s/^From //mgr) && ($mail =~ tr/\n//) > 10;
	select undef, undef, undef, 0.1;
}
like($mail, qr/^From: <postmaster\@probe\.client\.example>$/m, 'message: From');
like($mail, qr/^To: <postmaster\@good\.example>$/m, 'message: To');
like($mail, qr/^Date: (?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{1,2} [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d \+0000$/m, 'message: Date');
like($mail, qr/^Message-ID: <\d+\.\d+\.\d+\@probe\.client\.example>$/mi, 'message: Message-ID');
like($mail, qr/^Auto-Submitted: auto-generated$/m, 'message: nobody shall answer');
like($mail, qr/^mx\.good\.example \[192\.0\.2\.10\] port 25, TLSv1\.3\.$/m, 'message: says what it is');
my %ids = map { $_ => 1 } $mail =~ /^Message-ID: (\S+)$/mgi;
my $messages = () = $mail =~ /^Message-ID: /mgi;
is(scalar(keys %ids), $messages, 'message: each has an ID of its own');

# A domain: one message through each host; Data and Email have columns, and perfdata.
my $r = checked('matrix', mx_cf('-H', 'postmaster@two.example', '--send-email', '-4', '--format=matrix'));
like($r->{out}, qr/^MX Server .* To +Data +Email +CF$/m, 'matrix: Data and Email');
like($r->{out}, qr/^Average .* 100% +100% +114$/m, 'matrix: their percentage');
$r = checked('plugin', mx_cf('-H', 'postmaster@two.example', '--send-email', '-4'));
ok(exists $r->{perf}{time_data} && exists $r->{perf}{time_email}, 'perfdata of Data and Email');
$r = checked('without', mx_cf('-H', 'postmaster@two.example', '-4'));
ok(!exists $r->{perf}{time_data} && $r->{out} !~ /Data/, 'no Data unless a message is sent');
like(checked('domain', mx_cf('-H', 'two.example', '--send-email'))->{first}, qr/--send-email needs a mail address/,
    'a domain has no recipient');

# Passwords: in no output, whoever says them, and from a file.
my $dir = tempdir(CLEANUP => 1);
open my $out, '>', "$dir/a.ini" or die "a.ini: $!";
print $out "[check_smtp_tls]\nA = LOGIN\nU = tester\nP = secret\n";
close $out or die "a.ini: $!";
my $forms = join '|', map { quotemeta } 'secret', encode_base64('secret', ''), encode_base64("\0tester\0secret", '');
for my $host (qw(auth auth-echo)) {
	for my $type (qw(PLAIN LOGIN)) {
		for my $format ([], ['-vvv'], ['--format=smtp'], ['--format=json'], ['--format=ssldetail'], ['--format=debug']) {
			my $run = run(smtp_tls('-H', "mx.$host.example", '-A', $type, @TESTER, @$format));
			unlike($run->{out}, qr/$forms/, "$host $type @$format: no password");
		}
	}
}
$r = run(smtp_tls('-H', 'mx.auth.example', '-A', 'LOGIN', @TESTER, '--format=smtp'));
like($r->{out}, qr/ ~~> AUTH LOGIN\n.*\n.* ~~> \S+\n.*\n.* ~~> \*{8}\n/, 'the transcript hides the password');
like($r->{out}, qr/Authentication OK/, 'the transcript tells of the login');
chmod 0600, "$dir/a.ini";
$r = checked('from a file', smtp_tls('-H', 'mx.auth.example', "--extra-opts=\@$dir/a.ini", '-v'));
state_is($r, 'OK', 'from a file');
unlike($r->{out}, qr/everybody may read/, 'a file for its owner is not told');
chmod 0644, "$dir/a.ini";
$r = checked('an open file', smtp_tls('-H', 'mx.auth.example', "--extra-opts=\@$dir/a.ini", '-v'));
like($r->{out}, qr/note: everybody may read \S+, which holds a password/, 'a file for everybody is told');
unlike(run(smtp_tls('-H', 'mx.auth.example', "--extra-opts=\@$dir/a.ini"))->{out}, qr/everybody/, 'with -v only');

# Client certificates: asked for and shown, required and shown or not.
my $pem = "$ENV{LAB_PKI}/client.pem";
state_is(checked('clientask', smtp_tls('-H', 'mx.clientask.example')), 'OK', 'client certificate asked for, none shown');
state_is(checked('clientask -J', smtp_tls('-H', 'mx.clientask.example', '-J', $pem)), 'OK', 'asked for and shown');
state_is(checked('clientreq', smtp_tls('-H', 'mx.clientreq.example')), 'CRITICAL', 'required, none shown');
state_is(checked('clientreq -J', smtp_tls('-H', 'mx.clientreq.example', '-J', $pem)), 'OK', 'required and shown');

done_testing;

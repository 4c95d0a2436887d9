#!/usr/bin/perl
# SPDX-License-Identifier: GPL-3.0-or-later
# 20-formats.t - the formats of TestReceiver against real servers: xml, csv, certificates, TLS sessions, bytes.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use File::Temp ();
use Plugin;
use Terminal;
use Test::More;

my $bin = $ENV{PLUGINS} || 'plugins';
my $golden = "$FindBin::Bin/../golden";
my $path = $ENV{PATH};
my $in_root = "env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin TERM=dumb chroot $ENV{LAB_CHROOT}";
my ($real_tools, $tools) = (File::Temp->newdir, File::Temp->newdir);

# A program on PATH.
sub program
{
	my ($name, $script, $dir) = @_;
	$dir //= $tools;
	open my $out, '>', "$dir/$name" or die "$name: $!";
	print $out "#!/bin/sh\n$script";
	close $out;
	chmod 0755, "$dir/$name" or die "$name: $!";
	$ENV{PATH} = "$dir:$path";
}

# The real testssl.sh, in the root of the lab's servers, does one of its many tests in half a minute: beside the rest.
program('testssl.sh', "exec $in_root testssl --color 0 --warnings batch --nodns min -p \"\$@\"",
    $real_tools);
# (the shell tells its exit code: run_many() waits for any child there is)
open my $real, '-|', "$bin/check_mx_cf -H tls13.example --format=sslprobe; echo exit \$?" or die "check_mx_cf: $!";
$ENV{PATH} = $path;

# --- xml: as an independent parser reads it

# Prints "PATH[@ATTRIBUTE]=VALUE" a line, or what expat has against it.
my $EXPAT = <<'END';
import sys, xml.parsers.expat as expat
path, text, first = [], [], [True]
def say(s): print(s.encode('utf-8', 'replace').decode('utf-8'))
def start(name, attributes):
    path.append(name); text.append('')
    say('/' + '/'.join(path))
    for key in attributes: say('/' + '/'.join(path) + '/@' + key + '=' + attributes[key])
def end(name):
    value = text.pop()
    if value.strip(): say('/' + '/'.join(path) + '=' + value)
    path.pop()
def data(s): text[-1] += s
parser = expat.ParserCreate()
parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, data
try: parser.Parse(open(sys.argv[1], 'rb').read(), True)
except expat.ExpatError as error: print('NOT WELL FORMED:', error)
END

sub paths_of
{
	my ($document) = @_;
	my $file = File::Temp->new;
	print $file $document;
	close $file;
	local $ENV{PYTHONUTF8} = 1;
	open my $in, '-|', '/usr/bin/python3', '-c', $EXPAT, "$file" or die "python3: $!";
	chomp(my @lines = <$in>);
	return @lines;
}

sub values_of
{
	my ($path, @lines) = @_;
	return map { m{^\Q$path\E=(.*)$} ? $1 : () } @lines;
}

my $r = checked('xml', mx_cf('-H', 'two.example', '--format=xml'));
is($r->{exit}, 1, 'xml: exit code');
my @lines = paths_of($r->{out});
is_deeply([grep { /NOT WELL/ } @lines], [], 'xml: well formed');
my %WANT = (
	'/CheckTLS/@test' => ['TestReceiver'],
	'/CheckTLS/eMailAddress' => ['two.example'],
	'/CheckTLS/ConfidenceFactor' => [114],
	'/CheckTLS/MXConfidenceFactor' => [112],
	'/CheckTLS/MXCount' => [2],
	'/CheckTLS/MX/@exchange' => [('mx.good.example') x 2, 'mx.selfsigned.example'],
	'/CheckTLS/MX/@address' => ['192.0.2.10', '2001:db8::10', '192.0.2.100'],
	'/CheckTLS/MX/@preference' => [10, 10, 20],
	'/CheckTLS/MX/ConfidenceFactor' => [116, 116, 109],
	'/CheckTLS/MX/Steps/Answer/@state' => [('OK') x 3],
	'/CheckTLS/MX/Steps/HELO/@state' => [('OK') x 3],
	'/CheckTLS/MX/Steps/Cert/@state' => ['OK', 'OK', 'FAIL'],
	'/CheckTLS/MX/Steps/To/@state' => [('SKIP') x 3],
	'/CheckTLS/MX/Steps/To/@ms' => [],
	'/CheckTLS/MX/SSL/SSLVersion' => [('TLSv1.3') x 3],
	'/CheckTLS/MX/SSL/SSLCipher' => [('TLS_AES_256_GCM_SHA384') x 3],
	'/CheckTLS/MX/SSL/Certs/Cert/Subject/commonName' =>
	    [('mx.good.example', 'Lab Issuing CA') x 2, 'mx.selfsigned.example'],
);
for my $path (sort keys %WANT) {
	is_deeply([values_of($path, @lines)], $WANT{$path}, "xml: $path");
}
my @ms = values_of('/CheckTLS/MX/Steps/Connect/@ms', @lines);
is_deeply([grep { !/^\d+$/ } @ms], [], 'xml: milliseconds');
is(scalar(grep { $_ eq '/CheckTLS/MX/SSL/Certs/Cert' } @lines), 5, 'xml: every certificate');
like((values_of('/CheckTLS/MX/SSL/Certs/Cert/notAfter', @lines))[0], qr/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/, 'xml: notAfter');

for my $case (['notls', 'no session'], ['refused', 'nobody there'], ['nullmx', 'no MX'], ['nosuch', 'no name'],
	['banner-pipe', 'a hostile banner'], ['noaddr', 'no address'], ['xn--bcher-kva', 'an international name']) {
	my $run = checked("xml $case->[0]", mx_cf('-H', "$case->[0].example", '--format=xml'));
	my @all = paths_of($run->{out});
	is_deeply([grep { /NOT WELL/ } @all], [], "xml: well formed, $case->[1]");
	is_deeply([values_of('/CheckTLS/eMailAddress', @all)], ["$case->[0].example"], "xml: target, $case->[1]");
}
$r = checked('xml server', smtp_tls('-H', 'mx.tls12.example', '-4', '--format=xml'));
is_deeply([values_of('/CheckTLS/MX/SSL/SSLVersion', paths_of($r->{out}))], ['TLSv1.2'], 'xml: check_smtp_tls');
$r = checked('xml fault', mx_cf('-H', 'good.example', '--format=xml', '--ca-file=/non<ex>&istent'));
is($r->{exit}, 3, 'xml: a fault of ours');
like(join("\n", values_of('/CheckTLS/Error', paths_of($r->{out}))), qr/--ca-file.*\/non<ex>&istent/, 'xml: told as Error');
for my $file (glob "$golden/*.xml") {
	open my $in, '<', $file or die "$file: $!";
	local $/ = undef;
	is_deeply([grep { /NOT WELL/ } paths_of(scalar <$in>)], [], $file =~ s{.*/}{}r . ' is well formed');
}

# --- csv

my $head = 'Addr,CF,Ans,Con,HELO,TLS,Cert,Sec,From,To';
my @CSV = (
	['two.example', 1, 'two.example,114,100,100,100,100,66,100,100,'],
	['postmaster@two.example', 1, 'postmaster@two.example,114,100,100,100,100,66,100,100,100'],
	['notls.example', 2, 'notls.example,0,100,100,100,0,0,0,100,'],
	['backup-plain.example', 2, 'backup-plain.example,77,100,100,100,66,66,66,100,'],
	['refused.example', 2, 'refused.example,50,0,0,0,0,0,0,0,'],
	['banner421.example', 2, 'banner421.example,50,100,0,0,0,0,0,0,'],
	['nullmx.example', 3, 'nullmx.example,,,,,,,,,'],
	['"a,\"b\""@two.example', 1, '"""a,\\""b\\""""@two.example",114,100,100,100,100,66,100,100,0'],
);
my @runs = run_many(map { [mx_cf('-H', $_->[0], '--format=csv')] } @CSV);
for my $n (0 .. $#CSV) {
	shape_ok($runs[$n], "csv $CSV[$n][0]");
	is($runs[$n]{out}, "$head\n$CSV[$n][2]\n", "csv: $CSV[$n][0]");
	is($runs[$n]{exit}, $CSV[$n][1], "csv: exit code of $CSV[$n][0]");
}
$r = checked('csv server', smtp_tls('-H', 'mx.notls.example', '--format=csv'));
is($r->{out}, "$head\nmx.notls.example,0,100,100,100,0,0,0,100,\n", 'csv: check_smtp_tls');

# --- detail, certdetail: certificates, decoded as openssl does it

my $detail = checked('detail', mx_cf('-H', 'good.example', '-4', '--format=detail'));
like($detail->{first}, qr/^Confidence Factor for "good\.example": 116 of 1\d\d /, 'detail: the CF line first');
like($detail->{out}, qr/^MX Server .*\n\nTrying TLS on mx\.good\.example\[192\.0\.2\.10\]:25 \(10\):\n\[000\..*^Certificate 1 of 2 in chain:\n/sm,
    'detail: matrix, transcript, certificates');
like($detail->{out}, qr/^Certificate 1 of 2 in chain:\n  subject: CN=mx\.good\.example,O=Lab\n  issuer: CN=Lab Issuing CA,O=Lab\n  serial: [0-9a-f]+\n/m,
    'detail: subject, issuer, serial');
like($detail->{out}, qr/^  valid: \d{4}-\d\d-\d\dT[\d:]{8}Z to \d{4}-\d\d-\d\dT[\d:]{8}Z$/m, 'detail: validity');
like($detail->{out}, qr/^Revocation: \S/m, 'detail: revocation');
unlike($detail->{out}, qr/BEGIN CERTIFICATE|X509v3/, 'detail: nothing decoded');
$detail = checked('detail notls', mx_cf('-H', 'notls.example', '--format=detail'));
unlike($detail->{out}, qr/Certificate \d|Revocation/, 'detail: no certificates without TLS');

# As "openssl x509 -text" of another process prints it, without trailing blanks.
sub decoded
{
	my ($pem) = @_;
	my $file = File::Temp->new(DIR => $ENV{LAB_STATE});
	print $file $pem;
	close $file;
	my $text = qx($in_root openssl x509 -noout -text -in $file);
	$text =~ s/ +$//mg;
	return $text;
}

for my $domain (qw(good ecdsa selfsigned muststaple nameconstraint expired rsa1024 wildcard)) {
	my $run = checked("certdetail $domain", mx_cf('-H', "$domain.example", '--format=certdetail'));
	my @certs = split /^Certificate \d+ of \d+ in chain:\n/m, $run->{out};
	cmp_ok(scalar @certs, '>', 1, "certdetail $domain: certificates");
	for my $cert (@certs[1 .. $#certs]) {
		my ($pem, $text) = $cert =~ /^(-----BEGIN CERTIFICATE-----\n.*-----END CERTIFICATE-----\n)((?:  [^\n]*\n)+)/ms
		    or fail("certdetail $domain: PEM and text"), next;
		$text =~ s/^  //mg;
		is($text, decoded($pem), "certdetail $domain: decoded as by openssl");
	}
}

# --- ssldetail: the session, its messages in order, what went inside

# "<ServerHello >Finished ...", as often as it was said
sub messages
{
	my ($out) = @_;
	my ($list) = $out =~ /^TLS handshake:\n((?:\[[\d.]+\] (?: --> |<-- ).*\n)*)/m or return '';
	return join ' ', map { /\] ( --> |<-- )(.*), \d+ bytes?$/ ? ($1 eq '<-- ' ? '<' : '>') . $2 : "?$_" }
	    split /\n/, $list;
}

my %MESSAGES = (
	tls13 => qr/^>ClientHello <ServerHello(?: <ChangeCipherSpec)? <EncryptedExtensions <Certificate <CertificateVerify <Finished >ChangeCipherSpec >Finished(?: <NewSessionTicket)* >warning alert: close notify$/,
	tls12 => qr/^>ClientHello <ServerHello <Certificate <ServerKeyExchange <ServerHelloDone >ClientKeyExchange >ChangeCipherSpec >Finished(?: <NewSessionTicket)?(?: <ChangeCipherSpec)? <Finished >warning alert: close notify$/,
	tls10 => qr/^>ClientHello <ServerHello <Certificate .*<ServerHelloDone >ClientKeyExchange >ChangeCipherSpec >Finished /,
	clientask => qr/ <CertificateRequest .*>Certificate /,
	'handshake-alert' => qr/^>ClientHello <fatal alert: handshake failure$/,
	'handshake-reset' => qr/^>ClientHello$/,
);
my %session;
for my $domain (sort keys %MESSAGES) {
	my $run = checked("ssldetail $domain", mx_cf('-H', "$domain.example", '-4', '--format=ssldetail'));
	like(messages($run->{out}), $MESSAGES{$domain}, "ssldetail $domain: messages in order");
	$session{$domain} = $run->{out};
}
for my $line ('TLS session:', '  version: TLSv1.3', '  cipher: TLS_AES_256_GCM_SHA384, 256 bits, with forward secrecy, with AEAD',
	'  group: X25519', '  signature: RSA-PSS', '  versions offered: TLSv1.3, TLSv1.2, TLSv1.1, TLSv1.0',
	'  server name sent: mx.tls13.example', '  ALPN: none offered', 'Decrypted traffic:') {
	like($session{tls13}, qr/^\Q$line\E$/m, "ssldetail: $line");
}
like($session{tls13}, qr/^  resumption: a new session, \d+ tickets? from the server$/m, 'ssldetail: resumption');
like($session{tls13}, qr/^  groups offered: .*X25519.*P-256/m, 'ssldetail: groups offered');
like($session{tls13}, qr/-----BEGIN CERTIFICATE-----.*X509v3 extensions:.*^TLS session:/ms, 'ssldetail: certificates, too');
like($session{'handshake-alert'}, qr/^TLS session: none$/m, 'ssldetail: no session');
unlike($session{'handshake-alert'}, qr/^Decrypted traffic/m, 'ssldetail: nothing inside without one');
$r = checked('ssldetail offer', mx_cf('-H', 'tls12.example', '-4', '--format=ssldetail', '--tls-max=1.2', '--groups=P-384:P-256',
    '--ciphers=ECDHE-RSA-AES256-GCM-SHA384', '--sni=none'));
like($r->{out}, qr/^  versions offered: up to TLSv1\.2\n  suites offered: 2\n  groups offered: P-384, P-256\n(?:.*\n)  server name sent: none$/m,
    'ssldetail: what the options made of the offer');
$r = checked('ssldetail notls', mx_cf('-H', 'notls.example', '--format=ssldetail'));
unlike($r->{out}, qr/TLS session|TLS handshake/, 'ssldetail: nothing where TLS was not tried');

# [direction, TLS?, bytes] of every packet of a dump
sub packets
{
	my ($out) = @_;
	my @packets;
	for (split /\n/, $out) {
		if (/^\[[\d.]+\] ( -->|<--| ~~>|<~~) (\d+) bytes?$/) {
			my ($arrow, $n) = ($1, $2);
			push @packets, { sent => 0 + ($arrow =~ />/), tls => 0 + ($arrow =~ /~/), length => $n, bytes => '' };
		} elsif (/^  ([0-9a-f]{4,})  ((?:[0-9a-f]{2} {1,2}){1,16}) *\|([\x20-\x7e]{1,16})\|$/) {
			my ($at, $hex, $ascii) = (hex $1, $2, $3);
			return "misplaced: $_" if $at != length $packets[-1]{bytes};
			my $bytes = pack 'H*', $hex =~ s/ //gr;
			return "not the same in ASCII: $_" if ($bytes =~ s/[^\x20-\x7e]/./gr) ne $ascii;
			$packets[-1]{bytes} .= $bytes;
		}
	}
	return @packets;
}

sub bytes_of
{
	my ($packets, %want) = @_;
	return join '', map { $_->{bytes} } grep { my $p = $_; !grep { $p->{$_} != $want{$_} } keys %want } @$packets;
}

my @inside = packets($session{tls13} =~ s/.*^Decrypted traffic:\n//msr);
is_deeply([grep { length $_->{bytes} != $_->{length} } @inside], [], 'ssldetail: lengths');
is(bytes_of(\@inside, sent => 1), "EHLO probe.client.example\r\nMAIL FROM:<>\r\nQUIT\r\n", 'ssldetail: what we said');
like(bytes_of(\@inside, sent => 0), qr/^250-mx\.tls13\.example\r\n.*\r\n221 2\.0\.0 Bye\r\n\z/s, 'ssldetail: what the server said');

$r = checked('ssldetail password', smtp_tls('-H', 'mx.auth.example', '-A', 'PLAIN', '-U', 'user', '-P', 'guessed-secret',
    '--format=ssldetail'));
my $auth = bytes_of([packets($r->{out})]);
like($auth, qr/^AUTH PLAIN \*{8}\r$/m, 'ssldetail: the password is hidden');
unlike($auth, qr/guessed-secret|AHVzZXI/, 'ssldetail: it is nowhere else');

# --- debug: nothing but the bytes on the wire

my $debug = checked('debug', mx_cf('-H', 'tls13.example', '-4', '--format=debug'));
is($debug->{exit}, 0, 'debug: a connection');
unlike($debug->{out}, qr/Confidence|SSLVersion|VALIDATED|MX Server/, 'debug: no judgement');
like($debug->{first}, qr/^Trying TLS on mx\.tls13\.example\[192\.0\.2\.11\]:25 \(10\):$/, 'debug: the host');
my @wire = packets($debug->{out});
is_deeply([grep { length $_->{bytes} != $_->{length} } @wire], [], 'debug: lengths');
is(bytes_of(\@wire, tls => 0, sent => 1), "EHLO probe.client.example\r\nSTARTTLS\r\n", 'debug: sent in the clear');
like(bytes_of(\@wire, tls => 0, sent => 0), qr/^220 mx\.tls13\.example.*\r\n220 2\.0\.0 Ready to start TLS\r\n\z/s,
    'debug: received in the clear');
for my $sent (0, 1) {
	my $tls = bytes_of(\@wire, tls => 1, sent => $sent);
	my $records = 0;
	while ($tls =~ /^[\x14-\x17]\x03[\x01-\x03](..)/s && length $tls >= 5 + unpack 'n', $1) {
		substr $tls, 0, 5 + unpack('n', $1), '';
		$records++;
	}
	cmp_ok($records, '>', 4, "debug: TLS records, sent $sent");
	is($tls, '', "debug: nothing but TLS records, sent $sent");
}
my @EXITS = (
	['refused', 2], ['noaddr', 2], ['nullmx', 2], ['nosuch', 2], ['silent', 0], ['notls', 0],
	['selfsigned', 0], ['halfdead', 0], ['alldead', 2], ['handshake-reset', 0], ['banner554', 0],
);
my @exits = run_many(map { [mx_cf('-H', "$_->[0].example", '--format=debug', '--host-timeout=3')] } @EXITS);
for my $n (0 .. $#EXITS) {
	shape_ok($exits[$n], "debug $EXITS[$n][0]");
	is($exits[$n]{exit}, $EXITS[$n][1], "debug $EXITS[$n][0]: exit code");
}
like($exits[0]{out}, qr/^No connection: \S/m, 'debug refused: why');
$r = checked('debug option', mx_cf('-H', 'good.example', '--format=debug', '--port=0'));
is($r->{exit}, 3, 'debug: a bad option is UNKNOWN');
$r = checked('debug server', smtp_tls('-H', 'mx.good.example', '-4', '--format=debug', '--direct-tls'));
my @direct = packets($r->{out});
is(bytes_of(\@direct, tls => 0), '', 'debug: direct TLS has nothing in the clear');
like(bytes_of(\@direct, sent => 1), qr/^\x16\x03\x01/, 'debug: direct TLS begins with a ClientHello');
$r = checked('debug binary', mx_cf('-H', 'banner-binary.example', '--format=debug', '--host-timeout=3'));
like(bytes_of([packets($r->{out})], sent => 0), qr/^220.*[\x00-\x08\x80-\xff]/s, 'debug: bytes as they came');
for my $endless (qw(banner-endless ehlo-flood)) {
	$r = checked("debug $endless", mx_cf('-H', "$endless.example", '--format=debug', '--host-timeout=3'));
	cmp_ok(length $r->{out}, '<', 8 << 20, "debug $endless: bounded");
}

# --- progress and colour: on a terminal

my $ERASE = "\r\e[K";
my ($seen, $exit) = on_terminal({}, mx_cf('-H', 'two.example', '--format=smtp'));
is($exit, 1, 'terminal: exit code');
like($seen, qr/\A0 of 3 hosts done\Q$ERASE\E/, 'terminal: a progress line, taken away');
like($seen, qr/\Q$ERASE\E3 of 3 hosts done\Q$ERASE\E\n\e\[1mConfidence Factor for "two\.example": 114 of \d+ \(\d+%\), best possible 121\e\[m\nMX Server (?:.*\n){5}\z/,
    'terminal: the CF line and the matrix last');
unlike($seen =~ s/\Q$ERASE\E//gr, qr/\e\[(?!1m|32m|31m|m)|[\x00-\x09\x0b-\x1a]/, 'terminal: no escapes but ours');
$seen =~ s/(?:\d+ of \d+ hosts? done)?\Q$ERASE\E//g;
like($seen, qr/^\e\[1mTrying TLS on mx\.selfsigned\.example\[192\.0\.2\.100\]:25 \(20\):\e\[m$/m, 'terminal: bold');
like($seen, qr/\] \e\[32mTLS successfully started on this server\e\[m$/m, 'terminal: green');
like($seen, qr/\] \e\[31mCert VALIDATION ERROR\(S\): self-signed certificate\e\[m$/m, 'terminal: red');
unlike($seen, qr/\e\[\d+m(?:<--|<~~| -->| ~~>)/, 'terminal: the conversation is plain');

# Blocks stand in one piece each, whatever order hosts got done in.
sub blocks
{
	my ($text) = @_;
	$text =~ s/(?:\d+ of \d+ hosts? done)?\Q$ERASE\E|^\d+ of \d+ hosts? done\n//gm;
	$text =~ s/\e\[\d*m//g;
	my %block;
	while ($text =~ /^Trying TLS on (\S+) \(\d+\):\n((?:\[[\d.]+\] .*\n)*)/mg) {
		$block{$1} .= $2 =~ s/^\[[\d.]+\] //mgr;
	}
	return \%block;
}

my $final = run(mx_cf('-H', 'threemx.example', '--format=smtp'));
is_deeply(blocks((on_terminal({}, mx_cf('-H', 'threemx.example', '--format=smtp')))[0]), blocks($final->{out}),
    'terminal: the same blocks as in a pipe');
my ($many) = on_terminal({}, mx_cf('-H', 'sixty.example', '--format=smtp'));
my $blocks = blocks($many);
cmp_ok(scalar keys %$blocks, '>=', 60, 'terminal: a block for each of sixty');
is_deeply([grep { $blocks->{$_} !~ /\AConnected to server\n<-- 220 .*QUIT\n<~~ 250 .*\n<~~ 221 [^\n]*\n\z/s } sort keys %$blocks], [],
    'terminal: lines of different hosts never mix');
is_deeply([grep { (() = $blocks->{$_} =~ /^<-- 220 .*ESMTP/mg) != 1 } sort keys %$blocks], [],
    'terminal: one conversation in each');

($seen) = on_terminal({ NO_COLOR => 1 }, mx_cf('-H', 'two.example', '--format=smtp'));
unlike($seen, qr/\e\[\d*m/, 'NO_COLOR: none');
like($seen, qr/\A0 of 3 hosts done\Q$ERASE\E/, 'NO_COLOR: progress all the same');
($seen) = on_terminal({ NO_COLOR => '' }, mx_cf('-H', 'two.example', '--format=score'));
like($seen, qr/\e\[1m/, 'NO_COLOR: an empty one does not count');
($seen) = on_terminal({ TERM => 'dumb' }, mx_cf('-H', 'two.example', '--format=smtp'));
unlike($seen, qr/\e/, 'TERM=dumb: no escapes');
like($seen, qr/\A0 of 3 hosts done\n/, 'TERM=dumb: progress in lines of its own');
($seen) = on_terminal({}, mx_cf('-H', 'two.example', '--format=smtp', '--progress=no'));
like($seen, qr/\A\e\[1mConfidence Factor .*\e\[m\nMX Server .*^\e\[1mTrying/sm, '--progress=no: the CF line first');
unlike($seen, qr/hosts done|\e\[K/, '--progress=no: no progress line');
for my $format (qw(plugin json xml csv)) {
	($seen) = on_terminal({}, mx_cf('-H', 'ecdsa.example', "--format=$format", '--progress=yes'));
	unlike($seen, qr/\e|hosts? done/, "terminal: $format is for machines");
}
($seen) = on_terminal({}, mx_cf('-H', 'ecdsa.example', '-4', '--format=ssldetail'));
like($seen, qr/Trying TLS on .*Certificate 1 of 2.*TLS session:.*Decrypted traffic:.*Revocation: .*Confidence Factor /s,
    'terminal: ssldetail in order');
($seen, $exit) = on_terminal({}, mx_cf('-H', 'ecdsa.example', '--format=debug'));
like($seen, qr/\A0 of 1 host done\Q$ERASE\E\e\[1mTrying TLS on .*\n\[000\.\d+\] <-- .*1 of 1 host done\Q$ERASE\E\n\z/s, 'terminal: debug');
is($exit, 0, 'terminal: debug, exit code');
($seen) = on_terminal({}, mx_cf('-H', 'nullmx.example', '--format=smtp'));
like($seen, qr/\A\e\[1mConfidence Factor for "nullmx\.example": not known/, 'terminal: no host, nothing to wait for');

my $piped = run(mx_cf('-H', 'two.example', '--format=smtp'));
like($piped->{out}, qr/\AConfidence Factor .*\nMX Server /, 'pipe: the CF line first');
unlike($piped->{out}, qr/\e|hosts done/, 'pipe: nothing but the final text');
$piped = checked('pipe, asked for', mx_cf('-H', 'two.example', '--format=matrix', '--progress=yes'));
like($piped->{out}, qr/\A0 of 3 hosts done\n1 of 3 hosts done\n2 of 3 hosts done\n3 of 3 hosts done\nConfidence Factor /,
    'pipe, asked for: progress in lines');

# --- sslprobe: testssl.sh, real and not

sub sslprobe
{
	my (@command) = @_;
	my $run = run(@command, '--format=sslprobe');
	is($run->{err}, '', "sslprobe @command: silence on stderr");
	return $run;
}

$r = sslprobe(mx_cf('-H', 'two.example'));
SKIP: {
	skip 'testssl.sh is installed here', 2 if $r->{exit} == 0;
	is($r->{exit}, 3, 'sslprobe: not installed');
	is($r->{out}, "MX_CF UNKNOWN - testssl.sh is not installed (package testssl.sh, or in PATH)\n", 'sslprobe: the package');
}
program('testssl', 'echo "args: $*"; echo "to stderr" >&2; printf "\033[1mas it is|\033[m"; cat; exit 5');
$r = sslprobe(mx_cf('-H', 'two.example'));
is($r->{out}, "args: --starttls smtp mx.good.example:25\nto stderr\n\e[1mas it is|\e[m", 'sslprobe: the first MX, the output as it is');
is($r->{exit}, 0, 'sslprobe: exit 0, whatever its exit code');
program('testssl.sh', 'echo "args: $*"');
$r = sslprobe(mx_cf('-H', 'two.example'));
is($r->{out}, "args: --starttls smtp mx.good.example:25\n", 'sslprobe: testssl.sh before testssl');
$r = sslprobe(smtp_tls('-H', 'mx.good.example', '--direct-tls'));
is($r->{out}, "args: mx.good.example:465\n", 'sslprobe: direct TLS');
$r = sslprobe(mx_cf('-H', 'two.example', '--mx-host=[2001:db8::10]:2525'));
is($r->{out}, "args: --starttls smtp [2001:db8::10]:2525\n", 'sslprobe: an IPv6 address');
for my $case (['nullmx', 'the domain takes no mail (null MX)'], ['nosuch', '.*no such name.*'], ['noaddr', '.*']) {
	$r = sslprobe(mx_cf('-H', "$case->[0].example"));
	like($r->{out}, qr/^MX_CF UNKNOWN - no host for testssl\.sh: \Q$case->[1]\E$/, "sslprobe $case->[0]: why")
	    if $case->[1] !~ /\*/;
	is($r->{exit}, 3, "sslprobe $case->[0]: exit code");
}

# One that hangs with children, one that talks for ever, one that dies.
program('testssl.sh', "echo begun; sleep 1000 & echo \$! >$tools/pid; wait");
$r = sslprobe(mx_cf('-H', 'two.example', '-t', '2'));
is($r->{out}, "begun\nMX_CF UNKNOWN - testssl.sh was ended after 2 s\n", 'sslprobe: ended at the deadline');
is($r->{exit}, 3, 'sslprobe: then UNKNOWN');
open my $in, '<', "$tools/pid" or die "pid: $!";
chomp(my $pid = <$in>);
ok(!kill(0, $pid) || qx(ps -o stat= -p $pid) =~ /^Z|^$/, 'sslprobe: its children ended, too');
program('testssl.sh', 'while :; do echo noise; echo more >&2; done');
$r = sslprobe(mx_cf('-H', 'two.example', '-t', '2'));
like($r->{out}, qr/\Anoise\nmore\n.*\nMX_CF UNKNOWN - testssl\.sh was ended after 2 s\n\z/s, 'sslprobe: one that talks for ever');
program('testssl.sh', 'printf half; kill -9 $$');
$r = sslprobe(mx_cf('-H', 'two.example'));
is($r->{out}, "half\nMX_CF UNKNOWN - testssl.sh: died of signal 9\n", 'sslprobe: one that dies');
is($r->{exit}, 3, 'sslprobe: then UNKNOWN');

$ENV{PATH} = $path;

my $said = do { local $/ = undef; <$real> };
close $real;
like($said, qr/^exit 0\n\z/m, 'sslprobe: the real one came to its end') || diag $said;
like($said, qr/Service set: +STARTTLS via SMTP.*TLS 1\.2 +not offered.*TLS 1\.3 +offered/s, 'sslprobe: what it says');

done_testing;

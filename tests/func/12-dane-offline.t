#!/usr/bin/perl
# SPDX-License-Identifier: GPL-3.0-or-later
# 12-dane-offline.t - check_dane --chain and --tlsa: certificates of files, compared with what others say of them.

use strict;
use warnings;
use Digest::SHA qw(sha256_hex sha512_hex);
use FindBin;
use lib "$FindBin::Bin/lib";
use IPC::Open3;
use MIME::Base64 qw(encode_base64);
use Plugin;
use Socket;
use Test::More;
use Time::HiRes qw(sleep);

my $pki = $ENV{LAB_PKI};
my $chroot = $ENV{LAB_CHROOT};
my $dir = "$ENV{LAB_STATE}/dane-offline";
my $BIN = $ENV{PLUGINS} || 'plugins';
mkdir $dir or die "$dir: $!";

sub file_of
{
	my ($name) = @_;
	return $name =~ /^ca\// ? "$pki/$name/cert.pem" : "$pki/hosts/$name.pem";
}

sub write_file
{
	my ($name, $text) = @_;
	open my $out, '>', "$dir/$name" or die "$name: $!";
	binmode $out;
	print $out $text;
	close $out or die "$name: $!";
	return "$dir/$name";
}

sub read_file
{
	my ($path) = @_;
	open my $in, '<', $path or die "$path: $!";
	local $/ = undef;
	return scalar <$in>;
}

# Certificate or key of the first certificate of a file, in DER.
sub der_of
{
	my ($name, $selector) = @_;
	my $what = $selector == 0 ? '-outform DER' : '-pubkey -noout | openssl pkey -pubin -outform DER';
	return scalar qx(openssl x509 -in @{[file_of($name)]} $what);
}

# "3 1 1 good wrong" as a record: with that data, changed as the last word says
sub record
{
	my ($u, $s, $m, $name, $how) = split ' ', $_[0];
	my $der = der_of($name, $s == 1 ? 1 : 0);
	my $hex = $m == 0 ? unpack('H*', $der) : $m == 2 ? sha512_hex($der) : sha256_hex($der);
	$how //= '';
	$hex =~ tr/0-9a-f/1-9a-f0/ if $how eq 'wrong';
	$hex =~ s/..$// if $how eq 'short';
	$hex .= '00' if $how eq 'long';
	$hex =~ s/(.{8})/$1 /g if $how eq 'blanks';
	$hex = uc $hex if $how eq 'upper';
	return "$u $s $m $hex";
}

# chain, records, -H (mx.NAME.example unless given), further options, state, findings above OK, DANE
my @TABLE = (
	# usage 3
	['good', ['3 1 1 good'], undef, [], 'OK', '', 'match 3.1.1+'],
	['good', ['3 1 1 good blanks'], undef, [], 'OK', '', 'match 3.1.1+'],
	['good', ['3 1 1 good upper'], undef, [], 'OK', '', 'match 3.1.1+'],
	['good', ['3 1 1 good'], 'any.name.example', [], 'OK', '', 'match 3.1.1+'],
	['good', ['3 1 1 good'], 'MX.Good.Example.', [], 'OK', '', 'match 3.1.1+'],
	['ecdsa', ['3 1 1 ecdsa'], undef, [], 'OK', '', 'match 3.1.1+'],
	['selfsigned', ['3 1 1 selfsigned'], undef, [], 'OK', '', 'match 3.1.1+'],
	['expired', ['3 1 1 expired'], undef, [], 'OK', '', 'match 3.1.1+'],
	['untrusted', ['3 1 1 untrusted'], undef, [], 'OK', '', 'match 3.1.1+'],
	['good', ['3 1 1 good wrong'], undef, [], 'CRITICAL', 'dane-mismatch', 'mismatch 3.1.1-'],
	['good', ['3 1 1 ecdsa'], undef, [], 'CRITICAL', 'dane-mismatch', 'mismatch 3.1.1-'],
	['good', ['3 1 1 ca/inter'], undef, [], 'CRITICAL', 'dane-mismatch', 'mismatch 3.1.1-'],
	['good', ['3 0 1 good'], undef, [], 'WARNING', 'dane-lint', 'match 3.0.1+'],
	['danelong', ['3 0 1 danelong'], undef, [], 'OK', '', 'match 3.0.1+'],
	['good', ['3 1 2 good'], undef, [], 'WARNING', 'dane-lint', 'match 3.1.2+'],
	['good', ['3 1 0 good'], undef, [], 'WARNING', 'dane-lint', 'match 3.1.0+'],
	['good', ['3 0 0 good'], undef, [], 'WARNING', 'dane-lint', 'match 3.0.0+'],
	['good', ['3 1 1 good', '3 1 1 ecdsa'], undef, [], 'OK', '', 'match 3.1.1+ 3.1.1-'],
	['good', ['3 1 1 good', '3 1 2 good wrong'], undef, [], 'CRITICAL', 'dane-mismatch',
	    'mismatch 3.1.1+ 3.1.2-'],
	['good', ['3 1 1 good wrong', '3 1 2 good'], undef, [], 'WARNING', 'dane-lint', 'match 3.1.1- 3.1.2+'],
	# usage 2
	['good', ['2 1 1 ca/inter'], undef, [], 'OK', '', 'match 2.1.1+'],
	['good', ['2 0 1 ca/inter'], undef, [], 'OK', '', 'match 2.0.1+'],
	['good', ['2 1 1 ca/root'], undef, [], 'CRITICAL', 'dane-mismatch', 'mismatch 2.1.1-'],
	['good', ['2 0 0 ca/root'], undef, [], 'WARNING', 'dane-lint', 'match 2.0.0+'],
	['good', ['2 1 0 ca/root'], undef, [], 'WARNING', 'dane-lint', 'match 2.1.0+'],
	['nointermediate', ['2 1 1 ca/inter'], undef, [], 'CRITICAL', 'dane-mismatch', 'mismatch 2.1.1-'],
	['nointermediate', ['2 1 0 ca/inter'], undef, [], 'WARNING', 'dane-lint', 'match 2.1.0+'],
	['wrongorder', ['2 1 1 ca/inter'], undef, [], 'WARNING', 'dane-lint', 'match 2.1.1+'],
	['selfsigned', ['2 0 1 selfsigned'], undef, [], 'CRITICAL', 'dane-mismatch', 'mismatch 2.0.1-'],
	['good', ['2 1 1 ca/inter'], 'mx.other.example', [], 'CRITICAL', 'dane-mismatch',
	    'name-mismatch 2.1.1-'],
	['good', ['2 1 1 ca/inter'], 'mx.other.example', ['--for-domain=mx.good.example'], 'OK', '',
	    'match 2.1.1+'],
	['good', ['2 1 1 ca/inter'], 'mx.other.example', ['--match=none', '--verify-name=mx.other.example'],
	    'CRITICAL', 'dane-mismatch', 'name-mismatch 2.1.1-'],
	['wildcard', ['2 1 1 ca/inter'], undef, [], 'OK', '', 'match 2.1.1+'],
	['wildcard', ['2 1 1 ca/inter'], 'a.mx.wildcard.example', [], 'CRITICAL', 'dane-mismatch',
	    'name-mismatch 2.1.1-'],
	['cnonly', ['2 1 1 ca/inter'], undef, [], 'WARNING', 'dane-lint', 'match 2.1.1+'],
	['expired', ['2 1 1 ca/inter'], undef, [], 'CRITICAL', 'dane-mismatch', 'expired 2.1.1-'],
	['notyet', ['2 1 1 ca/inter'], undef, [], 'CRITICAL', 'dane-mismatch', 'expired 2.1.1-'],
	['expired', ['2 1 1 ca/inter'], 'mx.other.example', [], 'CRITICAL', 'dane-mismatch', 'mismatch 2.1.1-'],
	['wrongeku', ['2 1 1 ca/inter'], undef, [], 'CRITICAL', 'dane-mismatch', 'mismatch 2.1.1-'],
	['nameconstraint', ['2 1 1 ca/constrained'], undef, [], 'CRITICAL', 'dane-mismatch',
	    'mismatch 2.1.1-'],
	['soon', ['2 1 1 ca/inter'], undef, [], 'WARNING', 'cert-days', 'match 2.1.1+'],
	['soon', ['3 1 1 soon'], undef, [], 'OK', '', 'match 3.1.1+'],
	# unusable
	['good', ['3 1 1 good short'], undef, [], 'WARNING', 'dane-unusable', 'unusable 3.1.1!'],
	['good', ['3 1 1 good long'], undef, [], 'WARNING', 'dane-unusable', 'unusable 3.1.1!'],
	['good', ['3 0 0 good long'], undef, [], 'WARNING', 'dane-unusable', 'unusable 3.0.0!'],
	['good', ['3 2 1 good'], undef, [], 'WARNING', 'dane-unusable', 'unusable 3.2.1!'],
	['good', ['3 1 255 good'], undef, [], 'WARNING', 'dane-unusable', 'unusable 3.1.255!'],
	['good', ['1 1 1 good'], undef, [], 'WARNING', 'dane-lint dane-unusable', 'unusable 1.1.1!'],
	['good', ['0 1 1 ca/root'], undef, [], 'WARNING', 'dane-lint dane-unusable', 'unusable 0.1.1!'],
	['good', ['3 1 1 good', '1 1 1 good', '3 1 1 good short'], undef, [], 'WARNING', 'dane-lint',
	    'match 1.1.1! 3.1.1! 3.1.1+'],
	# options
	['good', ['3 1 1 good'], undef, ['--require=3.1.1'], 'OK', '', 'match 3.1.1+'],
	['good', ['3 1 1 good', '2 1 1 ca/inter'], undef, ['--require=2.1.1', '--require=3.1.1'], 'OK', '',
	    'match 2.1.1+ 3.1.1+'],
	['good', ['3 1 1 good'], undef, ['--require=2.1.1'], 'CRITICAL', 'require', 'match 3.1.1+'],
	['good', ['2 1 1 ca/inter'], undef, ['--require=2.1.1', '--require=3.1.1'], 'CRITICAL', 'require',
	    'match 2.1.1+'],
	['good', ['3 1 1 good short'], undef, ['--require=3.1.1'], 'CRITICAL', 'dane-unusable require',
	    'unusable 3.1.1!'],
	['good', ['3 1 1 good wrong'], undef, ['--severity=dane-mismatch=warning'], 'WARNING', 'dane-mismatch',
	    'mismatch 3.1.1-'],
	['good', ['3 1 1 good'], undef, ['--no-mx', '--no-connect'], 'OK', '', 'match 3.1.1+'],
);

# In a name space without any network, and with a resolver that would be silent.
my $offline = write_file('check_dane', "#!/bin/sh\nexec unshare -n $BIN/check_dane --nameserver=127.0.0.4 \"\$@\"\n");
chmod 0755, $offline;

sub judged
{
	my ($chain, $records, $host, @options) = @_;
	my @tlsa = map { '--tlsa=' . record($_) } @$records;
	return dane('-H', $host // "mx.$chain.example", '--chain=' . file_of($chain), @tlsa, @options);
}

sub short
{
	my ($row) = @_;
	return join ' ', $row->[0], "[@{$row->[1]}]", $row->[2] // (), @{ $row->[3] };
}

my @runs = run_many((map { [judged(@$_[0 .. 2], @{ $_->[3] }, '--format=json')] } @TABLE),
    (map { [judged(@$_[0 .. 2], @{ $_->[3] })] } @TABLE));
for my $i (0 .. $#TABLE) {
	my ($row, $json, $plain) = ($TABLE[$i], $runs[$i], $runs[@TABLE + $i]);
	my $what = short($row);
	my (undef, $records, $name, undef, $state, $keys, $dane) = @$row;
	my ($host, @more) = hosts($json);

	shape_ok($_, $what) for $json, $plain;
	state_is($_, $state, $what) for $json, $plain;
	is(keys_of($json), $keys, "$what: findings") || explain_failure($json);
	is(scalar @more, 0, "$what: one host");
	is(dane_of($host), $dane, "$what: DANE") || explain_failure($json);
	is($host->{mx}, lc(($name // "mx.$row->[0].example") =~ s/\.$//r), "$what: the -H name");
	is($host->{dane}{base}, $host->{mx}, "$what: which is the base name");
	is($host->{address}, undef, "$what: no address");
	is(json_of($json)->{dns}{mx}{status}, 'not-tested', "$what: no look-up");
	is(json_of($json)->{cf}, undef, "$what: no CF");
	my %want = (mismatch => 'validation-failure: ', 'name-mismatch' => 'certificate-host-mismatch: ',
	    expired => 'certificate-expired: ', unusable => 'tlsa-invalid: ');
	my ($status) = split ' ', $dane;
	like($host->{dane}{why} // '', $want{$status} ? qr/^$want{$status}\S/ : qr/^$/, "$what: why");
	is($plain->{perf}{tlsa_total}->value, scalar @$records, "$what: tlsa_total");
	is($plain->{perf}{tlsa_usable}->value, scalar(grep { $_->{usable} } @{ $host->{dane}{records} }),
	    "$what: tlsa_usable");
	is($plain->{perf}{tlsa_matched}->value, scalar(grep { $_->{matched} } @{ $host->{dane}{records} }),
	    "$what: tlsa_matched");
	is($plain->{perf}{hosts_total}->value, 1, "$what: hosts_total");
	my @would = $plain->{out} =~ /^_25\._tcp\.\S+ IN TLSA (.*)$/mg;
	is($status eq 'match' ? 'none' : $would[0], $status eq 'match' ? @would ? "@would" : 'none' :
	    record("3 1 1 $row->[0]"), "$what: the record that would match");
}

# Nothing touches the network.
for my $args (['--tlsa=' . record('3 1 1 good')], ['--tlsa=' . record('2 1 1 ca/inter'), '--for-domain=good.example'],
    ['--tlsa=' . record('3 1 1 revoked'), '--chain=' . file_of('revoked')]) {
	my $out = qx($offline -H mx.good.example --chain=@{[file_of('good')]} @{[map { "'$_'" } @$args]} 2>&1);
	is($? >> 8, 0, "without a network: @$args");
	like($out, qr/^DANE OK - /, "without a network: @$args");
}

# --- others say the same: OpenSSL in a session, with its own checks of names
my @LIVE = grep { !@{ $_->[3] } && $_->[6] !~ /^unusable/ } @TABLE;
my $port = 20000;

# What s_client says of a server that sends the chain: 1 verified, 0 not.
sub openssl_says
{
	my ($chain, $records, $host) = @_;
	my $file = file_of($chain);
	my @certs = read_file($file) =~ /(-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----\n)/sg;
	my $rest = write_file('rest.pem', join '', @certs[1 .. $#certs]);
	my @behind = @certs > 1 ? ('-cert_chain', $rest) : ();

	$port++;
	my $pid = open3(my $in, my $out, undef, 'openssl', 's_server', '-quiet', '-naccept', 1, '-port', $port,
	    '-cert', $file, '-key', $file, @behind);
	until (-1 != index read_file('/proc/net/tcp') . read_file('/proc/net/tcp6'), sprintf ':%04X ', $port) {
		sleep 0.01;
	}
	my @command = ('openssl', 's_client', '-connect', "127.0.0.1:$port", '-brief', '-verify_return_error',
	    '-no-CAfile', '-no-CApath', '-no-CAstore', '-dane_tlsa_domain', $host, '-dane_ee_no_namechecks');
	push @command, '-dane_tlsa_rrdata', record($_) for @$records;
	my $client = open3(my $to, my $from, undef, @command);
	close $to;
	my $said = join '', <$from>;
	waitpid $client, 0;
	kill 'TERM', $pid;
	waitpid $pid, 0;
	return $said =~ /^Verification: OK/m && $said =~ /^DANE TLSA/m ? 1 : 0;
}

for my $row (@LIVE) {
	my ($chain, $records, $host) = @$row;
	my $match = $row->[6] =~ /^match/ ? 1 : 0;
	is(openssl_says($chain, $records, lc(($host // "mx.$chain.example") =~ s/\.$//r)), $match,
	    'openssl s_client: ' . short($row));
}

# --- danetool makes the same records, ldns-dane verifies them (usage 3 without names: it looks at them otherwise)
sub inside
{
	my ($name, $text) = @_;
	open my $out, '>', "$chroot/tmp/$name" or die "$name: $!";
	print $out $text;
	close $out or die "$name: $!";
	return "/tmp/$name";
}

for my $name (qw(good ecdsa danelong selfsigned)) {
	my $leaf = inside('leaf.pem', scalar qx(openssl x509 -in @{[file_of($name)]}));
	my $r = checked("danetool $name", judged($name, ["3 1 1 $name wrong"], undef));
	my ($would) = $r->{out} =~ /^(_25\._tcp\.\S+ IN TLSA .*)$/m;
	my $theirs = qx(chroot $chroot danetool --tlsa-rr --host mx.$name.example --port 25 --load-certificate $leaf);
	is($theirs =~ s/\( 0(\d) 0(\d) 0(\d) (\S+) \)\s*$/$1 $2 $3 $4/r, $would, "danetool: the same record of $name");
}
my $ca = inside('ca.pem', scalar qx(openssl x509 -in $pki/ca/inter/cert.pem));
my $r = checked('danetool ca', judged('good', ['2 1 1 good'], undef));
my $of_ca = record('2 1 1 ca/inter');
my ($hash) = $of_ca =~ /(\S+)$/;
like(qx(chroot $chroot danetool --tlsa-rr --ca --host mx.good.example --port 25 --load-certificate $ca),
    qr/\( 02 01 01 $hash \)/, 'danetool: the same record of the CA');
like($r->{out}, qr/^_25\._tcp\.mx\.good\.example\. IN TLSA $of_ca$/m,
    'the topmost CA sent, where the set has usage 2');
for my $row (grep { $_->[6] =~ /^(?:mis)?match 3\.\d\.\d[-+]$/ && !@{ $_->[3] } } @TABLE) {
	my ($chain, $records) = @$row;
	next if $records->[0] =~ /^3 \d 2/;	# unknown to ldns-dane of 1.8.3, which goes on without DANE
	my $file = inside('chain.pem', read_file(file_of($chain)));
	my $tlsa = inside('tlsa', "_25._tcp.mx.$chain.example. 3600 IN TLSA " . record($records->[0]) . "\n");
	system "chroot $chroot ldns-dane -n -s -t $tlsa -c $file verify >/dev/null 2>&1";
	is($? == 0 ? 1 : 0, $row->[6] =~ /^match/ ? 1 : 0, 'ldns-dane: ' . short($row));
}

# --- files
my $good = read_file(file_of('good'));
my @pem = $good =~ /(-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----\n)/sg;
my ($key) = $good =~ /(-----BEGIN PRIVATE KEY-----.*?-----END PRIVATE KEY-----\n)/s;
my $other = read_file(file_of('ecdsa'));
my @others = $other =~ /(-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----\n)/sg;
my @FILES = (
	['key, leaf, chain', $good, 'match 2.1.1+ 3.1.1+'],
	['leaf, chain, key', join('', @pem, $key), 'match 2.1.1+ 3.1.1+'],
	['no key', join('', @pem), 'match 2.1.1+ 3.1.1+'],
	['leaf alone', $pem[0], 'match 2.1.1- 3.1.1+'],
	['text before, between and behind', "x\ny: z\n$pem[0] subject=x\n\n$pem[1]\nend", 'match 2.1.1+ 3.1.1+'],
	['lines of DOS', join('', @pem) =~ s/\n/\r\n/gr, 'match 2.1.1+ 3.1.1+'],
	['no last line end', join('', @pem) =~ s/\n\z//r, 'match 2.1.1+ 3.1.1+'],
	['another PEM label', join('', @pem) =~ s/ CERTIFICATE/ X509 CERTIFICATE/gr, 'match 2.1.1+ 3.1.1+'],
	['a trusted certificate', scalar(qx(openssl x509 -in @{[file_of('good')]} -trustout -addtrust serverAuth)),
	    'match 2.1.1- 3.1.1+'],
	['the CA first', join('', reverse @pem), 'mismatch 2.1.1- 3.1.1-'],
	['16 certificates', $pem[0] . $pem[1] x 15, 'match 2.1.1+ 3.1.1+'],
	['certificates of two servers', join('', @others, @pem), 'mismatch 2.1.1+ 3.1.1-'],
);
for my $row (@FILES) {
	my ($what, $text, $want) = @$row;
	my $path = write_file('file.pem', $text);
	my $run = checked("file: $what", dane('-H', 'mx.good.example', "--chain=$path", '--tlsa=' . record('3 1 1 good'),
	    '--tlsa=' . record('2 1 1 ca/inter'), '--format=json'));
	# the CA vouches for the certificate of the other server, too, whose name is another one
	$want =~ s/^mismatch 2\.1\.1\+/name-mismatch 2.1.1-/;
	is(dane_of((hosts($run))[0]), $want, "file: $what") || explain_failure($run);
}
my $pipe = qx(bash -c '$BIN/check_dane -H mx.good.example --chain=<(cat @{[file_of('good')]}) --tlsa="@{[record('3 1 1 good')]}"' 2>&1);
like($pipe, qr/^DANE OK - /, 'file: a pipe of the shell');

# --- bad input: one line that names the option, before anything else
mkdir "$dir/directory";
my $hex = (record('3 1 1 good') =~ /(\S+)$/)[0];
my $ok = '--chain=' . file_of('good');
my $tlsa = "--tlsa=3 1 1 $hex";
my %BAD_FILES = (
	'empty.pem' => '', 'text.pem' => "no certificate\n", 'key.pem' => $key,
	'damaged.pem' => $pem[0] =~ s/\nMII/\nAII/r, 'cut.pem' => substr($pem[0], 0, 400),
	'base64.pem' => $pem[0] =~ s/\n(....)/\n!!!!/r, 'many.pem' => $pem[0] . $pem[1] x 16,
	'der.pem' => scalar(qx(openssl x509 -in @{[file_of('good')]} -outform DER)),
	'large.pem' => "x" x 80 . "\n" x 1100000, 'second-damaged.pem' => $pem[0] . substr($pem[1], 0, 400),
	'trailing.pem' => "-----BEGIN CERTIFICATE-----\n"
	    . encode_base64(der_of('good', 0) . "\0") . "-----END CERTIFICATE-----\n",
);
write_file($_, $BAD_FILES{$_}) for keys %BAD_FILES;
my @BAD = (
	(map { [["--chain=$dir/$_", $tlsa], qr/--chain: ".*\Q$_\E" \S/] } sort(keys %BAD_FILES), 'nonexistent', 'directory'),
	[['--chain=/dev/zero', $tlsa], qr/--chain: "\/dev\/zero" is no file/],
	[['--chain=/dev/null', $tlsa], qr/--chain: "\/dev\/null"/],
	[['--chain=', $tlsa], qr/--chain/],
	[["--chain=$dir/a\nb", $tlsa], qr/--chain/],
	[['--chain=/nonexistent'], qr/--chain/],
	[[$tlsa], qr/--tlsa needs --chain/],
	[[$ok, '--tlsa='], qr/--tlsa/],
	(map { [[$ok, "--tlsa=$_"], qr/--tlsa: "/] } ' ', '3', '3 1', '3 1 1', '3 1 1 ', "3 1 $hex", "256 1 1 $hex",
	    "3 256 1 $hex", "3 1 256 $hex", "-3 1 1 $hex", "3.1.1 $hex", "3 1 1 ${hex}0", '3 1 1 abc', '3 1 1 xyz',
	    "3 1 1 0x$hex", "a b c $hex", "3,1,1,$hex", "DANE-EE SPKI SHA2-256 $hex", "3 1 1 $hex;", "3 1 1 \"$hex\"",
	    "3 1 1 ab\ncd", "_25._tcp.mx.good.example. IN TLSA 3 1 1 $hex"),
	[[$ok, $tlsa, '--tlsa=3 1 1 x'], qr/--tlsa: "/],
	[[$ok, $tlsa, '--algorithms=rsa'], qr/--algorithms/],
	[[$ok, '--algorithms=rsa'], qr/--algorithms/],
	[['--no-connect', '--algorithms=rsa'], qr/--algorithms/],
	(map { [["--algorithms=$_"], qr/--algorithms/] } '', ',', 'rsa,', 'dsa', 'rsa ecdsa', 'rsa,ecdsa,x'),
	(map { [["--require=$_"], qr/--require/] } '', '3', '3.1', '3.1.1.1', '3 1 1', '3.1.x', '3.1.256', '-1.1.1'),
	[[$ok, $tlsa, '--for-domain=a b'], qr/--for-domain/],
	[[$ok, $tlsa, '--for-domain=192.0.2.1'], qr/--for-domain/],
	[['--for-domain=good.example'], qr/--for-domain/],
	[[$ok, '--for-domain=good.example'], qr/--for-domain/],
	[[$ok, $tlsa, '--match=domain'], qr/--match/],
	[[$ok, $tlsa, '-H', '192.0.2.10'], qr/--hostname/],
	[[$ok, $tlsa, '-H', '[2001:db8::10]'], qr/--hostname/],
	[[$ok, $tlsa, '-H', 'user@good.example'], qr/--hostname/],
	[['--no-mx', '-H', '192.0.2.10'], qr/--hostname/],
	[['-H', 'user@good.example'], qr/--hostname/],
	[['-w', '3'], qr/3:/],
	[['-c', '1'], qr/1:/],
	[['-w', '@3'], qr/--warning/],
	[['--stop-after=from'], qr/--stop-after/],
	[['--stop-after=to'], qr/--stop-after/],
	[['--from=a@b.example'], qr/--from/],
	[['--rcpt=a@b.example'], qr/--rcpt/],
	[['--severity=cf=ok'], qr/--severity/],
	[['--quick'], qr/--quick/],
);
my @bad = run_many(map { [dane('--nameserver=127.0.0.4', '-H', 'mx.good.example', @{ $_->[0] })] } @BAD);
for my $i (0 .. $#BAD) {
	my $run = $bad[$i];
	my $what = substr join(' ', @{ $BAD[$i][0] }) =~ s/[^\x20-\x7e]/?/gr, 0, 100;
	is($run->{exit}, 3, "$what: exit code");
	is($run->{err}, '', "$what: nothing on stderr");
	like($run->{first}, $BAD[$i][1], "$what: the line names it") || explain_failure($run);
	like($run->{out}, qr/\ADANE UNKNOWN - [^\n]{1,290}\n\z/, "$what: one line");
	cmp_ok($run->{wall}, '<', 2, "$what: before any network");
}

# --- against DNS: will the next certificate match?
# target, chain, further options, state, findings above OK, DANE of each host
my @DNS = (
	['ee.dane', 'dane', [], 'OK', '', ['match 3.1.1+']],
	['ee.dane', 'danelong', [], 'CRITICAL', 'dane-mismatch', ['mismatch 3.1.1-']],
	['rollover.dane', 'danelong', [], 'OK', '', ['match 3.1.1+ 3.1.1-']],
	['rollover.dane', 'dane', [], 'OK', '', ['match 3.1.1+ 3.1.1-']],
	['rollover.dane', 'good', [], 'CRITICAL', 'dane-mismatch', ['mismatch 3.1.1- 3.1.1-']],
	['ta.dane', 'danelong', [], 'OK', '', ['match 2.1.1+']],
	['ta.dane', 'good', [], 'CRITICAL', 'dane-mismatch', ['name-mismatch 2.1.1-']],
	['daneorg', 'daneorg', [], 'OK', '', ['match 2.1.1+']],
	['mx.daneorg', 'daneorg', ['--no-mx'], 'CRITICAL', 'dane-mismatch', ['name-mismatch 2.1.1-']],
	['mx.daneorg', 'daneorg', ['--no-mx', '--for-domain=daneorg.example'], 'OK', '', ['match 2.1.1+']],
	['mx-ee.dane', 'dane', ['--no-mx'], 'OK', '', ['match 3.1.1+']],
	['mx-ee.dane', 'dane', ['--no-mx', '--require=2.1.1'], 'CRITICAL', 'require', ['match 3.1.1+']],
	['two.dane', 'dane', [], 'OK', '', ['match 3.1.1+', 'match 2.1.1+']],
	['two-wrong.dane', 'dane', [], 'CRITICAL', 'dane-mismatch', ['match 3.1.1+', 'mismatch 3.1.1-']],
	['two-addresses.dane', 'dane', [], 'OK', '', ['match 3.1.1+']],
	['dead.dane', 'dane', [], 'OK', '', ['match 3.1.1+']],
	['none.dane', 'dane', [], 'CRITICAL', 'dane-none', ['none']],
	['un-usage1.dane', 'dane', [], 'WARNING', 'dane-lint dane-unusable', ['unusable 1.1.1!']],
	['nullmx.dane', 'dane', [], 'UNKNOWN', 'null-mx', []],
);
my @dns = run_many(map { [dane('-H', "$_->[0].example", '--chain=' . file_of($_->[1]), @{ $_->[2] }, '--format=json')] } @DNS);
for my $i (0 .. $#DNS) {
	my ($target, $chain, $options, $state, $keys, $dane) = @{ $DNS[$i] };
	my $what = "DNS: $target $chain @$options";
	shape_ok($dns[$i], $what);
	state_is($dns[$i], $state, $what);
	is(keys_of($dns[$i]), $keys, "$what: findings") || explain_failure($dns[$i]);
	is_deeply([map { dane_of($_) } hosts($dns[$i])], $dane, "$what: DANE") || explain_failure($dns[$i]);
	is($_->{address}, undef, "$what: no address") for hosts($dns[$i]);
}

done_testing;

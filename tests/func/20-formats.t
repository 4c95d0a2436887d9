#!/usr/bin/perl
# SPDX-License-Identifier: GPL-3.0-or-later
# 20-formats.t - the formats of TestReceiver against real servers: xml, csv.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use File::Temp ();
use Plugin;
use Test::More;

my $golden = "$FindBin::Bin/../golden";

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

done_testing;

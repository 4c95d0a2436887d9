#!/usr/bin/perl
# SPDX-License-Identifier: GPL-3.0-or-later
# budgets.t [--set] - no run costs more instructions than tests/bench/budgets says, so that no
# start-up grows unseen.  callgrind counts them.  --set writes what is counted into that file.

use strict;
use warnings;
use FindBin;
use List::Util 'min';
use MIME::Base64;
use POSIX ();
use Test::More;

die "to be run inside the lab: tests/lab/lab.sh prove tests/bench/budgets.t\n" if !$ENV{LAB};

my $SLACK = 1.03;
my $TRIES = 3;		# threads do not meet in the same way each time: the fewest count
my $BIN = $ENV{PLUGINS} || 'plugins';
my $FILE = "$FindBin::Bin/budgets";
my $LIST = "$ENV{LAB_STATE}/budgets.list";
my $BUNDLE = "$ENV{LAB_STATE}/budgets.bundle";
my $set = @ARGV && $ARGV[0] eq '--set';

sub slurp
{
	my ($file) = @_;
	open my $in, '<', $file or die "$file: $!\n";
	local $/ = undef;
	return scalar <$in>;
}

sub spew
{
	my ($file, @text) = @_;
	open my $out, '>', $file or die "$file: $!\n";
	print $out @text;
	close $out or die "$file: $!\n";
	return;
}

# The common name of the subject, which stands behind the issuer's.
sub common_name
{
	my ($der, $name) = (decode_base64($_[0] =~ s/-----.*?-----//gr), '');
	$name = substr $der, pos $der, ord $1 while $der =~ /\x06\x03\x55\x04\x03[\x0c\x13](.)/gs;
	return $name;
}

# As many certificates as a system's has, a name each, and the lab's root behind them.
sub make_bundle
{
	my %named;
	for my $file (sort glob "$ENV{LAB_PKI}/hosts/*.pem") {
		my ($leaf) = slurp($file) =~ /(-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----\n)/s;
		$named{common_name($leaf)} //= $leaf if $leaf;
	}
	mkdir $BUNDLE or die "$BUNDLE: $!\n";
	return spew("$BUNDLE/ca-certificates.crt", @named{sort keys %named}, slurp($ENV{LAB_CA_FILE}));
}

# Thousand instructions of one run; its state has to be the one expected.
sub count
{
	my ($name, $state, $program, @args) = @_;
	my @command = ('valgrind', '--tool=callgrind', '--callgrind-out-file=/dev/null', "$BIN/$program", @args);
	@command = ('unshare', '-m', 'sh', '-c', 'mount --bind "$1" /etc/ssl/certs && shift && exec "$@"', 'sh',
	    $BUNDLE, @command) if $name =~ /bundle/;
	my $pid = open my $out, '-|';
	die "fork: $!\n" if !defined $pid;
	if ($pid == 0) {
		open STDIN, '<', $LIST or POSIX::_exit(126);
		open STDERR, '>&', \*STDOUT or POSIX::_exit(126);
		exec @command or POSIX::_exit(127);
	}
	my $said = do { local $/ = undef; <$out> };
	close $out;
	my ($n) = $said =~ /Collected : (\d+)/;
	return $n / 1000 if $? >> 8 == $state && $n;
	diag("$name: exit ", $? >> 8, ": $said");
	return;
}

# The fewest of some tries; the first that is good enough ends it.
sub fewest
{
	my ($enough, @run) = @_;
	my @seen;
	for (1 .. $TRIES) {
		push @seen, grep { defined } count(@run);
		last if @seen && $seen[-1] <= $enough && !$set;
	}
	return min(@seen);
}

# OpenSSL has other code for newer processors (AVX2, ADX, ...): the same everywhere
$ENV{OPENSSL_ia32cap} = ':0';
make_bundle();
spew($LIST, map { "d$_.m$_.big.example\n" } 1 .. 10);
my $text = slurp($FILE);
my @rows = map { [split] } grep { !/^(#|\s*$)/ } split /\n/, $text;
for my $row (@rows) {
	my ($name, $budget, $state, @command) = @$row;
	my $n = fewest($budget * $SLACK, $name, $state, @command);
	ok(defined $n && ($set || $n <= $budget * $SLACK), sprintf '%s: %.0f thousand instructions, budget %d',
	    $name, $n // 0, $budget);
	diag("$name: well under its budget, which may be lowered to ", POSIX::ceil($n))
	    if defined $n && !$set && $n < $budget * (2 - $SLACK);
	$text =~ s/^\Q$name\E +\d+/sprintf '%-24s %7d', $name, POSIX::ceil($n)/em
	    if $set && defined $n;
}
spew($FILE, $text) if $set;
done_testing();

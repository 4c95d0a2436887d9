# SPDX-License-Identifier: GPL-3.0-or-later
# Plugin.pm - run the plugins and hold what every run of theirs owes.
#
# An opinion of its own on the specification: perfdata is parsed by Monitoring::Plugin,
# JSON by JSON::PP, the Confidence Factor is computed here from the JSON facts.

package Plugin;

use strict;
use warnings;

use Cwd 'abs_path';
use Encode ();
use Exporter 'import';
use File::Temp 'tempdir';
use JSON::PP ();
use List::Util qw(max sum0);
use Monitoring::Plugin::Performance;
use POSIX ();
use Test::More;
use Time::HiRes 'time';

our @EXPORT = qw(mx_cf smtp_tls dane mtasts run run_many shape_ok checked json_of steps hosts keys_of
    finding labels state_is quality host_score domain_cf floor_cf explain_failure dane_of $BEST);

die "to be run inside the lab: tests/lab/lab.sh prove tests/func/\n" if !$ENV{LAB};

my $BIN = abs_path($ENV{PLUGINS} || 'plugins');
my $LIMIT = 60;		# seconds until a plugin is killed: far over any deadline asked for
our $JOBS = 6;	# runs at once; more where they wait
our $BEST = 121;	# the maximum of an ordinary run of check_mx_cf, that of check_smtp_tls is 116
my $DUST = 1e-9;
my @STATES = qw(OK WARNING CRITICAL UNKNOWN);
my %NAME = (check_mx_cf => 'MX_CF', check_smtp_tls => 'SMTP_TLS', check_dane => 'DANE',
    check_mtasts => 'MTASTS');
my $NAMES = join '|', values %NAME;
my %WORD = (ok => 'ok', fail => 'FAIL', defer => 'defer', skip => '-');
my %BAND = (
	'TLSv1' => [64, 74], 'TLSv1.0' => [64, 74], 'TLSv1.1' => [75, 87],
	'TLSv1.2' => [88, 103], 'TLSv1.3' => [104, 121],
);

my $dir = tempdir(CLEANUP => 1);
my $serial = 0;
my $owner = $$;

sub mx_cf { return ('check_mx_cf', @_) }
sub smtp_tls { return ('check_smtp_tls', @_) }
sub dane { return ('check_dane', @_) }
sub mtasts { return ('check_mtasts', @_) }

# --- running

# A run may begin with { env => { NAME => VALUE }, via => [command it goes through], stdout => FILE }.
sub launch
{
	my ($how, $program, @args) = ref $_[0] ? @_ : ({}, @_);
	my $base = "$dir/" . ++$serial;
	my $job = { program => $program, args => \@args, base => $base, start => time };
	my $pid = fork // die "fork: $!";
	return { %$job, pid => $pid } if $pid;
	open STDIN, '<', '/dev/null' or POSIX::_exit(126);
	open STDOUT, '>', $how->{stdout} // "$base.out" or POSIX::_exit(126);
	open STDERR, '>', "$base.err" or POSIX::_exit(126);
	my %env = %{ $how->{env} // {} };
	@ENV{ keys %env } = values %env;
	exec 'timeout', '-s', 'KILL', $LIMIT, @{ $how->{via} // [] }, "$BIN/$program", @args or POSIX::_exit(127);
}

sub slurp
{
	my ($file) = @_;
	open my $in, '<:raw', $file or return '';
	local $/ = undef;
	return scalar(<$in>) // '';
}

sub finish
{
	my ($job, $status) = @_;
	$job->{wall} = time - $job->{start};
	$job->{exit} = $status & 127 ? 1000 + ($status & 127) : $status >> 8;
	$job->{out} = slurp("$job->{base}.out");
	$job->{err} = slurp("$job->{base}.err");
	unlink "$job->{base}.out", "$job->{base}.err";
	($job->{first}) = $job->{out} =~ /\A([^\n]*)/;
	my ($text, $perf) = split /\|/, $job->{first}, 2;
	$job->{text} = $text // '';
	$job->{perfdata} = $perf // '';
	$job->{command} = join ' ', $job->{program}, map { /[^\w.\/=:@%+,-]/ ? "'$_'" : $_ } @{ $job->{args} };
	($job->{format}) = reverse grep { defined } map { /^--format=(.*)/ ? $1 : undef } @{ $job->{args} };
	$job->{format} //= 'plugin';
	$job->{verbose} = grep { /^(-v+|--verbose)$/ } @{ $job->{args} };
	return $job;
}

# run_many([program, args...], ...): all of them, some at once; results in the same order.
sub run_many
{
	my @todo = @_;
	my (@done, %running);
	my $next = 0;
	while ($next < @todo || %running) {
		while ($next < @todo && keys %running < $JOBS) {
			my $job = launch(@{ $todo[$next] });
			$running{ $job->{pid} } = [$next++, $job];
		}
		my $pid = waitpid -1, 0;
		my $entry = delete $running{$pid} or next;
		$done[$entry->[0]] = finish($entry->[1], $?);
	}
	return @done;
}

sub run
{
	my @command = @_;
	return (run_many([@command]))[0];
}

# --- what holds for every run

sub shape_ok
{
	my ($r, $what) = @_;
	my @bad;
	push @bad, "stderr: $r->{err}" if length $r->{err};
	push @bad, "exit code $r->{exit}" if $r->{exit} > 3;
	push @bad, 'control bytes' if $r->{out} =~ /[\x00-\x09\x0b-\x1f\x7f]/;
	push @bad, 'no line end' if $r->{out} !~ /\n\z/;
	my $utf8 = eval { Encode::decode('UTF-8', my $copy = $r->{out}, Encode::FB_CROAK) };
	push @bad, 'not UTF-8' if !defined $utf8;
	push @bad, 'C1 or bidi characters'
	    if defined $utf8 && $utf8 =~ /[\x{80}-\x{9f}\x{200e}\x{200f}\x{202a}-\x{202e}\x{2066}-\x{2069}]/;
	push @bad, plugin_shape($r) if $r->{format} eq 'plugin';
	push @bad, json_shape($r) if $r->{format} eq 'json';
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	return is(join('; ', @bad), '', "$what: shape") || explain_failure($r);
}

sub plugin_shape
{
	my ($r) = @_;
	my @bad;
	my $name = $NAME{ $r->{program} };
	if ($r->{first} =~ /^$name (OK|WARNING|CRITICAL|UNKNOWN) - \S/) {
		push @bad, "state $1 and exit code $r->{exit}" if $1 ne ($STATES[$r->{exit}] // '?');
	} else {
		push @bad, "first line: $r->{first}";
	}
	my $text = Encode::decode('UTF-8', $r->{text} =~ s/^$name [A-Z]+ - //r);
	push @bad, 'text of ' . length($text) . ' characters' if length $text >= 160;
	push @bad, 'more than one |' if ($r->{out} =~ tr/|//) > 1;
	push @bad, '| behind the first line' if $r->{out} =~ /\n.*\|/;
	if (!$r->{verbose}) {
		push @bad, 'raw < or >' if $r->{out} =~ /[<>]/;
		push @bad, length($r->{out}) . ' bytes' if length $r->{out} >= 4096;
	}
	push @bad, perf_shape($r);
	return @bad;
}

sub perf_shape
{
	my ($r) = @_;
	my @bad;
	my $range = qr/\@?(?:(?:~|-?\d+(?:\.\d+)?)?:)?(?:-?\d+(?:\.\d+)?)?/;
	my $number = qr/-?\d+(?:\.\d+)?/;
	my @tokens = split ' ', $r->{perfdata};
	for my $token (@tokens) {
		push @bad, "perfdata: $token"
		    if $token !~ /^[a-z0-9_]+=$number(?:s|)(?:;$range(?:;$range(?:;(?:$number)?(?:;(?:$number)?)?)?)?)?$/;
	}
	my @all = Monitoring::Plugin::Performance->parse_perfstring($r->{perfdata});
	push @bad, 'perfdata does not parse' if @all != @tokens;
	my %seen;
	for my $perf (@all) {
		push @bad, 'label ' . $perf->label if $perf->label !~ /^[a-z0-9_]+$/;
		push @bad, 'label twice: ' . $perf->label if $seen{ substr $perf->label, 0, 19 }++;
	}
	$r->{perf} = { map { $_->label => $_ } @all };
	return @bad;
}

sub json_shape
{
	my ($r) = @_;
	return () if $r->{out} =~ /^(?:$NAMES) UNKNOWN - /;	# option errors stay text
	my $json = json_of($r) or return "no JSON: $@";
	my @bad;
	push @bad, "state $json->{state}, exit $json->{exit}, exit code $r->{exit}"
	    if $json->{exit} != $r->{exit} || $json->{state} ne $STATES[$r->{exit}];
	return @bad;
}

# Run, hold the shape, and return the result.
sub checked
{
	my ($what, @command) = @_;
	my $r = run(@command);
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	shape_ok($r, $what);
	return $r;
}

sub explain_failure
{
	my ($r) = @_;
	diag("$r->{command}\n" . substr($r->{out}, 0, 2500));
	return 0;
}

sub state_is
{
	my ($r, $state, $what) = @_;
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	my $got = $STATES[$r->{exit}] // "exit code $r->{exit}";
	return is($got, $state, "$what: state") || explain_failure($r);
}

# --- reading results

sub json_of
{
	my ($r) = @_;
	$r->{json} //= eval { JSON::PP->new->utf8->decode($r->{out}) };
	return $r->{json};
}

# The hosts of a run; each is told what of the domain counts for its score.
sub hosts
{
	my ($r) = @_;
	my $json = json_of($r) or return ();
	my @hosts = @{ $json->{hosts} || [] };
	for my $host (@hosts) {
		$host->{half_dane} = $json->{dns}{mx}{status} eq 'insecure';
		$host->{mode} = $json->{mtasts}{status} eq 'ok' ? $json->{mtasts}{mode} : 'none';
	}
	return @hosts;
}

# DANE of a host in one line: "match 3.1.1+ 3.1.2- 1.1.1!", its records matched, not matched, unusable.
sub dane_of
{
	my ($host) = @_;
	my $dane = $host->{dane};
	return join ' ', $dane->{status}, sort map {
		"$_->{usage}.$_->{selector}.$_->{matching}"
		    . (!$_->{usable} ? '!' : $_->{matched} ? '+' : '-')
	} @{ $dane->{records} };
}

# "ok ok FAIL - - - - -" of a host
sub steps
{
	my ($host) = @_;
	return join ' ', map { $WORD{ $_->{state} } // "?$_->{state}" } @{ $host->{steps} || [] };
}

# The keys of all findings above OK, each once.
sub keys_of
{
	my ($r) = @_;
	my $json = json_of($r) or return 'no JSON';
	my %keys = map { $_->{key} => 1 } grep { $_->{state} ne 'OK' } @{ $json->{findings} };
	return join ' ', sort keys %keys;
}

# The first finding with this key, whatever its state.
sub finding
{
	my ($r, $key) = @_;
	my $json = json_of($r) or return undef;
	return (grep { $_->{key} eq $key } @{ $json->{findings} })[0];
}

sub labels
{
	my ($r) = @_;
	perf_shape($r) if !$r->{perf};
	return join ' ', sort keys %{ $r->{perf} };
}

# --- the Confidence Factor, from the facts of the JSON

sub cipher_points
{
	my ($tls, $host, $dh_bits) = @_;
	my $anonymous = $tls->{cipher} =~ /^(?:ADH|AECDH)-/;
	return 0 if $anonymous || $tls->{bits} < 128 || $tls->{cipher} =~ /RC4|3DES|DES-|NULL|EXP/;
	my $dhe = $tls->{cipher} =~ /^(?:DHE|EDH)-/;
	return 0 if $dhe && $dh_bits && $dh_bits < 1024;
	my $fs = $tls->{version} eq 'TLSv1.3' || $tls->{cipher} =~ /^ECDHE-/
	    || $dhe && (!$dh_bits || $dh_bits >= 2048);
	my $aead = $tls->{cipher} =~ /GCM|CCM|CHACHA20/;
	return $fs && $aead ? 25 : $fs ? 15 : $aead ? 8 : 4;
}

sub key_points
{
	my ($leaf) = @_;
	return 0 if !$leaf;
	my %enough = (RSA => 2048, DSA => 2048, EC => 224, ED25519 => 0, ED448 => 0);
	my $key = defined $enough{ $leaf->{key} } && $leaf->{bits} >= $enough{ $leaf->{key} };
	my $signature = $leaf->{signature} =~ /sha(?:224|256|384|512|3)|ed25519|ed448/i;
	return 5 * (!!$key + !!$signature);
}

# Points of 100 for an encrypted host.
sub quality
{
	my ($host, $dh_bits) = @_;
	my $cert = $host->{cert};
	my $dane = $host->{dane}{status} eq 'match' && !$host->{half_dane};
	my $authenticated = $cert && $cert->{revoked} ne 'revoked'
	    && ($dane || $cert->{trusted} && $cert->{name_match} && $cert->{in_date});
	my %mode = (enforce => 10, testing => 5);
	return cipher_points($host->{tls}, $host, $dh_bits) + key_points($host->{chain}[0])
	    + ($authenticated ? 40 : 0) + ($dane ? 15 : 0)
	    + ($host->{sts} eq 'pass' ? $mode{ $host->{mode} } // 0 : 0);
}

# The unfloored score.  The JSON does not tell 10, 20 and 30 apart: those are taken as given.
sub host_score
{
	my ($host, $dh_bits) = @_;
	return 50 if $host->{status} eq 'untested';
	my %step = map { $_->{step} => $_->{state} } @{ $host->{steps} };
	return 0 if $step{tls} eq 'fail' && $step{secure} ne 'fail';
	return $host->{score} if $step{secure} eq 'fail';
	my ($floor, $top) = @{ $BAND{ $host->{tls}{version} } };
	return $floor + quality($host, $dh_bits) / 100 * ($top - $floor);
}

sub floor_cf
{
	my ($v) = @_;
	return POSIX::floor($v + $DUST);
}

# CF of a domain from its rows; true $ignore leaves the untested out.
sub domain_cf
{
	my ($r, $ignore) = @_;
	my @rows = grep { $_->{status} =~ /^(?:un)?tested$/ } hosts($r);
	my (%rank, %rows);
	my $n = 0;
	$rank{$_} //= $n++ for sort { $a <=> $b } map { $_->{preference} } @rows;
	push @{ $rows{"$_->{preference} $_->{mx}"} }, $_ for @rows;
	my ($weight, $sum) = (0, 0);
	for my $mx (values %rows) {
		my $share = 2**-($rank{ $mx->[0]{preference} } < 6 ? $rank{ $mx->[0]{preference} } : 6) / @$mx;
		for my $row (grep { !$ignore || $_->{status} eq 'tested' } @$mx) {
			$weight += $share;
			$sum += $share * host_score($row);
		}
	}
	return $weight ? floor_cf($sum / $weight) : 50;
}

1;

#!/usr/bin/perl
# SPDX-License-Identifier: GPL-3.0-or-later
# coverage.pl JSON - docs/coverage.md from what gcovr counted: how much of common/ the tests reach, and what is left,
# each with its reason.  Exit 1 when less is reached than $LINES and $BRANCHES.

use strict;
use warnings;
use JSON::PP ();

my ($LINES, $BRANCHES) = (90, 80);	# per cent
my $DOC = 'docs/coverage.md';
my $BEFORE = 4;		# lines above, where the condition stands

# Why a line is not reached: the first row whose file and text (with some lines above) fit.
my @REASONS = (
	[qr{}, qr/out of memory|\bcalloc\(|\bmalloc\(|fmemopen/, 'memory is short'],
	[qr{^plug\.c|^pool\.c}, qr/_exit\(|on_empty|EINTR|write\(/, 'the process ends here without a word to the counter, or a '
	    . 'signal comes at the right moment'],
	[qr{^lib\.c|curl|unbound}, qr/lib_open|dlopen|dlsym|dlerror|symbols/, 'a library that Debian always has is not there'],
	[qr{}, qr/thread_start|no thread|pthread_create/, 'no thread is to be had'],
	[qr{}, qr/socket\(|setsockopt|getsockname|getsockopt|pipe2?\(|fork\(|fcntl|pidfd|posix_spawn|getrandom|epoll|eventfd/,
	    'a system call fails that does not fail where tests run'],
	[qr{^(?:cert|crl|dane|ocsp|pem|san|store|tls|http|https|revoke|certtext|offer|phase_mail)},
	    qr/== NULL|!= 1\b|<= 0\b|< 0\b|goto (?:out|fail)|return (?:NULL|-1|false);/,
	    'OpenSSL gives nothing where it has memory and sound input'],
	[qr{^(?:dns|lookup|policy|https)}, qr/== NULL|!= 0\b|LDNS_STATUS|goto out|return (?:NULL|-1|false);/,
	    'ldns, libunbound or libcurl fail where they have memory and sound input'],
	[qr{}, qr/default:|"unknown"|return "";/, 'a value that no version of a library has yet'],
	[qr{^memory\.c}, qr{}, 'builds that count keep their own memory functions; 48-faults-own.t fails each allocation of the plugins that are shipped'],
	[qr{^plug\.c}, qr/limit|descriptors/, '48-faults-own.t has it, by runs that cannot write what they counted'],
	[qr{^(?:run_)?sandbox}, qr{}, 'behind the sandbox nothing can be counted: tests of it run, the counter cannot be written'],
	[qr{}, qr/_keep\(|keep_(?:target|directory)|sandbox_/, 'behind the sandbox nothing can be counted: tests of it run, the counter cannot be written'],
	[qr{}, qr/tick_now\(\)|deadline/, 'time runs out between two statements'],
	[qr{^(?:tls|cert|san|tls_tape)}, qr/\bcase\b/, 'a kind of key, name or message that no server of the lab has'],
	[qr{}, qr{}, 'no test gives what leads here'],
);

sub slurp_lines
{
	my ($file) = @_;
	open my $in, '<', $file or die "$file: $!\n";
	chomp(my @lines = <$in>);
	return @lines;
}

sub percent
{
	my ($part, $all) = @_;
	return $all == 0 ? 100 : int(1000 * $part / $all) / 10;
}

sub reason_of
{
	my ($name, $n, @source) = @_;
	my $from = $n > $BEFORE ? $n - $BEFORE : 0;
	# nearest first: the line itself, then with what stands above; the last row is for what fits no other
	for my $start (reverse $from .. $n) {
		my $text = join "\n", @source[$start .. $n];
		for my $row (@REASONS[0 .. $#REASONS - 1]) {
			return $row->[2] if $name =~ $row->[0] && $text =~ $row->[1];
		}
	}
	return $REASONS[-1][2];
}

my $json = do {
	open my $in, '<', $ARGV[0] or die "$ARGV[0]: $!\n";
	local $/ = undef;
	JSON::PP->new->decode(<$in>);
};
my (%all, %left, @table);
for my $file (sort { $a->{file} cmp $b->{file} } @{ $json->{files} }) {
	my ($name) = $file->{file} =~ m{^common/(.*\.c)$} or next;
	my @source = slurp_lines($file->{file});
	my %n = map { $_ => 0 } qw(lines reached branches taken);
	for my $line (grep { !$_->{'gcovr/noncode'} && !$_->{'gcovr/excluded'} } @{ $file->{lines} }) {
		$n{lines}++;
		$n{reached}++ if $line->{count};
		my @branches = grep { !$_->{throw} } @{ $line->{branches} };
		$n{branches} += @branches;
		$n{taken} += grep { $_->{count} } @branches;
		next if $line->{count};
		my $code = $source[$line->{line_number} - 1] =~ s/^\s+|\s+$//gr;
		my $reason = reason_of($name, $line->{line_number} - 1, @source);
		$left{$reason}{$name}{$code} = 1;
	}
	$all{$_} += $n{$_} for keys %n;
	push @table, [$name, \%n];
}
die "nothing was counted\n" if !$all{lines};
my ($lines, $branches) = (percent($all{reached}, $all{lines}), percent($all{taken}, $all{branches}));

open my $doc, '>', $DOC or die "$DOC: $!\n";
print $doc <<"HEAD";
<!-- SPDX-License-Identifier: GPL-3.0-or-later -->
<!-- made by make coverage (tests/tools/coverage.pl): reasons are changed there -->
# What the tests reach

Unit and func tests together run **$lines %** of the $all{lines} lines and take **$branches %** of the $all{branches}
branches of `common/`; `make coverage` wants $LINES % and $BRANCHES %. Left out of the count are branches that only a
C++ exception could take, which the compiler makes and C does not have, and those on lines without code. Plugins are
counted with `--sandbox=off`, as a sandbox keeps them from writing what they counted. `build/coverage/html/index.html`
shows every line.

Branches that are not taken are for the most part those of the lines below, and the halves of conditions that guard
against the same: `a == NULL || b != 1` counts four.

## Lines not reached, and why

HEAD
for my $reason (sort keys %left) {
	print $doc "### \u$reason\n\n";
	for my $name (sort keys %{ $left{$reason} }) {
		print $doc "- `$name`: ", join(', ', map { "`$_`" } grep { /\w/ } sort keys %{ $left{$reason}{$name} }), "\n";
	}
	print $doc "\n";
}
print $doc "## File by file\n\n| file | lines | reached | branches | taken |\n|---|---:|---:|---:|---:|\n";
printf $doc "| %s | %d | %s %% | %d | %s %% |\n", $_->[0], $_->[1]{lines}, percent(@{ $_->[1] }{qw(reached lines)}),
    $_->[1]{branches}, percent(@{ $_->[1] }{qw(taken branches)}) for @table;
close $doc or die "$DOC: $!\n";

print "lines $lines % of $all{lines}, branches $branches % of $all{branches}\n";
exit($lines < $LINES || $branches < $BRANCHES);

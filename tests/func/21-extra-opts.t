#!/usr/bin/perl
# SPDX-License-Identifier: GPL-3.0-or-later
# 21-extra-opts.t - options from ini files: where they are looked for, who wins, what is refused.

use strict;
use warnings;
use File::Path 'make_path';
use File::Temp 'tempdir';
use FindBin;
use lib "$FindBin::Bin/lib";
use Plugin;
use Test::More;

my $dir = tempdir(CLEANUP => 1);
delete @ENV{qw(MP_CONFIG_FILE NAGIOS_CONFIG_PATH)};

sub file
{
	my ($name, $text, $mode) = @_;
	my ($path) = "$dir/$name" =~ m{(.*)/};
	make_path($path);
	open my $out, '>', "$dir/$name" or die "$name: $!";
	print $out $text;
	close $out or die "$name: $!";
	chmod $mode // 0600, "$dir/$name";
	return "$dir/$name";
}

my $ini = file('a.ini', <<'END');
# a comment
[check_mx_cf]
hostname = good.example
w = 118:
severity = cf=ok

[strict]
; of one letter
H = good.example
w = 120:
format = json

[two hosts]
hostname = two.example
[two hosts]
min-mx = 110
[other]
this is no option
[bad]
hostname = good.example
no-such = 1
[flag]
hostname = good.example
quick =
[nested]
extra-opts = @/dev/null
[empty]
END

# arguments, state, what the first line looks like
my @TABLE = (
	["--extra-opts=\@$ini", 'OK', qr/good\.example CF/],
	["--extra-opts=check_mx_cf\@$ini", 'OK', qr/good\.example CF/],
	['-H', 'two.example', "--extra-opts=\@$ini", 'WARNING', qr/two\.example CF/],
	["--extra-opts=\@$ini", '--severity=cf=critical', 'CRITICAL', qr/outside 118:/],
	["--extra-opts=\@$ini", '-w', '@120:121', 'OK', qr/good\.example CF/],
	['-w', '@120:121', "--extra-opts=\@$ini", 'OK', qr/good\.example CF/],
	["--extra-opts=two hosts\@$ini", 'CRITICAL', qr/two\.example CF/],
	["--extra-opts=strict\@$ini", '--format=plugin', 'WARNING', qr/outside 120:/],
	['--extra-opts', "strict\@$ini", '--format=plugin', 'WARNING', qr/outside 120:/],
	["--extra-opts=flag\@$ini", 'OK', qr/QFactor/],
	["--extra-opts=two hosts\@$ini", "--extra-opts=flag\@$ini", 'OK', qr/good\.example QFactor/],
	["--extra-opts=bad\@$ini", 'UNKNOWN', qr/unknown or ambiguous option --no-such/],
	["--extra-opts=other\@$ini", 'UNKNOWN', qr/--extra-opts: \S+a\.ini line 18: no "="/],
	["--extra-opts=nosuch\@$ini", 'UNKNOWN', qr/--extra-opts: \S+ has no section \[nosuch\]/],
	["--extra-opts=empty\@$ini", 'UNKNOWN', qr/--extra-opts: \S+ has nothing in its section \[empty\]/],
	["--extra-opts=nested\@$ini", 'UNKNOWN', qr/line 26: it names another file/],
	["--extra-opts=\@$dir/none.ini", 'UNKNOWN', qr/--extra-opts: cannot read \S+none\.ini: No such file/],
	["--extra-opts=\@$dir", 'UNKNOWN', qr/--extra-opts: cannot read \S+: Is a directory/],
	['--extra-opts=@', 'UNKNOWN', qr/--extra-opts: no file is named/],
	['--extra-opts=@/dev/zero', 'UNKNOWN', qr/--extra-opts: \S+ is over \d+ bytes/],
	['--extra-opts', '-H', 'good.example', 'UNKNOWN', qr/--extra-opts: no file is named/],
	["--extra-op=\@$ini", 'UNKNOWN', qr/--extra-opts must be written in full/],
	["--extra-opts=a\nb|c\@$ini", 'UNKNOWN', qr{no section \[a\?b/c\]}],
);

for my $row (@TABLE) {
	my ($state, $like) = splice @$row, -2;
	my $what = join ' ', map { s{\Q$dir\E/}{}r } @$row;
	my $r = checked($what, mx_cf(@$row));
	state_is($r, $state, $what) or explain_failure($r);
	like $r->{first}, $like, "$what: first line";
}

# Where a file is looked for that nobody names.
file('one/plugins.ini', "[check_mx_cf]\nH=good.example\nformat=score\n");
file('two/monitoring-plugins.ini', "[check_mx_cf]\nH=two.example\nformat=score\n");
file('two/plugins.ini', "[check_mx_cf]\nH=backup-plain.example\nformat=score\n");
{
	local $ENV{NAGIOS_CONFIG_PATH} = "$dir/none:$dir/one:$dir/two";
	like run(mx_cf('--extra-opts'))->{first}, qr/"good\.example"/, 'the first directory with a file';
	$ENV{NAGIOS_CONFIG_PATH} = "$dir/two:$dir/one";
	like run(mx_cf('--extra-opts'))->{first}, qr/"two\.example"/, 'monitoring-plugins.ini before plugins.ini';
	local $ENV{MP_CONFIG_FILE} = "$dir/one/plugins.ini";
	like run(mx_cf('--extra-opts'))->{first}, qr/"good\.example"/, 'MP_CONFIG_FILE before all';
	$ENV{MP_CONFIG_FILE} = "$dir/none";
	like run(mx_cf('--extra-opts'))->{first}, qr/cannot read \S+none/, 'MP_CONFIG_FILE must be there';
	like run(mx_cf('-H', 'good.example'))->{first}, qr/^MX_CF OK/, 'no file is read unless asked for';
}

# Standard input is a file, too; blanks may align.
{
	my $text = "[check_mx_cf]\nH          = good.example\nseverity   = cf=critical\n\tw\t \t=  120:  \nquick =\n";
	my $said = qx(printf '%s' '$text' | @{[$ENV{PLUGINS} || 'plugins']}/check_mx_cf --extra-opts=\@- -v 2>&1);
	like $said, qr/^MX_CF CRITICAL - good\.example QFactor .* outside 120:/, 'standard input, aligned';
	local $ENV{MP_CONFIG_FILE} = '';
	local $ENV{NAGIOS_CONFIG_PATH} = "$dir/one";
	like run(mx_cf('--extra-opts'))->{first}, qr/"good\.example"/, 'an empty MP_CONFIG_FILE is none';
}

# The section is the plugin's name.
file('s.ini', "[check_smtp_tls]\nhostname=mx.good.example\n[check_mx_cf]\nhostname=two.example\n");
like run(smtp_tls("--extra-opts=\@$dir/s.ini"))->{first}, qr/^SMTP_TLS OK - mx\.good\.example/, 'each plugin has its own';

# --help wins over a file that cannot be read.
my $help = run(mx_cf('--extra-opts=@/none', '--help'));
like $help->{first}, qr/^Usage: /, '--help beside a bad file';

done_testing;

# SPDX-License-Identifier: GPL-3.0-or-later
# Terminal.pm - run a plugin on a terminal of its own.

package Terminal;

use strict;
use warnings;

use Exporter 'import';

our @EXPORT = qw(on_terminal);

my $BIN = $ENV{PLUGINS} || 'plugins';

# The plugin's output as a terminal gets it, and its exit code.
my $PTY = <<'END';
import os, pty, sys
out = b''
pid, fd = pty.fork()
if pid == 0: os.execv(sys.argv[1], sys.argv[1:])
while True:
    try: data = os.read(fd, 65536)
    except OSError: break
    if not data: break
    out += data
status = os.waitpid(pid, 0)[1]
sys.stdout.buffer.write(out.replace(b'\r\n', b'\n'))
sys.exit(os.waitstatus_to_exitcode(status))
END

sub on_terminal
{
	my ($environment, $program, @args) = @_;
	local %ENV = (%ENV, TERM => 'xterm', %$environment);
	delete $ENV{NO_COLOR} if !exists $environment->{NO_COLOR};
	open my $from, '-|', '/usr/bin/python3', '-c', $PTY, "$BIN/$program", @args or die "python3: $!";
	my $out = do { local $/ = undef; <$from> } // '';
	close $from;
	return ($out, $? >> 8);
}

1;

# SPDX-License-Identifier: GPL-3.0-or-later
# Web.pm - Icinga Web and all it stands on, in the lab, with the shipped configuration.
#
#   my $web = Web->start(interval => SECONDS);
#
# Icinga 2 checks domains of the lab, good and bad, every SECONDS; Icinga DB brings the results by way of Redis
# into PostgreSQL, where Icinga Web finds them; carbon keeps the performance data for graphite-web, which draws
# the graphs. watched.example has servers that change (Watched.pm). All is in directories below $LAB_STATE and
# ends with this process. Needs root, as PostgreSQL refuses to be it.

package Web;

use strict;
use warnings;

use Cwd 'abs_path';
use File::Basename 'dirname';
use File::Path 'make_path';
use lib dirname(__FILE__) . '/../func/lib';
use Icinga;
use IO::Socket::INET ();
use JSON::PP ();
use Lab;
use Watched;

my $DIR = "$ENV{LAB_STATE}/web";
my $SHIPPED = abs_path(dirname(__FILE__) . '/../../icinga-conf/icingaweb2');
my $MODULES = '/usr/share/icingaweb2/modules';
my $ROUTER = '/usr/share/php/Icinga/Application/webrouter.php';
my ($HTTP, $RENDER, $CARBON, $DATABASE, $REDIS) = (8080, 8001, 2003, 5432, 6380);

my ($USER, $PASSWORD) = ('admin', 'mail-tls');

# Services of a host that has no state yet count for less in lists: they come after it.
my $HOSTS = <<'END';
object IcingaApplication "app" {
  enable_service_checks = false
}
object Host "mail-domains" {
  import "mail-tls-domains"
  display_name = "Mail domains"
  vars.mail_domains["watched.example"] = {
    dane = true
    mtasts = true
    mx = [ "mx1.watched.example", "mx2.watched.example" ]
  }
  vars.mail_domains["good.example"] = { }
  vars.mail_domains["two.example"] = { }
  vars.mail_domains["backup-plain.example"] = { }
  vars.mail_domains["danedual.example"] = { dane = true }
  vars.mail_domains["tls10.example"] = { }
}
END

my $ICINGADB = <<"END";
database:
  type: pgsql
  host: 127.0.0.1
  port: $DATABASE
  database: icingadb
  user: icingadb
redis:
  host: 127.0.0.1
  port: $REDIS
logging:
  output: console
END

my %CONFIG = (
	'config.ini' => <<'END',
[global]
show_stacktraces = "1"
config_resource = "icingaweb"
module_path = "/usr/share/icingaweb2/modules"
[logging]
log = "none"
END
	'resources.ini' => join('', map { <<"END" } qw(icingaweb icingadb)),
[$_]
type = "db"
db = "pgsql"
host = "127.0.0.1"
port = "$DATABASE"
dbname = "$_"
username = "$_"
password = ""
charset = "utf8"
END
	'authentication.ini' => <<'END',
[icingaweb]
backend = "db"
resource = "icingaweb"
END
	'roles.ini' => <<"END",
[Administrators]
users = "$USER"
permissions = "*"
END
	'modules/icingadb/config.ini' => <<'END',
[icingadb]
resource = "icingadb"
END
	'modules/icingadb/redis.ini' => <<"END",
[redis1]
host = "127.0.0.1"
port = "$REDIS"
END
	'modules/graphite/config.ini' => <<"END",
[graphite]
url = "http://127.0.0.1:$RENDER"
[ui]
default_time_range = "15"
default_time_range_unit = "minutes"
END
);

# Seconds instead of minutes, for those who do not want to wait; else as icinga-conf/icingaweb2 says.
my $SCHEMAS = <<'END';
[all]
pattern = .*
retentions = 5s:1d
END

my $CARBON_CONF = <<"END";
[cache]
STORAGE_DIR = $DIR/graphite
CONF_DIR = $DIR/carbon
LOG_DIR = $DIR/graphite
PID_DIR = $DIR/graphite
LOCAL_DATA_DIR = $DIR/graphite/whisper
LINE_RECEIVER_INTERFACE = 127.0.0.1
LINE_RECEIVER_PORT = $CARBON
ENABLE_UDP_LISTENER = False
PICKLE_RECEIVER_INTERFACE = 127.0.0.1
CACHE_QUERY_INTERFACE = 127.0.0.1
MAX_CREATES_PER_MINUTE = inf
MAX_UPDATES_PER_SECOND = inf
LOG_UPDATES = False
END

my $GRAPHITE_WEB = <<"END";
SECRET_KEY = 'of the lab'
ALLOWED_HOSTS = ['*']
STORAGE_DIR = '$DIR/graphite'
WHISPER_DIR = '$DIR/graphite/whisper'
LOG_DIR = '$DIR/graphite'
INDEX_FILE = '$DIR/graphite/index'
LOG_ROTATION = False
DEFAULT_XFILES_FACTOR = 0
FUNCTION_PLUGINS = []
DATABASES = {'default': {'NAME': '$DIR/graphite/graphite.db', 'ENGINE': 'django.db.backends.sqlite3'}}
END

# Where it answers, in here; and who may look.
sub port
{
	return $HTTP;
}

sub login
{
	return "user $USER, password $PASSWORD";
}

# A command in the lab's root that has to succeed: what it says.
sub done
{
	my @command = @_;
	my $r = in_root(@command);
	die "@command: $r->{out}" if $r->{exit};
	return $r->{out};
}

sub as_postgres
{
	return ('setpriv', '--reuid=postgres', '--regid=postgres', '--clear-groups', @_);
}

# Wait until somebody answers on a port of loopback.
sub answers
{
	my ($name, $port) = @_;
	wait_for(sub { IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $port) }) and return;
	die "$name does not come up: " . slurp_file("$DIR/$name.log");
}

sub daemon
{
	my ($name, @command) = @_;
	daemon_start($name, "$DIR/$name.log", @command);
	return;
}

sub sql
{
	my ($database, $user, @args) = @_;
	return done(qw(psql -q -X -v ON_ERROR_STOP=1 -h 127.0.0.1 -p), $DATABASE, '-U', $user, '-d', $database, @args);
}

# A database of a name, owned by a user of that name.
sub make_database
{
	my ($name, $schema) = @_;
	sql('postgres', 'postgres', '-c', "CREATE ROLE $name LOGIN", '-c', "CREATE DATABASE $name OWNER $name");
	sql($name, 'postgres', '-c', 'CREATE EXTENSION citext');
	sql($name, $name, '-f', $schema);
	return;
}

sub start_databases
{
	my ($bin) = glob "$ENV{LAB_CHROOT}/usr/lib/postgresql/*/bin";
	$bin =~ s/^\Q$ENV{LAB_CHROOT}\E//;
	make_path("$DIR/postgres", "$DIR/redis");
	done('chown', 'postgres', "$DIR/postgres");
	done(as_postgres("$bin/initdb", '-D', "$DIR/postgres", '--auth=trust', '--no-sync', '--encoding=UTF8', '--locale=C'));
	daemon('postgres', as_postgres("$bin/postgres", '-D', "$DIR/postgres", '-p', $DATABASE, '-k', "$DIR/postgres",
	    map { ('-c', $_) } 'listen_addresses=127.0.0.1', 'fsync=off', 'full_page_writes=off', 'jit=off'));
	daemon('redis', 'redis-server', '--bind', '127.0.0.1', '--port', $REDIS, '--save', '', '--dir', "$DIR/redis");
	answers('postgres', $DATABASE);
	answers('redis', $REDIS);
	make_database('icingadb', '/usr/share/icingadb/schema/pgsql/schema.sql');
	make_database('icingaweb', '/usr/share/icingaweb2/schema/pgsql.schema.sql');
	my $hash = done('php', '-r', "echo password_hash('$PASSWORD', PASSWORD_DEFAULT);");
	sql('icingaweb', 'icingaweb', '-c', "INSERT INTO icingaweb_user (name, active, password_hash) VALUES ('$USER', 1, '$hash')");
	write_file("$DIR/icingadb.yml", $ICINGADB);
	daemon('icingadb', 'icingadb', '--config', "$DIR/icingadb.yml");
	return;
}

sub start_graphite
{
	make_path("$DIR/carbon", "$DIR/graphite/whisper");
	write_file("$DIR/carbon/carbon.conf", $CARBON_CONF);
	write_file("$DIR/carbon/storage-schemas.conf", $SCHEMAS);
	write_file("$ENV{LAB_CHROOT}/etc/graphite/local_settings.py", $GRAPHITE_WEB);
	daemon('carbon', 'carbon-cache', "--config=$DIR/carbon/carbon.conf", '--nodaemon', 'start');
	done('env', 'DJANGO_SETTINGS_MODULE=graphite.settings', 'django-admin', 'migrate', '--run-syncdb');
	daemon('graphite-web', 'env', 'DJANGO_SETTINGS_MODULE=graphite.settings', 'django-admin', 'runserver', '--noreload',
	    "127.0.0.1:$RENDER");
	answers('carbon', $CARBON);
	answers('graphite-web', $RENDER);
	return;
}

sub start_icinga
{
	my ($self) = @_;
	my $icinga = Icinga->new(node => 'icinga.watched.example', port => 5665);
	$icinga->shipped('conf.d', 'icinga2/mail-tls-*.conf');
	$icinga->shipped('features-enabled', 'features/graphite.conf');
	$icinga->file('features-enabled/icingadb.conf', qq(object IcingaDB "icingadb" {\n  port = $REDIS\n}\n));
	$icinga->file('conf.d/hosts.conf', $HOSTS . icinga_objects());
	$icinga->takes_mail;
	$icinga->start or die 'Icinga 2 does not come up';
	for my $type (qw(hosts services)) {
		$icinga->get("objects/$type", { attrs => { map { $_ => $self->{interval} } qw(check_interval retry_interval) } });
	}
	$icinga->check($_) for 'mail-domains', map { "$_.watched.example" } qw(mx1 mx2);
	$icinga->get('objects/icingaapplications/app', { attrs => { enable_service_checks => JSON::PP::true } });
	$icinga->get('actions/reschedule-check', { type => 'Service', filter => 'true', force => JSON::PP::true });
	$self->{icinga} = $icinga;
	return;
}

sub start_web
{
	my ($self) = @_;
	my $config = "$DIR/icingaweb2";
	$CONFIG{'modules/icingadb/commandtransports.ini'} = <<"END";
[icinga2]
transport = "api"
host = "127.0.0.1"
port = "$self->{icinga}{port}"
username = "lab"
password = "lab"
END
	$CONFIG{"dashboards/$USER/dashboard.ini"} = slurp_file("$SHIPPED/dashboards/dashboard.ini");
	$CONFIG{'modules/graphite/templates/mail-tls.ini'} = slurp_file("$SHIPPED/graphite/templates/mail-tls.ini");
	for my $name (keys %CONFIG) {
		make_path(dirname("$config/$name"));
		write_file("$config/$name", $CONFIG{$name});
	}
	make_path("$config/enabledModules", "$DIR/php");
	symlink "$MODULES/$_", "$config/enabledModules/$_" for qw(icingadb graphite);
	daemon('php', 'env', "ICINGAWEB_CONFIGDIR=$config", "TMPDIR=$DIR/php", 'PHP_CLI_SERVER_WORKERS=4', 'php', '-d',
	    "session.save_path=$DIR/php", '-S', "127.0.0.1:$HTTP", '-t', '/usr/share/icingaweb2/public', $ROUTER);
	answers('php', $HTTP);
	return;
}

sub start
{
	my ($class, %given) = @_;
	my $self = bless {%given}, $class;
	die "Icinga Web needs root: PostgreSQL and Icinga run as users of their own\n" if (nagios_user())[0] eq 'root';
	make_path($DIR);
	plugins_install();
	mx_up($_) for qw(mx1 mx2);
	policy_is();
	start_databases();
	start_graphite();
	$self->start_icinga;
	$self->start_web;
	return $self;
}

# The last result of a service, or undef.
sub result
{
	my ($self, $host, $service) = @_;
	return ($self->{icinga}->object($host, $service) // {})->{last_check_result};
}

# All services have a result, and the graphs of each that has performance data so many points.
sub settled
{
	my ($self, $points) = @_;
	my $services = $self->{icinga}->get('objects/services?attrs=last_check_result') // [];
	return 0 if !@$services || grep { !$_->{attrs}{last_check_result} } @$services;
	my $measured = grep { @{ $_->{attrs}{last_check_result}{performance_data} // [] } } @$services;
	my $drawn = grep { $_ >= $points } points('icinga2.*.services.*.*.perfdata.time.value');
	return $drawn == $measured;
}

# How many points Graphite has of each metric that a pattern stands for.
sub points
{
	my ($pattern) = @_;
	open my $from, '-|', 'curl', '-q', '-s', '-g', '--noproxy', '*',
	    "http://127.0.0.1:$RENDER/render?format=json&from=-1h&target=$pattern" or die $!;
	my $json = eval { JSON::PP::decode_json(do { local $/ = undef; <$from> }) } // [];
	close $from;
	return map { scalar grep { defined $_->[0] } @{ $_->{datapoints} } } @$json;
}

# What a browser sees (look.py): for each page { text, images }.
sub look
{
	my ($self, @pages) = @_;
	my $job = { base => "http://127.0.0.1:$HTTP/", user => $USER, password => $PASSWORD, pages => \@pages };
	write_file("$DIR/job", JSON::PP->new->encode($job));
	write_file("$DIR/look.py", slurp_file(dirname(__FILE__) . '/look.py'));
	my $r = in_root('env', "HOME=$DIR", 'python3', "$DIR/look.py", "$DIR/job", "$DIR/seen");
	die "look.py: $r->{out}" if $r->{exit};
	return @{ JSON::PP::decode_json(slurp_file("$DIR/seen")) };
}

1;

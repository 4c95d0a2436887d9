# SPDX-License-Identifier: GPL-3.0-or-later
# Director.pm - the basket of the Icinga Director: commands from --help, templates from
# mail-tls-templates.conf, and what Director needs besides.

package Director;

use strict;
use warnings;

use JSON::PP;
use Options;

my %TYPE = (
	flag => { datatype => 'Icinga\Module\Director\DataType\DataTypeBoolean', settings => {} },
	list => { datatype => 'Icinga\Module\Director\DataType\DataTypeArray', settings => {} },
	text => { datatype => 'Icinga\Module\Director\DataType\DataTypeString', settings => { visibility => 'visible' } },
);
my $CATEGORY = 'Mail TLS';

# What services of the templates are told by their host.
my %TARGET = (
	'mail-tls-domain' => { mx_cf_hostname => '$mail_domain$' },
	'mail-tls-dane' => { dane_hostname => '$mail_domain$' },
	'mail-tls-mtasts' => { mtasts_hostname => '$mail_domain$' },
	'mail-tls-server' => { smtp_tls_hostname => '$mail_server$' },
);
# set, its only service, its template, the variable of a host that asks for it
my @SETS = (
	['Mail TLS', 'mail-tls', 'mail-tls-domain', 'mail_domain'],
	['Mail DANE', 'mail-dane', 'mail-tls-dane', 'mail_dane'],
	['Mail MTA-STS', 'mail-mtasts', 'mail-tls-mtasts', 'mail_mtasts'],
	['Mail TLS by batch', 'mail-tls', 'mail-tls-passive', 'mail_batch'],
	['Mail server', 'mail-server', 'mail-tls-server', 'mail_server'],
);
# template, variable, kind, what for
my @HOST_FIELDS = (
	['mail-tls-domains', 'mail_domain', 'text', 'the mail domain, or an address in it, whose Confidence Factor is checked'],
	['mail-tls-domains', 'mail_dane', 'flag', 'the DANE of the mail domain is to work'],
	['mail-tls-domains', 'mail_mtasts', 'flag', 'the MTA-STS of the mail domain is to work'],
	['mail-tls-domains', 'mail_batch', 'flag', 'results come from a batch; mail_domain is left empty'],
	['mail-tls-mx', 'mail_server', 'text', 'the name of the mail server in DNS and certificate'],
);

my (%fields, $category);	# number to Datafield

# The reference to a new Datafield, for "fields" of an object.
sub field
{
	my ($variable, $kind, $caption, $help, $group) = @_;
	my $id = 1 + keys %fields;
	$category->{$group} = 1;
	$fields{$id} = { varname => $variable, caption => $caption, description => $help, format => undef,
		category => $group, %{ $TYPE{$kind} } };
	return { datafield_id => $id, is_required => 'n', var_filter => undef };
}

sub kind
{
	my ($option) = @_;
	return $option->{repeatable} ? 'list' : defined $option->{arg} || $option->{name} eq 'verbose' ? 'text' : 'flag';
}

sub argument
{
	my ($command, $option) = @_;
	my $macro = macro($command, $option->{name});
	my %argument = (description => $option->{help});

	if ($option->{name} eq 'verbose') {
		@argument{qw(set_if skip_key)} = ($macro, JSON::PP::true);
		$argument{value} = { type => 'Function', body => "[ \"-v\", \"-vv\", \"-vvv\" ][number(macro(\"$macro\")) - 1]" };
	} elsif ($option->{name} eq 'extra-opts') {	# no separator in Director
		@argument{qw(skip_key value)} = (JSON::PP::true, "--extra-opts=$macro");
	} elsif (!defined $option->{arg}) {
		$argument{set_if} = $macro;
	} else {
		$argument{value} = $macro;
	}
	@argument{qw(required order)} = (JSON::PP::true, '-1') if $option->{required};
	@argument{qw(set_if set_if_format)} = ("!macro(\"@{[macro($command, $option->{unless})]}\")", 'expression')
	    if defined $option->{unless};
	$argument{repeat_key} = JSON::PP::true if $option->{repeatable} && $option->{name} ne 'extra-opts';
	return \%argument;
}

# extra-opts is one value in Director.
sub one_value
{
	my ($option) = @_;
	return $option->{name} eq 'extra-opts' ? { %$option, repeatable => 0 } : $option;
}

sub command
{
	my ($plugins, $plugin) = @_;
	my $command = command_name($plugin);
	my @options = arguments($plugins, $plugin);
	return {
		object_name => $command, object_type => 'object', methods_execute => 'PluginCheck',
		command => "PluginContribDir + /$plugin", timeout => '60',
		arguments => { map { ("--$_->{name}" => argument($command, $_)) } @options },
		fields => [map { field(variable($command, $_->{name}), kind(one_value($_)), "--$_->{name}", $_->{help},
		    "$CATEGORY: $_->{group}") } @options],
	};
}

# "4h" of Icinga 2, in seconds
sub seconds
{
	my ($time) = @_;
	my ($number, $unit) = $time =~ /^(\d+)([smhd]?)$/ or die "\"$time\" is no interval\n";
	return $number * { '' => 1, s => 1, m => 60, h => 3600, d => 86400 }->{$unit};
}

sub plain
{
	my ($value) = @_;
	return $value =~ s/^"(.*)"$/$1/r if $value =~ /^"/;
	return { true => JSON::PP::true, false => JSON::PP::false }->{$value} // $value;
}

my %BOOLEAN = map { $_ => 1 } qw(enable_flapping enable_active_checks);

# The templates of one type in a file of Icinga 2: name to object.
sub templates
{
	my ($type, $text) = @_;
	my %templates;
	while ($text =~ /^template $type "([^"]+)" \{\n(.*?)^\}/msg) {
		my ($name, $body) = ($1, $2);
		my %template = (object_name => $name, object_type => 'template', fields => []);
		for (split /\n/, $body) {
			if (/^  import "(.*)"$/) { push @{ $template{imports} }, $1 }
			elsif (/^  groups \+= \[ "(.*)" \]$/) { push @{ $template{groups} }, $1 }
			elsif (/^  vars\.(\w+) = (.*)$/) { $template{vars}{$1} = plain($2) }
			elsif (/^  (\w+_interval) = (.*)$/) { $template{$1} = '' . seconds($2) }
			elsif (/^  (\w+) = (.*)$/) { $template{$1} = $BOOLEAN{$1} ? plain($2) : '' . plain($2) }
			else { die "mail-tls-templates.conf, $name: \"$_\" is not understood\n" }
		}
		$templates{$name} = \%template;
	}
	return %templates;
}

sub host_templates
{
	my ($text) = @_;
	my %hosts = templates('Host', $text);
	for (@HOST_FIELDS) {
		my ($template, $variable, $kind, $help) = @$_;
		push @{ $hosts{$template}{fields} }, field($variable, $kind, $variable, $help, "$CATEGORY: Host");
	}
	return \%hosts;
}

sub service_templates
{
	my ($text) = @_;
	my %services = templates('Service', $text);
	for my $name (keys %TARGET) {
		$services{$name}{vars}{$_} = $TARGET{$name}{$_} for keys %{ $TARGET{$name} };
	}
	return \%services;
}

sub set
{
	my ($name, $service, $template, $variable) = @_;
	return {
		object_name => $name, object_type => 'template',
		description => "on every host with $variable",
		assign_filter => "host.vars.$variable=true",
		services => { $service => { object_name => $service, object_type => 'object', imports => [$template], fields => [] } },
	};
}

# The script of Icinga 2, which every installation has.
sub by_mail
{
	my ($text) = @_;
	my ($arguments) = $text =~ /^object NotificationCommand "mail-tls-by-mail" \{.*?^  arguments = \{\n(.*?)^  \}/ms
	    or die "no arguments of mail-tls-by-mail\n";
	my %arguments;
	for (split /\n/, $arguments) {
		/^    "(-\w)" = (?:"(.*)"|\{ value = "(.*)", required = true \})$/ or die "\"$_\" is not understood\n";
		$arguments{$1} = defined $2 ? { value => $2 } : { value => $3, required => JSON::PP::true };
	}
	return { object_name => 'mail-tls-by-mail', object_type => 'object', methods_execute => 'PluginNotification',
		command => '/etc/icinga2/scripts/mail-service-notification.sh', timeout => '60', arguments => \%arguments, fields => [] };
}

# "Notification" and its template, from mail-tls-notifications.conf.
sub notifications
{
	my ($text) = @_;
	my %all;
	while ($text =~ /^apply Notification "([^"]+)" to Service \{\n(.*?)^\}/msg) {
		my ($name, $body) = ($1, $2);
		my ($states) = $body =~ /states = \[ (.*) \]/;
		my ($filter) = $body =~ /assign where (.*)/;
		my $mail_tls = 'service.vars.mail_tls';
		$filter = $filter eq $mail_tls ? "$mail_tls=true"
		    : join '|', map { "$mail_tls=%22$_%22" } $filter =~ /"(\w+)"/g;
		$all{$name} = { object_name => $name, object_type => 'apply', apply_to => 'service', imports => ['mail-tls-notification'],
			states => [split /, /, $states], assign_filter => $filter, fields => [] };
	}
	return \%all;
}

sub notification_template
{
	my ($text) = @_;
	my ($body) = $text =~ /^template Notification "mail-tls-notification" \{\n(.*?)^\}/ms;
	my ($types) = $body =~ /types = \[ (.*) \]/;
	my ($interval) = $body =~ /interval = (\w+)/;
	my ($group) = $body =~ /user_groups = \[ "(.*)" \]/;
	return { object_name => 'mail-tls-notification', object_type => 'template', command => 'mail-tls-by-mail',
		types => [split /, /, $types], notification_interval => '' . seconds($interval), user_groups => [$group], fields => [] };
}

sub external
{
	return map { ($_ => { object_name => $_, object_type => 'external_object', fields => [] }) } @_;
}

sub group
{
	my ($type, $text) = @_;
	my ($name, $shown) = $text =~ /^object $type "([^"]+)" \{\n  display_name = "(.*)"/m;
	return { $name => { object_name => $name, object_type => 'object', display_name => $shown } };
}

# From the directory of the plugins and the texts of two files.
sub basket
{
	my ($plugins, $templates, $notifications) = @_;
	%fields = ();
	$category = {};
	my %basket = (
		Command => { (map { (command_name($_) => command($plugins, $_)) } plugins()), 'mail-tls-by-mail' => by_mail($notifications) },
		ExternalCommand => { external(qw(dummy tcp)) },
		HostTemplate => host_templates($templates),
		ServiceGroup => group('ServiceGroup', $templates),
		ServiceTemplate => service_templates($templates),
		ServiceSet => { map { ($_->[0] => set(@$_)) } @SETS },
		UserGroup => group('UserGroup', $notifications),
		NotificationTemplate => { 'mail-tls-notification' => notification_template($notifications) },
		Notification => notifications($notifications),
	);
	$basket{Datafield} = \%fields;
	$basket{DatafieldCategory} = { map { ($_ => { category_name => $_, description => undef }) } keys %$category };
	return JSON::PP->new->canonical->indent->indent_length(2)->space_after->encode(\%basket);
}

1;

# SPDX-License-Identifier: GPL-3.0-or-later
# 42-exim.sh - Exim with GnuTLS, as mx.exim.example and others, which are stapled where
# there is a staple.
# shellcheck shell=bash

exim_conf()
{
	cat <<-EOF
		primary_hostname = mx.exim.example
		exim_path = /opt/exim/usr/sbin/exim4
		spool_directory = /var/spool/exim
		log_file_path = $LAB_STATE/exim/%slog
		pid_file_path =
		exim_user = mail
		exim_group = mail
		daemon_smtp_ports = 25
		local_interfaces = $1
		domainlist local = exim.example
		host_lookup =
		rfc1413_query_timeout = 0s
		smtp_accept_max = 0
		smtp_accept_queue = 0
		queue_only
		keep_environment =
		tls_advertise_hosts = *
		tls_certificate = $LAB_STATE/exim/\$received_ip_address.pem
		tls_privatekey = $LAB_STATE/exim/\$received_ip_address.pem
		tls_ocsp_file = \${if exists{$LAB_STATE/exim/\$received_ip_address.der}{$LAB_STATE/exim/\$received_ip_address.der}}
		acl_smtp_rcpt = rcpt
		auth_advertise_hosts = \${if def:tls_in_cipher {*}{}}

		begin acl
		rcpt:
		  accept local_parts = postmaster
		         domains = +local
		  deny   message = no such user

		begin authenticators
		plain:
		  driver = plaintext
		  public_name = PLAIN
		  server_prompts = :
		  server_condition = \${if and {{eq{\$auth2}{probe}}{eq{\$auth3}{open sesame}}}}
		login:
		  driver = plaintext
		  public_name = LOGIN
		  server_prompts = <| Username: | Password:
		  server_condition = \${if and {{eq{\$auth1}{probe}}{eq{\$auth2}{open sesame}}}}
	EOF
}

if is_root; then
	mkdir -p "$LAB_CHROOT/var/spool/exim"
	mkdir "$LAB_STATE/exim"
	in_root chown mail:mail /var/spool/exim "$LAB_STATE/exim"
	exim_addresses=
	while read -r exim_name exim_address; do
		exim_addresses+=${exim_addresses:+ : }$exim_address
		install -m 640 "$LAB_PKI/hosts/$exim_name.pem" "$LAB_STATE/exim/$exim_address.pem"
		[ ! -f "$LAB_STATE/staples/$exim_name.der" ] ||
		    install -m 644 "$LAB_STATE/staples/$exim_name.der" "$LAB_STATE/exim/$exim_address.der"
	done < <(in_root /lab/world.py hosts |
	    awk '$2 == "exim" { sub(/\.example$/, "", $1); print $1, $NF }')
	in_root sh -c "chown root:mail $LAB_STATE/exim/*.pem"
	mkdir -p "$LAB_CHROOT/etc/exim4"
	exim_conf "$exim_addresses" >"$LAB_CHROOT/etc/exim4/exim4.conf"
	# its run-time user is compiled in
	in_root sh -c 'echo Debian-exim:x:8:8::/var/spool/exim:/usr/sbin/nologin >>/etc/passwd
	    echo Debian-exim:x:8: >>/etc/group'
	start exim /opt/exim/usr/sbin/exim4 -bdf
	ready exim answers "${exim_addresses%% *}" 25
else
	skip exim "it needs root, for its several users"
fi

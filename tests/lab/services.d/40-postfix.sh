# SPDX-License-Identifier: GPL-3.0-or-later
# 40-postfix.sh - one Postfix, with a smtpd service for each of its hosts.
#
# MAIL FROM is taken from everybody, RCPT TO postmaster@ANY.example is stored in
# mail/postmaster, every other recipient is refused.
# shellcheck shell=bash

postfix_main()
{
	cat <<-EOF
		compatibility_level = 3.6
		myhostname = mx.good.example
		myorigin = good.example
		mydestination = localhost
		mynetworks = 127.0.0.0/8
		inet_interfaces = all
		maillog_file = $LAB_STATE/log/postfix
		maillog_file_prefixes = $LAB_STATE
		alias_maps =
		smtputf8_enable = no

		virtual_mailbox_domains = regexp:/etc/postfix/domains
		virtual_mailbox_maps = regexp:/etc/postfix/mailboxes
		virtual_mailbox_base = $LAB_STATE/mail
		virtual_uid_maps = static:65534
		virtual_gid_maps = static:65534
		local_recipient_maps = inline:{postmaster=here}
		luser_relay = postmaster@good.example
		smtpd_relay_restrictions = reject_unauth_destination
		smtpd_recipient_restrictions =

		# many probes at once are no abuse
		default_process_limit = 300
		smtpd_client_event_limit_exceptions = static:all
		smtpd_peername_lookup = no
		smtpd_error_sleep_time = 0
		smtpd_soft_error_limit = 1000
		smtpd_hard_error_limit = 2000
		in_flow_delay = 0

		lab_pki = $LAB_PKI
		smtpd_tls_security_level = may
		smtpd_tls_CAfile = $LAB_CA_FILE
		smtpd_tls_protocols = >=TLSv1.2
		smtpd_tls_mandatory_protocols = \$smtpd_tls_protocols
		smtpd_tls_ciphers = medium
		smtpd_tls_mandatory_ciphers = medium
		smtpd_tls_loglevel = 1
		smtpd_tls_auth_only = no
		smtpd_tls_session_cache_database =
		tls_medium_cipherlist = aNULL:-aNULL:HIGH:MEDIUM:!SEED:!IDEA:!MD5:@SECLEVEL=0
		tls_preempt_cipherlist = no
	EOF
}

postfix_master()
{
	cat <<-EOF
		postlog unix-dgram n - n - 1 postlogd
		pickup unix n - n 60 1 pickup
		cleanup unix n - n - 0 cleanup
		qmgr unix n - n 300 1 qmgr
		tlsmgr unix - - n 1000? 1 tlsmgr
		rewrite unix - - n - - trivial-rewrite
		bounce unix - - n - 0 bounce
		defer unix - - n - 0 bounce
		trace unix - - n - 0 bounce
		proxymap unix - - n - - proxymap
		error unix - - n - - error
		discard unix - - n - - discard
		local unix - n n - - local
		virtual unix - n n - - virtual
		smtp unix - - n - - discard
		anvil unix - - n - 1 anvil
	EOF
	in_root /lab/world.py postfix
}

if is_root; then
	mkdir "$LAB_STATE/mail"
	chown 65534:65534 "$LAB_STATE/mail"
	echo '/\.example$/ here' >"$LAB_CHROOT/etc/postfix/domains"
	echo '/^postmaster@/ postmaster' >"$LAB_CHROOT/etc/postfix/mailboxes"
	postfix_main >"$LAB_CHROOT/etc/postfix/main.cf"
	postfix_master >"$LAB_CHROOT/etc/postfix/master.cf"
	# it waits a second for a main.cf that has just been written
	touch -d '1 minute ago' "$LAB_CHROOT/etc/postfix/main.cf"
	start postfix-master /usr/lib/postfix/sbin/master -d -c /etc/postfix
	ready postfix answers 192.0.2.10 25
else
	skip postfix "it needs root, for its several users"
fi

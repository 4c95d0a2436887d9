# SPDX-License-Identifier: GPL-3.0-or-later
# 44-opensmtpd.sh - OpenSMTPD 6.8: offers STARTTLS and breaks the handshake.
# shellcheck shell=bash

if is_root; then
	opensmtpd_address=$(in_root /lab/world.py hosts |
	    awk '$1 == "opensmtpd.example" { print $NF }')
	cat >"$LAB_STATE/opensmtpd.conf" <<-EOF
		pki lab cert "$LAB_STATE/opensmtpd.crt"
		pki lab key "$LAB_STATE/opensmtpd.key"
		table users { postmaster = nobody }
		listen on $opensmtpd_address tls pki lab hostname mx.opensmtpd.example
		action "keep" mbox alias <users>
		match from any for domain "opensmtpd.example" action "keep"
	EOF
	(umask 077 && in_root openssl pkey -in "$LAB_PKI/hosts/opensmtpd.pem" >"$LAB_STATE/opensmtpd.key")
	sed '1,/END PRIVATE/d' "$LAB_PKI/hosts/opensmtpd.pem" >"$LAB_STATE/opensmtpd.crt"
	in_root sh -euc 'useradd -r -d /var/empty opensmtpd
	    useradd -r -d /var/empty opensmtpq
	    mkdir -p /var/empty /usr/libexec /var/lib/opensmtpd/empty
	    ln -s /opt/opensmtpd/usr/libexec/opensmtpd /usr/libexec/opensmtpd'
	start opensmtpd /opt/opensmtpd/usr/sbin/smtpd -d -f "$LAB_STATE/opensmtpd.conf"
	ready opensmtpd answers "$opensmtpd_address" 25
else
	skip opensmtpd "it needs root, for its several users"
fi

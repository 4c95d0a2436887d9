# SPDX-License-Identifier: GPL-3.0-or-later
# 38-pki.sh - pki.example: OCSP responders and CRL, see pkihost.py; log/pkihost has every
# request.  Staples are made here, for Exim and for the hosts that a second nginx
# serves on port 443 (it looks at no staple).
# shellcheck shell=bash

start pkihost python3 /lab/pkihost.py "$LAB_PKI" 192.0.2.80
ready pkihost grep -q ready "$LAB_STATE/log/pkihost"

mkdir "$LAB_STATE/staples" "$LAB_STATE/stapler"

# staple KIND NAME [FROM]: staples/NAME.der, for the certificate of FROM
staple()
{
	in_root /lab/pkihost.py "$LAB_PKI" staple "$1" "${3:-$2}" >"$LAB_STATE/staples/$2.der"
}

staple inter st-good
staple stale st-stale
staple inter st-revoked
staple inter st-other good
{
	cat <<-EOF
		user root;
		daemon off;
		pid $LAB_STATE/stapler/pid;
		error_log stderr warn;
		events { }
		http {
			access_log off;
			client_body_temp_path $LAB_STATE/stapler;
			proxy_temp_path $LAB_STATE/stapler;
			fastcgi_temp_path $LAB_STATE/stapler;
			uwsgi_temp_path $LAB_STATE/stapler;
			scgi_temp_path $LAB_STATE/stapler;
			ssl_stapling on;
	EOF
	in_root /lab/world.py hosts | awk '$2 == "stapler" { sub(/\.example$/, "", $1); print $1, $NF }' |
	    while read -r stapler_name stapler_address; do
		cat <<-EOF
			server {
				listen $stapler_address:443 ssl;
				ssl_certificate $LAB_PKI/hosts/$stapler_name.pem;
				ssl_certificate_key $LAB_PKI/hosts/$stapler_name.pem;
				ssl_stapling_file $LAB_STATE/staples/$stapler_name.der;
			}
		EOF
	done
	echo "}"
} >"$LAB_STATE/stapler.conf"
start stapler nginx -c "$LAB_STATE/stapler.conf"
ready stapler answers 203.0.113.141 443

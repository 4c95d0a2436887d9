# SPDX-License-Identifier: GPL-3.0-or-later
# 60-nginx.sh - the web servers of MTA-STS policies: nginx, and policyhost.py where a
# defect is wanted that nginx does not have.  Their requests: log/policy-requests (see
# log_format below) and log/policyhost (HOST and request line).
# shellcheck shell=bash

mkdir "$LAB_STATE/policies" "$LAB_STATE/nginx"
in_root /lab/policies.py bodies "$LAB_STATE/policies"
cat >"$LAB_STATE/nginx.conf" <<EOF
user root;
daemon off;
worker_processes 1;
pid $LAB_STATE/nginx/pid;
error_log stderr warn;
events { worker_connections 1024; }
http {
	log_format lab '\$host \$server_protocol \$status \$remote_addr "\$http_user_agent" "\$http_accept" \$request';
	access_log $LAB_STATE/log/policy-requests lab;
	client_body_temp_path $LAB_STATE/nginx;
	proxy_temp_path $LAB_STATE/nginx;
	fastcgi_temp_path $LAB_STATE/nginx;
	uwsgi_temp_path $LAB_STATE/nginx;
	scgi_temp_path $LAB_STATE/nginx;
	server_names_hash_bucket_size 128;
	server_names_hash_max_size 4096;
	ssl_protocols TLSv1 TLSv1.1 TLSv1.2 TLSv1.3;
	ssl_ciphers ALL:@SECLEVEL=0;
	ssl_session_cache off;
$(in_root /lab/policies.py nginx)
}
EOF
start nginx nginx -c "$LAB_STATE/nginx.conf"
ready nginx answers 198.18.1.1 443

in_root /lab/policies.py scripted >"$LAB_STATE/policyhost.table"
start policyhost python3 /lab/policyhost.py --pki "$LAB_PKI" --bodies "$LAB_STATE/policies" \
    --table "$LAB_STATE/policyhost.table"
ready policyhost grep -q ready "$LAB_STATE/log/policyhost"

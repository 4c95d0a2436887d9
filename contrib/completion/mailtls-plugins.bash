# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
# mailtls-plugins.bash - completion of the plugins' options and their values, for bash.
#
# Made from the plugins' --help by "make generated".

# The long options of a plugin; "=" behind those with a value.
_mailtls_options()
{
	case $1 in
	check_dane)
		echo '--hostname= --domain= --warning= --critical= --no-mx --for-domain= --require=
		    --algorithms= --no-connect --stop-after= --chain= --tlsa= --port= --timeout=
		    --host-timeout= --use-ipv4 --use-ipv6 --certificate= --verbose --format= --progress=
		    --severity= --nameserver= --dnssec= --trust-anchor= --trust-ad --no-cache --soa=
		    --source-address= --socks= --fqdn= --parallel= --perfdata-thresholds= --sandbox= --user=
		    --extra-opts= --version --help --tls-min= --tls-max= --ciphers= --ciphersuites= --groups=
		    --sigalgs= --sni= --ca-file= --ca-path= --match= --verify-name= --revocation=
		    --client-cert= --private-key= --direct-tls --ssl --starttls --compel-tls' ;;
	check_mtasts)
		echo '--hostname= --domain= --warning= --critical= --expect-mode= --expect-id= --tlsrpt=
		    --no-connect --stop-after= --lint --txt= --tlsrpt-txt= --policy-file= --mx= --port=
		    --timeout= --host-timeout= --use-ipv4 --use-ipv6 --certificate= --verbose --format=
		    --progress= --severity= --nameserver= --dnssec= --trust-anchor= --trust-ad --no-cache
		    --soa= --source-address= --socks= --fqdn= --parallel= --perfdata-thresholds= --sandbox=
		    --user= --extra-opts= --version --help --tls-min= --tls-max= --ciphers= --ciphersuites=
		    --groups= --sigalgs= --sni= --ca-file= --ca-path= --match= --verify-name= --revocation=
		    --client-cert= --private-key= --direct-tls --ssl --starttls --compel-tls' ;;
	check_mx_cf)
		echo '--hostname= --domain= --warning= --critical= --min-mx= --explain --quick --mtasts
		    --no-mtasts --ignore-unreachable --no-ignore-unreachable --dane --no-dane --mx-host=
		    --mx-limit= --host-limit= --batch= --total= --jobs= --host-name= --service= --port=
		    --timeout= --host-timeout= --use-ipv4 --use-ipv6 --certificate= --verbose --format=
		    --progress= --severity= --nameserver= --dnssec= --trust-anchor= --trust-ad --no-cache
		    --soa= --source-address= --socks= --fqdn= --parallel= --perfdata-thresholds= --sandbox=
		    --user= --extra-opts= --version --help --tls-min= --tls-max= --ciphers= --ciphersuites=
		    --groups= --sigalgs= --sni= --ca-file= --ca-path= --match= --verify-name= --revocation=
		    --client-cert= --private-key= --from= --stop-after= --direct-tls --ssl --starttls
		    --compel-tls --authtype= --authuser= --authpass= --send-email --legacy
		    --mandatory-tls' ;;
	check_smtp_tls)
		echo '--hostname= --domain= --warning= --critical= --rcpt= --require-tls= --for-domain= --dane
		    --port= --timeout= --host-timeout= --use-ipv4 --use-ipv6 --certificate= --verbose
		    --format= --progress= --severity= --nameserver= --dnssec= --trust-anchor= --trust-ad
		    --no-cache --soa= --source-address= --socks= --fqdn= --parallel= --perfdata-thresholds=
		    --sandbox= --user= --extra-opts= --version --help --tls-min= --tls-max= --ciphers=
		    --ciphersuites= --groups= --sigalgs= --sni= --ca-file= --ca-path= --match= --verify-name=
		    --revocation= --client-cert= --private-key= --from= --stop-after= --direct-tls --ssl
		    --starttls --compel-tls --authtype= --authuser= --authpass= --send-email --legacy
		    --mandatory-tls' ;;
	esac
}

# The long name of a short option with a value.
_mailtls_long()
{
	case $1 in
	-A)
		echo '--authtype' ;;
	-D)
		echo '--certificate' ;;
	-F)
		echo '--fqdn' ;;
	-H)
		echo '--hostname' ;;
	-J)
		echo '--client-cert' ;;
	-K)
		echo '--private-key' ;;
	-P)
		echo '--authpass' ;;
	-U)
		echo '--authuser' ;;
	-c)
		echo '--critical' ;;
	-d)
		echo '--domain' ;;
	-f)
		echo '--from' ;;
	-p)
		echo '--port' ;;
	-t)
		echo '--timeout' ;;
	-w)
		echo '--warning' ;;
	*) echo "$1" ;;
	esac
}

# The keys of --severity.
_mailtls_keys()
{
	case $1 in
	check_dane)
		echo 'unreachable all-unreachable timeout no-tls tls-failed injection cert-untrusted cert-name
		    cert-expired cert-days cert-revoked cert-weak must-staple revocation-unknown dane-mismatch
		    dane-unusable dane-error dane-none dane-lint require rrsig-days dns-bogus dns-error
		    null-mx resolver proxy internal' ;;
	check_mtasts)
		echo 'unreachable all-unreachable timeout no-tls tls-failed injection cert-untrusted cert-name
		    cert-expired cert-days cert-revoked cert-weak must-staple revocation-unknown sts-none
		    sts-invalid sts-mx-mismatch sts-lint max-age policy-cert-days expect-mode expect-id
		    tlsrpt-none tlsrpt-invalid dns-bogus dns-error null-mx resolver proxy
		    internal' ;;
	check_mx_cf)
		echo 'unreachable all-unreachable timeout no-tls tls-failed injection cert-untrusted cert-name
		    cert-expired cert-days cert-revoked cert-weak must-staple revocation-unknown not-smtp
		    legacy-protocol mandatory-tls auth-failed from-refused rcpt-refused rcpt-deferred
		    data-refused cf min-mx dane-mismatch dane-unusable dane-error dane-none dane-lint sts-none
		    sts-invalid sts-mx-mismatch sts-lint tlsrpt-none tlsrpt-invalid dns-bogus dns-error
		    null-mx resolver proxy internal' ;;
	check_smtp_tls)
		echo 'unreachable all-unreachable timeout no-tls tls-failed injection cert-untrusted cert-name
		    cert-expired cert-days cert-revoked cert-weak must-staple revocation-unknown not-smtp
		    legacy-protocol require-tls mandatory-tls auth-failed from-refused rcpt-refused
		    rcpt-deferred data-refused time dane-mismatch dane-unusable dane-error dane-none dane-lint
		    dns-bogus dns-error resolver proxy internal' ;;
	esac
}

# What a plugin's option takes: words, or @ and what else.
_mailtls_values()
{
	case $1$2 in
	*--algorithms)
		echo 'rsa ecdsa rsa,ecdsa' ;;
	*--authtype)
		echo 'PLAIN LOGIN' ;;
	*--batch | *--ca-file | *--chain | *--client-cert | *--policy-file | *--private-key | *--trust-anchor)
		echo '@file' ;;
	*--ca-path)
		echo '@directory' ;;
	*--dnssec)
		echo 'validate ad off' ;;
	*--expect-mode)
		echo 'none testing enforce' ;;
	*--match)
		echo 'mx domain any none' ;;
	*--perfdata-thresholds)
		echo 'range number none' ;;
	*--progress)
		echo 'auto yes no' ;;
	*--require-tls | *--tls-max | *--tls-min)
		echo '1.0 1.1 1.2 1.3' ;;
	*--revocation)
		echo 'off staple ocsp crl' ;;
	*--sandbox)
		echo 'on off' ;;
	*--severity)
		echo '@severity' ;;
	*--tlsrpt)
		echo 'require warn ignore' ;;
	*--total)
		echo 'average minimum' ;;
	check_dane--format | check_mtasts--format | check_smtp_tls--format)
		echo 'plugin score matrix smtp detail certdetail ssldetail debug sslprobe json xml
		    csv' ;;
	check_dane--stop-after | check_mtasts--stop-after)
		echo 'answer connect helo tls cert secure EHLO2' ;;
	check_mx_cf--format)
		echo 'plugin score matrix smtp detail certdetail ssldetail debug sslprobe json xml csv nagios
		    icinga' ;;
	check_mx_cf--stop-after | check_smtp_tls--stop-after)
		echo 'answer connect helo tls cert secure EHLO2 from to data email' ;;
	esac
}

# Complete KEY=STATE.
_mailtls_severity()
{
	case $2 in
	*=*) mapfile -t COMPREPLY < <(compgen -W 'ok warning critical unknown' -- "${2#*=}") ;;
	*)
		mapfile -t COMPREPLY < <(compgen -S = -W "$(_mailtls_keys "$1")" -- "$2")
		compopt -o nospace
		;;
	esac
}

_mailtls_value()
{
	local plugin=$1 option=$2 value=$3 takes
	takes=$(_mailtls_values "$plugin" "$option")
	case $takes in
	@severity) _mailtls_severity "$plugin" "$value" ;;
	@file | @directory)
		mapfile -t COMPREPLY < <(compgen "-${takes:1:1}" -- "$value")
		compopt -o filenames
		;;
	*) mapfile -t COMPREPLY < <(compgen -W "$takes" -- "$value") ;;
	esac
}

# Bash splits words at "=", blanks aside: words are taken from the line.  What is completed is
# what stands behind the last "=".
_mailtls()
{
	local plugin=${1##*/} line=${COMP_LINE:0:COMP_POINT} word
	word=${line##*[[:space:]]}
	COMPREPLY=()
	case $word in
	--*=*) _mailtls_value "$plugin" "${word%%=*}" "${word#*=}" ;;
	-*)
		mapfile -t COMPREPLY < <(compgen -W "$(_mailtls_options "$plugin")" -- "$word")
		[[ ${COMPREPLY-} != *= ]] || compopt -o nospace
		;;
	*)
		line=${line%"$word"}
		line=${line%"${line##*[![:space:]]}"}
		_mailtls_value "$plugin" "$(_mailtls_long "${line##*[[:space:]]}")" "$word"
		;;
	esac
	[[ $COMP_WORDBREAKS == *=* || $word != *=* ]] || COMPREPLY=("${COMPREPLY[@]/#/${word%=*}=}")
}

complete -F _mailtls check_dane check_mtasts check_mx_cf check_smtp_tls

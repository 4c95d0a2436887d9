#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# demo.sh - the plugins at work, on the lab's good and bad mail domains.
# Exit 1 when one of them does not end in the state that is told here.

set -u
cd "$(dirname "$0")/../.." || exit 1

if [ -z "${LAB-}" ]; then
	echo "The lab: real name servers and mail servers in a network of their own, nothing outside of it."
	exec tests/lab/lab.sh "$0"
fi

states=(OK WARNING CRITICAL UNKNOWN)
wrong=0 shown=0

# show STATE MEANING COMMAND... : run it as an operator would
show()
{
	local want=$1 meaning=$2 status=0
	shift 2
	shown=$((shown + 1))
	printf '\n$ %s\n' "$*"
	"$@" || status=$?
	printf -- '-> exit %d, %s: %s\n' "$status" "${states[status]-none}" "$meaning"
	[ "${states[status]-none}" = "$want" ] || {
		echo "** expected $want"
		wrong=$((wrong + 1))
	}
}

cf=plugins/check_mx_cf
tls=plugins/check_smtp_tls
dane=plugins/check_dane
sts=plugins/check_mtasts

show OK "TLS 1.3 and a valid certificate on every address; DANE and MTA-STS would give the rest." \
    $cf -H good.example
show OK "for a mail address the To step is tested, too; the matrix has a row for each host." \
    $cf -H postmaster@good.example --format=matrix
show WARNING "both MX encrypt, but one has a certificate that nobody can trust." \
    $cf -H two.example
show WARNING "what was lost where, and what to do about it." \
    $cf -H two.example --format=matrix --explain
show CRITICAL "the backup MX takes mail in the clear: what an attacker would use, whatever the average." \
    $cf -H backup-plain.example
show WARNING "the first MX does not answer, and the run ends on time; the second one is fine." \
    $cf -H halfdead.example --timeout=5
show OK "the same domain by QFactor: the first host that answers decides." \
    $cf -H halfdead.example --quick --host-timeout=2
show WARNING "encrypted, but to nobody in particular." \
    $cf -H selfsigned.example
show CRITICAL "the certificate expired." \
    $cf -H expired.example
show WARNING "TLS 1.0 only: the CF is in the band of very weak encryption." \
    $cf -H tls10.example
show UNKNOWN "the domain says that it takes no mail; there is nothing to judge." \
    $cf -H nullmx.example
show CRITICAL "no host answers at all." \
    $cf -H refused.example
show OK "one server, both of its addresses, STARTTLS on port 25." \
    $tls -H mx.good.example
show OK "the same over direct TLS on port 465, with thresholds for the response time in seconds." \
    $tls -H mx.good.example --direct-tls -w 5 -c 10
show CRITICAL "for a single server an untrusted certificate is critical ..." \
    $tls -H mx.selfsigned.example
show OK "... unless the site says otherwise." \
    $tls -H mx.selfsigned.example --severity=cert-untrusted=ok
show CRITICAL "the certificate is for another name." \
    $tls -H mx.wrongname.example
show CRITICAL "no STARTTLS." \
    $tls -H mx.notls.example
show OK "the conversation, line by line; ~~> went inside TLS." \
    $tls -H mx.tls12.example -4 --format=smtp
show OK "every chain the server sends, RSA and ECDSA, matches a TLSA record secured by DNSSEC." \
    $dane -H danedual.example
show CRITICAL "one certificate was changed and its TLSA record was not: the record to publish stands below." \
    $dane -H two-wrong.dane.example
show OK "to DANE a certificate that nobody has signed is as good as any, and the factor says so." \
    $cf -H ee-self.dane.example
show OK "the policy is right, and every live MX satisfies it." \
    $sts -H sts-good.example
show CRITICAL "mode enforce, and one MX is not on the list: mail to it is lost to strict senders." \
    $sts -H sts-mx-unlisted.example
show WARNING "the same in mode testing: told, and nothing is lost." \
    $sts -H sts-mx-unlistedt.example
show CRITICAL "the web server redirects, which no sender follows." \
    $sts -H sts-301.example
show CRITICAL "would this policy be right?  Every error with its place, nothing is asked of the network." \
    $sts --lint --policy-file=tests/lab/demo-policy.txt --mx=mx1.example.org
show WARNING "the server speaks SSL 3 beside TLS 1.2." \
    $tls -H mx.ssl23.example --legacy
show CRITICAL "a server of long ago: the factor tells what it speaks." \
    $tls -H mx.ssl3.example
show CRITICAL "the certificate was revoked by its CA." \
    $cf -H revoked.example
show OK "many domains in one run; the average decides." \
    $cf --batch=tests/lab/demo-domains.txt --format=score
show UNKNOWN "a mistake on the command line never looks like a fault of the server." \
    $tls -H mx.good.example -w fast

echo
if [ "$wrong" -gt 0 ]; then
	echo "$wrong of $shown ended in another state than expected"
	exit 1
fi
echo "$shown runs, all as expected.  Now your own domain: plugins/check_mx_cf -H example.org"

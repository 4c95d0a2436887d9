#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# pki.sh DIR - make the lab's keys and certificates in DIR, which must be new.
#
# Read from stdin: NAME KIND DNS-NAME,... ; each gives hosts/NAME.pem with the
# key, the certificate and its chain, as one file, in that order.  Behind a kind,
# @ocsp/X and @crl/X name http://pki.example/ocsp/X and the like (pkihost.py);
# instead of a path, there may be a URL that begins with ocsp= or crl=.
#
#   ca.pem, trust/     the trusted root, as a bundle and as a hashed directory
#   ca/*/cert.pem      every authority: root, inter (issues nearly all), deep
#                      (below inter), constrained, stranger (trusted by nobody),
#                      old (expired), brief (of 90 days)
#   ca/*/index.txt, ca/*/crl.der   for OCSP and CRL; crl/*.der: bad ones of inter
#   ocsp/*.key, ocsp/*.pem   signers of OCSP: delegate, noeku (not for OCSP)
#   client.pem         a certificate for clients
#   dh1024.pem, dh2048.pem

set -euo pipefail

dir=$1
mkdir -p "$dir/hosts" "$dir/ca" "$dir/trust" "$dir/tmp"
cd "$dir"
export CA=.
rows=$(cat)

# What openssl ca and req need to know; sections are named after the kinds.
cat >openssl.cnf <<'CNF'
[ca]
default_ca = lab
[lab]
database = $ENV::CA/index.txt
serial = $ENV::CA/serial
certificate = $ENV::CA/cert.pem
private_key = $ENV::CA/key.pem
new_certs_dir = tmp
default_md = sha256
default_crl_days = 30
unique_subject = no
policy = any
[any]
organizationName = optional
commonName = supplied
[req]
distinguished_name = none
[none]
[authority]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[authority-listed]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
authorityInfoAccess = OCSP;URI:http://pki.example/ocsp/root
crlDistributionPoints = URI:http://pki.example/crl/root
[authority-constrained]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
nameConstraints = critical, permitted;DNS:other.example
[leaf]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature, keyEncipherment
extendedKeyUsage = serverAuth
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[ocsp]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = OCSPSigning
noCheck = ignored
[client]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = clientAuth
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
CNF

# when OFFSET: a date in the form of openssl ca
when()
{
	date -u -d "$1" +%Y%m%d%H%M%SZ
}

# The 1024-bit group of RFC 2409, 6.2, in DER.
oakley2()
{
	local p=0xFFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74
	p+=020BBEA63B139B22514A08798E3404DDEF9519B3CD3A431B302B0A6DF25F1437
	p+=4FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED
	p+=EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE65381FFFFFFFFFFFFFFFF
	printf 'asn1=SEQUENCE:dh\n[dh]\np=INTEGER:%s\ng=INTEGER:2\n' "$p" |
	    openssl asn1parse -genconf /dev/stdin -noout -out /dev/stdout
}

# generate TYPE FILE: a private key
generate()
{
	case $1 in
	*@* | ecdsa | longlife | private | oldca | briefca | selfexpired | sanother)
		openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$2" ;;
	rsa1024) openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:1024 -out "$2" ;;
	dh1024) oakley2 | openssl dhparam -inform DER -out "$2" ;;
	dh2048) openssl genpkey -genparam -algorithm DH -pkeyopt group:ffdhe2048 -out "$2" ;;
	*) openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out "$2" ;;
	esac 2>/dev/null
}

# Every key at once: they take most of the time.
generate_all()
{
	export -f generate oakley2
	{
		printf 'rsa ca/%s/key.pem\n' root inter deep constrained stranger
		printf 'ecdsa ca/%s/key.pem\n' old brief fallen checked
		printf 'rsa ocsp/%s.key\n' delegate noeku
		printf '%s %s.pem\n' dh1024 dh1024 dh2048 dh2048
		echo "rsa tmp/client.key"
		awk '{ print $2, "tmp/" $1 ".key" }' <<<"$rows"
	} | xargs -P "$(nproc)" -n 2 bash -c 'generate "$@"' -
}

# authority NAME COMMON-NAME [ISSUER [SECTION [OPTION...]]]
authority()
{
	local ca=ca/$1 issuer=${3-} section=${4:-authority}
	: >"$ca/index.txt"
	echo 1000 >"$ca/serial"
	echo 1000 >"$ca/crlnumber"
	if [ -z "$issuer" ]; then
		issue "$1" "$ca/key.pem" "$2" "$ca/cert.pem" authority -days 3650 -selfsign
	else
		issue "$issuer" "$ca/key.pem" "$2" "$ca/cert.pem" "$section" -days 1800 "${@:5}"
	fi
}

# issue ISSUER KEY COMMON-NAME OUT SECTION|FILE [OPTION...] of openssl ca.
# Nothing begins when it is made: a clock that is an hour behind finds the lab the same.
issue()
{
	local issuer=$1 key=$2 name=$3 out=$4 extensions=$5
	shift 5
	if [ -f "$extensions" ]; then
		set -- -extfile "$extensions" "$@"
	else
		set -- -extensions "$extensions" "$@"
	fi
	openssl req -new -key "$key" -subj "/O=Lab/CN=$name" -config openssl.cnf -out tmp/csr
	CA=ca/$issuer openssl ca -batch -notext -config openssl.cnf -in tmp/csr \
	    -out "$out" -startdate "$(when '-100 days')" "$@" 2>tmp/log || { cat tmp/log >&2; return 1; }
}

# extensions NAMES [LINE...]: the extensions of a leaf, into tmp/ext
extensions()
{
	local names=$1
	shift
	sed -n '/^\[leaf\]/,/^\[ocsp\]/p' openssl.cnf | grep '=' >tmp/ext
	if [ -n "$names" ]; then
		echo "subjectAltName = DNS:${names//,/,DNS:}" >>tmp/ext
	fi
	[ $# -eq 0 ] || printf '%s\n' "$@" >>tmp/ext
}

# uris WHERE...: the lines that name them
uris()
{
	local where url
	for where; do
		url=http://pki.example/$where
		[[ $where != *=* ]] || url=${where#*=}
		case $where in
		ocsp*) echo "authorityInfoAccess = OCSP;URI:$url" ;;
		crl*) echo "crlDistributionPoints = URI:$url" ;;
		esac
	done
}

# leaf NAME KIND DNS-NAMES: one row
leaf()
{
	local name=$1 kind=${2%%@*} names=$3 where=()
	local common=${names%%,*} issuer=inter chain=inter
	local key=tmp/$1.key crt=tmp/$1.crt
	local domain=${common#mx.} lines=()
	domain=${domain#mta-sts.}
	local options=(-startdate "$(when '-10 days')" -enddate "$(when '+80 days')")
	IFS=@ read -r -a where <<<"${2#"$kind"}"

	case $kind in
	rsa | ecdsa | rsa1024 | cnonly) ;;
	selfsigned) chain="" options+=(-selfsign -keyfile "$key") ;;
	sha1) options+=(-md sha1) ;;
	untrusted) issuer=stranger chain= ;;
	private) issuer=stranger chain=stranger ;;
	oldca) issuer=old chain="old root" ;;
	briefca) issuer=brief chain=brief ;;
	longlife) options=(-startdate "$(when '-10 days')" -enddate "$(when '+390 days')") ;;
	sanother) names=mx.other.example ;;
	nointermediate) chain= ;;
	nameconstraint) issuer=constrained chain=constrained ;;
	wrongorder) issuer=deep chain="inter deep" ;;
	wrongname) names=mx.other.example common=$names ;;
	wildcard) names="*.$domain" common=$names ;;
	widewild) names="*.${domain#*.}" common=$names ;;
	partwild) names="mta*.$domain" common=$names ;;
	domainname) names=$domain common=$domain ;;
	expired) options=(-startdate "$(when '-100 days')" -enddate "$(when '-10 days')") ;;
	selfexpired) chain="" options=(-startdate "$(when '-100 days')" -enddate "$(when '-10 days')"
	    -selfsign -keyfile "$key") ;;
	notyet) options=(-startdate "$(when '+10 days')" -enddate "$(when '+100 days')") ;;
	soon) options=(-startdate "$(when '-80 days')" -enddate "$(when '+10 days 18 hours')") ;;
	tomorrow) options=(-startdate "$(when '-80 days')" -enddate "$(when '+2 days 18 hours')") ;;
	revoked) ;;
	muststaple) lines=("tlsfeature = status_request") ;;
	fallen | checked) issuer=$kind chain=$kind ;;
	wrongeku) ;;
	*) echo "pki: no such kind: $kind" >&2; return 1 ;;
	esac

	[ "$kind" != cnonly ] || names=
	[ ${#common} -le 64 ] || common=${common:0:64}
	mapfile -t -O "${#lines[@]}" lines < <(uris "${where[@]}")
	extensions "$names" "${lines[@]}"
	[ "$kind" != wrongeku ] || sed -i 's/serverAuth/clientAuth/' tmp/ext
	issue "$issuer" "$key" "$common" "$crt" tmp/ext "${options[@]}"
	cat "$key" "$crt" >"hosts/$name.pem"
	for ca in $chain; do
		cat "ca/$ca/cert.pem" >>"hosts/$name.pem"
	done
	[ "$kind" != revoked ] ||
	    CA=ca/inter openssl ca -config openssl.cnf -revoke "$crt" -crl_reason keyCompromise 2>/dev/null
}

mkdir -p ca/root ca/inter ca/deep ca/constrained ca/stranger ca/old ca/brief ca/fallen ca/checked ocsp crl
generate_all

authority root "Lab Root CA"
authority inter "Lab Issuing CA" root
authority deep "Lab Deep CA" inter
authority constrained "Lab Constrained CA" root authority-constrained
authority stranger "Stranger Root CA"
authority old "Lab Old CA" root authority -startdate "$(when '-400 days')" -enddate "$(when '-5 days')"
authority brief "Lab Brief CA" root authority -startdate "$(when '-5 days')" -enddate "$(when '+85 days')"
authority fallen "Lab Fallen CA" root authority-listed
authority checked "Lab Checked CA" root authority-listed
CA=ca/root openssl ca -config openssl.cnf -revoke ca/fallen/cert.pem -crl_reason superseded 2>/dev/null
issue inter ocsp/delegate.key "Lab OCSP" ocsp/delegate.pem ocsp -days 80
issue inter ocsp/noeku.key "Lab Impostor" ocsp/noeku.pem client -days 80

while read -r name kind names; do
	leaf "$name" "$kind" "$names"
done <<<"$rows"
issue inter tmp/client.key probe.client.example tmp/client.crt client -days 80
cat tmp/client.key tmp/client.crt ca/inter/cert.pem >client.pem

openssl req -x509 -new -key ca/stranger/key.pem -subj "/O=Lab/CN=Lab Issuing CA" -days 80 \
    -config openssl.cnf -extensions authority -out tmp/false.pem

# list CA OUT [OPTION...] of openssl ca: a CRL
list()
{
	local ca=ca/$1 out=$2
	shift 2
	CA=$ca openssl ca -config openssl.cnf -gencrl -crl_lastupdate "$(when '-1 day')" "$@" 2>/dev/null |
	    openssl crl -outform DER -out "$out"
}

for ca in root inter checked; do
	list "$ca" "ca/$ca/crl.der"
done
list inter crl/expired.der -crl_lastupdate "$(when '-9 days')" -crl_nextupdate "$(when '-2 days')"
# inter's name, and another's key
list inter crl/stranger.der -keyfile ca/stranger/key.pem -cert tmp/false.pem
cp ca/root/cert.pem ca.pem
cp ca.pem trust/lab-root.pem
openssl rehash trust

# where scripted.py looks
for name in scripted sni; do
	cp "hosts/$name.pem" "$name.pem"
done
cp hosts/scripted-selfsigned.pem selfsigned.pem
rm -rf tmp
chmod -R go+rX .

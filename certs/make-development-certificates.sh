#!/bin/sh
# Makes certificates for development, valid for 30 days: an authority, a server certificate for localhost, client certificates by name.
set -eu

usage() {
  echo "usage: $0 [server | client NAME]" >&2
  echo "  server       development-ca.pem, gateway.pem and gateway.key (what it does without a word)" >&2
  echo "  client NAME  NAME.pem and NAME.key; NAME in small letters, digits and hyphens" >&2
  echo "They go to this folder, or to the one that CERTIFICATES_FOLDER names." >&2
  exit 2
}

what=${1:-server}
name=${2:-}
case $what in
  server) [ $# -le 1 ] || usage ;;
  client) [ $# -eq 2 ] || usage ;;
  *) usage ;;
esac
if [ "$what" = client ]; then
  case $name in
    '' | -* | *[!a-z0-9-]* | gateway | development-ca) usage ;;
  esac
fi

cd "${CERTIFICATES_FOLDER:-$(dirname "$0")}"
umask 077

# A key and its certificate, signed by the authority: make FILE COMMON-NAME EXTENSION...
make() {
  file=$1
  subject=$2
  shift 2
  printf '%s\n' 'basicConstraints=critical,CA:FALSE' 'keyUsage=critical,digitalSignature' "$@" > "$file.ext"
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$subject" \
    -keyout "$file.key" -out "$file.csr" 2> /dev/null
  openssl x509 -req -in "$file.csr" -CA development-ca.pem -CAkey development-ca.key -CAcreateserial -days 30 \
    -extfile "$file.ext" -out "$file.pem" 2> /dev/null
  rm -f "$file.csr" "$file.ext" development-ca.srl
}

# The authority stays for as long as it has a day to go, so that what trusts it goes on trusting.
if ! openssl x509 -checkend 86400 -noout -in development-ca.pem > /dev/null 2>&1 || [ ! -f development-ca.key ]; then
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj "/CN=Development authority" \
    -addext 'keyUsage=critical,keyCertSign' -keyout development-ca.key -out development-ca.pem 2> /dev/null
  echo "made development-ca.pem" >&2
fi

if [ "$what" = server ]; then
  make gateway localhost 'subjectAltName=DNS:localhost,IP:127.0.0.1' 'extendedKeyUsage=serverAuth'
  echo "made gateway.pem and gateway.key" >&2
  exit 0
fi

if [ -e "$name.pem" ] || [ -e "$name.key" ]; then
  echo "$name.pem or $name.key is there already: remove both to make others" >&2
  exit 1
fi
make "$name" "$name" 'extendedKeyUsage=clientAuth'
echo "made $name.pem and $name.key; this belongs to the system in the organisation's file:" >&2
fingerprint=$(openssl x509 -noout -fingerprint -sha256 -in "$name.pem")
printf 'client certificates:\n  - %s\n' "${fingerprint#*=}"

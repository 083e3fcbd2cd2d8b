#!/bin/sh
# Makes a development certificate authority and a server certificate for localhost, valid for 30 days.
set -eu
cd "$(dirname "$0")"
umask 077
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj "/CN=Development authority" \
  -keyout development-ca.key -out development-ca.pem 2>/dev/null
openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=localhost" \
  -keyout gateway.key -out gateway.csr 2>/dev/null
printf 'subjectAltName=DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=serverAuth\n' > gateway.ext
openssl x509 -req -in gateway.csr -CA development-ca.pem -CAkey development-ca.key -CAcreateserial -days 30 \
  -extfile gateway.ext -out gateway.pem 2>/dev/null
rm -f gateway.csr gateway.ext development-ca.srl
echo "made development-ca.pem, gateway.pem and gateway.key"

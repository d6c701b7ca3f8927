#!/bin/sh
# Makes what compose.yaml needs and nobody else should have, in the folder `secrets` beside it: passwords, and a certificate by which
# the workers know their database. What is there already stays as it is. Needs openssl.
set -eu
umask 077
cd "$(dirname "$0")"
mkdir -p secrets
cd secrets

[ -e postgres-password ] || openssl rand -hex 24 >postgres-password
[ -e grafana-password ] || openssl rand -hex 24 >grafana-password
[ -e cluster-url ] ||
  printf 'postgres://genesys:%s@postgres:5432/genesys?sslmode=verify-full\n' "$(cat postgres-password)" >cluster-url
# The secret of the simulator's client, which everybody knows. For an org of your own, put that of its OAuth client here.
[ -e client-secret ] || echo '1SbfVRwqDiXnHdm0yY0GeNq-kAAApbSEmWUl1rc5O0s' >client-secret
[ -e postgres.crt ] ||
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 -subj /CN=postgres \
    -addext subjectAltName=DNS:postgres -keyout postgres.key -out postgres.crt 2>/dev/null

# The containers run as whoever this checkout belongs to, so that nobody else need read these files; if it is the superuser's, as a user
# who is nobody.
set -- $(ls -nd ..)
uid=$3
gid=$4
if [ "$uid" = 0 ]; then
  uid=65532
  gid=65532
fi
printf 'GENESYS_UID=%s\nGENESYS_GID=%s\n' "$uid" "$gid" >../.env
if [ "$(id -u)" = 0 ]; then chown -R "$uid:$gid" . ../.env; fi

#!/bin/sh
# Makes what compose.yaml needs and nobody else should have: what deploy/prepare.sh makes, and the password of the dashboard's role.
set -eu
umask 077
cd "$(dirname "$0")/../../deploy"
mkdir -p secrets
[ -e secrets/reader-password ] || openssl rand -hex 24 >secrets/reader-password
sh ./prepare.sh

#!/bin/sh
# PostgreSQL runs it once, when it makes the database. The password stands in no argument and in no log.
set -eu
psql -q -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" -d "$POSTGRES_DB" -f /etc/reader.sql
{
  printf '\\set password `cat /run/secrets/reader_password`\n'
  printf "ALTER ROLE reader PASSWORD :'password';\n"
} | psql -q -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" -d "$POSTGRES_DB"

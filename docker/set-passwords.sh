#!/bin/sh
# Runs once, when the database is first made, after roles.sql: the passwords, and whose the database is.
set -eu
psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" \
  --set owner="$OWNER_PASSWORD" --set app="$APP_PASSWORD" <<'SQL'
ALTER ROLE alongside_owner PASSWORD :'owner';
ALTER ROLE alongside_app PASSWORD :'app';
ALTER DATABASE alongside OWNER TO alongside_owner;
SQL

#!/bin/bash
# Starts PostgreSQL in the foreground, and makes the database first when the data folder is empty.
set -euo pipefail

# "postgres" with options, or options alone, start the server; any other command is run as it is.
case "${1:-}" in
    "" | -*) set -- postgres "$@" ;;
    postgres) ;;
    *) exec "$@" ;;
esac

if [ "$(id -u)" = 0 ]; then
    install -d -o postgres -g postgres -m 0700 "$PGDATA"
    chown -R postgres:postgres "$PGDATA"
    exec setpriv --reuid postgres --regid postgres --init-groups -- "$0" "$@"
fi

fail() {
    echo "Error: $1" >&2
    exit 1
}

# The value of a variable, or the content of the file that the variable with _FILE at its end names.
value_of() {
    local file="$1_FILE"
    if [ -n "${!1:-}" ] && [ -n "${!file:-}" ]; then
        fail "$1 and $file are both set: expected one of them."
    fi
    if [ -n "${!file:-}" ]; then
        cat "${!file}" || fail "$file names ${!file}, which can't be read."
    else
        printf %s "${!1:-}"
    fi
}

initialise() {
    local user password database method="${POSTGRES_HOST_AUTH_METHOD:-scram-sha-256}"
    user="$(value_of POSTGRES_USER)"
    user="${user:-postgres}"
    password="$(value_of POSTGRES_PASSWORD)"
    database="$(value_of POSTGRES_DB)"
    database="${database:-$user}"
    if [ -z "$password" ] && [ "$method" != trust ]; then
        fail "The database has no password. Expected POSTGRES_PASSWORD_FILE or POSTGRES_PASSWORD to be set."
    fi

    # A database that is half made would be taken for a whole one at the next start.
    trap 'find "$PGDATA" -mindepth 1 -delete' EXIT
    local options=(--username="$user" --auth-local=trust --auth-host="$method")
    if [ -n "$password" ]; then
        # initdb reads the first line of a file, and asks a terminal without one.
        initdb "${options[@]}" --pwfile=<(printf '%s\n' "$password") ${POSTGRES_INITDB_ARGS:-}
    else
        initdb "${options[@]}" ${POSTGRES_INITDB_ARGS:-}
    fi
    printf 'host all all all %s\n' "$method" >> "$PGDATA/pg_hba.conf"

    # Not reachable from outside before everything is there.
    pg_ctl --wait --options="-c listen_addresses=''" start
    local sql=(psql --no-psqlrc --set ON_ERROR_STOP=1 --username "$user" --no-password)
    if [ "$database" != postgres ]; then
        "${sql[@]}" --dbname postgres --set name="$database" <<< 'CREATE DATABASE :"name";'
    fi
    local script
    for script in /docker-entrypoint-initdb.d/*; do
        case "$script" in
            *.sh) bash "$script" ;;
            *.sql) "${sql[@]}" --dbname "$database" --file "$script" ;;
            *.sql.gz) gunzip --stdout "$script" | "${sql[@]}" --dbname "$database" ;;
        esac
    done
    pg_ctl --mode=fast --wait stop
    trap - EXIT
}

if [ ! -s "$PGDATA/PG_VERSION" ]; then
    initialise
fi
unset POSTGRES_PASSWORD
exec "$@"

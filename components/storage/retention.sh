#!/bin/bash
# One run of retention: deletes the indices of days that are past, then the oldest days above the size.
#
# An index belongs to the day in its name (UTC), whenever it was made. Needs curl 7.68 or newer and bash 4.
#   URLS            the addresses of the storage, the next one when one can't be reached
#   CA_FILE         the certificate authorities that an https storage is checked with; without one the system's
#   INDEX_PREFIX    only <INDEX_PREFIX>-jaeger-<kind>-<day> are looked at
#   RETENTION_DAYS  full days that are kept besides today
#   MAX_BYTES       what all of them may take on disk; 0: no limit
#   STORAGE_USER    the user; the password is in PASSWORD_FILE
set -uo pipefail
export LC_ALL=C

say() { printf 'retention: %s\n' "$*"; }

# curl's configuration, which it reads from its standard input: arguments can be seen by others.
configuration() {
    local password
    password=$(< "$PASSWORD_FILE")
    password=${password//\\/\\\\}
    printf 'user = "%s:%s"\n' "$STORAGE_USER" "${password//\"/\\\"}"
    [[ $(< "$CA_FILE") != *-----BEGIN* ]] || printf 'cacert = "%s"\n' "$CA_FILE"
}

# Asks the storage: the answer is in $answer, its code in $status. Fails when no address answers.
ask() {
    local method=$1 path=$2 url reply
    for url in $URLS; do
        if reply=$(configuration | curl --config - --silent --show-error --max-time 60 --request "$method" \
            --write-out '\n%{http_code}' "$url$path" 2>&1); then
            status=${reply##*$'\n'}
            answer=${reply%$'\n'*}
            return 0
        fi
        say "$url can't be reached: $reply"
    done
    return 1
}

# Says what the storage refused.
refused() { say "$1 was refused with HTTP $status: ${answer:0:500}"; }

delete_index() {
    ask DELETE "/$1" || return 1
    case $status in
        200) say "deleted $1 ($2)" ;;
        404) say "$1 is gone already" ;;
        *)
            refused "deleting $1"
            return 1
            ;;
    esac
}

ask GET "/_cat/indices/$INDEX_PREFIX-jaeger-*?h=index,store.size&bytes=b" || exit 1
if [[ $status != 200 ]]; then
    refused "listing the indices"
    exit 1
fi

# Another prefix may begin with ours, so the whole name counts.
name="^$INDEX_PREFIX-jaeger-(span|service|dependencies|sampling)-([0-9]{4}-[0-9]{2}-[0-9]{2})\$"
declare -A indices=() sizes=()
total=0
while read -r index bytes; do
    if [[ $index =~ $name ]]; then
        day=${BASH_REMATCH[2]}
        indices[$day]+=" $index"
        # A closed index has no size.
        sizes[$day]=$((${sizes[$day]:-0} + ${bytes:-0}))
        total=$((total + ${bytes:-0}))
    fi
done <<< "$answer"

now=$(date -u +%s)
today=$(date -u -d "@$now" +%Y-%m-%d)
first=$(date -u -d "@$((now - RETENTION_DAYS * 86400))" +%Y-%m-%d)
failed=0
kept=0
for day in $(printf '%s\n' "${!indices[@]}" | sort); do
    if [[ $day < $first ]]; then
        why="before $first"
    elif ((MAX_BYTES > 0 && total > MAX_BYTES)) && [[ $day < $today ]]; then
        why="all took $total bytes, more than $MAX_BYTES"
    else
        kept=$((kept + 1))
        continue
    fi
    total=$((total - sizes[$day]))
    for index in ${indices[$day]}; do
        delete_index "$index" "$why" || failed=1
    done
done
((failed)) || say "$kept days are kept, from $first on, with $total bytes"
exit "$failed"

#!/bin/sh
# One run of the canary: a sampled request through the ingress for each route, and its trace read back.
#
# Needs the programs of busybox, or of GNU.
#   INGRESS_URL      where the ingress takes requests
#   INGRESS_SERVICE  its service name in traces; empty when it traces nothing
#   QUERY_URL        where Jaeger's query role reads traces
#   ROUTES           a line each: the service's name in traces, the host of the request, the path; "-" for no host
#   TRACE_SECONDS    how long the spans of a trace are waited for
#   RUN_SECONDS      how long a route whose trace is not whole is tried again
set -u
export LC_ALL=C

say() { printf 'canary: %s\n' "$*"; }

# Random bytes in hexadecimal digits.
random_id() { od -An -N "$1" -tx1 /dev/urandom | tr -d ' \n'; }

last_line() { printf '%s\n' "$1" | tail -n 1; }

# Sends the request $1 $2 with the trace id $3: the answer's status is in $status, what wget said in $reply.
send() {
    set -- "$@" --header "traceparent: 00-$3-$(random_id 8)-01" --header "User-Agent: traced-environment-canary/$3"
    url=$INGRESS_URL$2
    [ "$1" = - ] || set -- "$@" --header "Host: $1"
    # The name inside is not the one that the certificate is made for.
    case $INGRESS_URL in https:*) set -- "$@" --no-check-certificate ;; esac
    shift 3
    reply=$(timeout 20 wget -S -O /dev/null "$@" "$url" 2>&1)
    status=$(printf '%s\n' "$reply" | sed -n 's/^ *HTTP\/[0-9.]* \([0-9][0-9][0-9]\).*/\1/p' | head -n 1)
}

# The services that have spans in a trace as Jaeger's API tells it, a line each.
services_of() {
    printf '%s' "$1" | tr -d '\n' |
        grep -o '"key": *"service.name", *"value": *{ *"stringValue": *"[^"]*"' | sed 's/.*"\([^"]*\)"$/\1/' | sort -u
}

# Whether $2 is a line of $1.
has() { printf '%s\n' "$1" | grep -Fqx -- "$2"; }

# What a trace lacks that has the spans of the services $2, a line each, for the service $1.
lack() {
    if [ -z "$2" ]; then
        echo "all spans of trace $trace"
        return
    fi
    lacking=
    for service_wanted in "$INGRESS_SERVICE" "$1"; do
        [ -n "$service_wanted" ] || continue
        has "$2" "$service_wanted" || lacking="$lacking${lacking:+ and }$service_wanted"
    done
    [ -z "$lacking" ] || echo "the spans of $lacking: trace $trace has those of $(printf '%s\n' "$2" | tr '\n' ' ')alone"
}

# One try of a route; what is missing of its trace is in $missing, nothing when it is whole.
try() {
    trace=$(random_id 16)
    send "$2" "$3" "$trace"
    if [ -z "$status" ]; then
        missing="the ingress: $INGRESS_URL gives no answer ($(last_line "$reply"))"
        return
    fi
    end=$(($(date +%s) + TRACE_SECONDS))
    while :; do
        if found=$(timeout 10 wget -q -O - "$QUERY_URL/api/v3/traces/$trace" 2>&1); then
            missing=$(lack "$1" "$(services_of "$found")")
            [ -n "$missing" ] || return
        else
            case $found in
                *404*) missing=$(lack "$1" "") ;;
                *) missing="the query role: $QUERY_URL can't be read ($(last_line "$found"))" ;;
            esac
        fi
        if [ "$(date +%s)" -ge "$end" ]; then
            missing="$missing; the ingress answered with HTTP $status"
            return
        fi
        sleep 1
    done
}

failed=0
began=$(date +%s)
while read -r service host path; do
    while try "$service" "$host" "$path"; [ -n "$missing" ]; do
        say "$service: missing: $missing"
        if [ $(($(date +%s) - began)) -ge "$RUN_SECONDS" ]; then
            failed=1
            break
        fi
        sleep 2
    done
    [ -n "$missing" ] || say "$service: trace $trace is whole"
done <<ROUTES_END
$ROUTES
ROUTES_END
exit "$failed"

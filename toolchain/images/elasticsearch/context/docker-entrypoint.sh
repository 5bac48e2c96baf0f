#!/bin/bash
# Starts Elasticsearch in the foreground; environment variables that are named like settings become settings.
set -euo pipefail
umask 0002

# Another command than the image's own, a shell for example, is run as it is.
case "${1:-}" in
    "" | -*) ;;
    eswrapper | elasticsearch) shift ;;
    *) exec "$@" ;;
esac

# Read from the kernel: names with dots are no variables to the shell.
settings=()
while IFS= read -r -d "" variable; do
    if [[ "${variable%%=*}" =~ ^[a-z0-9_]+(\.[a-z0-9_]+)+$ ]]; then
        settings+=("-E$variable")
    fi
done < /proc/self/environ

cd /usr/share/elasticsearch
exec bin/elasticsearch "${settings[@]}" "$@"

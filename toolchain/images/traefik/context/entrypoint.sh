#!/bin/sh
# Runs traefik with the given options or subcommand; any other command is run as it is.
set -eu
case "${1:-}" in
    "" | -* | healthcheck | version) exec traefik "$@" ;;
    *) exec "$@" ;;
esac

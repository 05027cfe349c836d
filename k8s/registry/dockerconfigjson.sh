#!/bin/sh
# Writes .dockerconfigjson beside this file, for kustomization.yaml. The password is read from standard input:
#
#   dockerconfigjson.sh ghcr.io USERNAME < FILE
#
# `kubectl create secret docker-registry` takes it as an argument, which everybody on the machine can see in the list of processes,
# and `docker login` may put it into a keychain instead of a file.
set -eu
umask 077

usage='usage: dockerconfigjson.sh REGISTRY USERNAME < FILE_WITH_PASSWORD'
registry=${1:?$usage}
username=${2:?$usage}
# Without the line end that editors put behind it.
password=$(cat)
[ -n "$password" ] || { echo "the password is empty; $usage" >&2; exit 1; }

file=$(dirname "$0")/.dockerconfigjson
# A part of the shell, so no process is started whose arguments could be seen.
auth=$(printf '%s:%s' "$username" "$password" | base64 | tr -d '\n')
rm -f "$file"
printf '{"auths":{"%s":{"auth":"%s"}}}\n' "$registry" "$auth" > "$file"
echo "$file: $username at $registry" >&2

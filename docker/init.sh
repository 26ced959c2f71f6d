#!/usr/bin/env bash
# Once, when the images are built: certificates and ticket keys for docker-compose.yml and stack.yml, into docker/certs.
# It makes nothing anew that is there.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

if [ -e certs ]; then
    echo "init: docker/certs exists and is left as it is; move it away to get new certificates"
    exit 0
fi
if ! docker image inspect tunnel-server >/dev/null 2>&1; then
    echo "init: there is no image tunnel-server yet; run 'docker compose -f docker/docker-compose.yml build' first" >&2
    exit 1
fi

# The containers run as whoever owns the keys, and never as root: nobody else can read them.
owner="$(id -u):$(id -g)"
if [ "$(id -u)" -eq 0 ]; then owner=1654:1654; fi
umask 077
mkdir -p certs/client certs/server
head -c 48 /dev/urandom | base64 >certs/server/ticket_keys
chown -R "$owner" certs
docker run --rm --network none --read-only --cap-drop ALL --user "$owner" --volume "$PWD/certs:/certs" \
    tunnel-server certs init --dir /certs --server-name tunnel-server
cp --preserve=mode,ownership certs/ca.crt certs/client
cp --preserve=mode,ownership certs/ca.crt certs/server
mv certs/client.crt certs/client.key certs/client
mv certs/server.crt certs/server.key certs/server

# Both compose programs read it.
printf 'COMPOSE_PROJECT_NAME=tunnel\nTUNNEL_USER=%s\n' "$owner" >.env
echo "init: made docker/certs and docker/.env. Keep docker/certs/ca.key elsewhere: no container needs it."

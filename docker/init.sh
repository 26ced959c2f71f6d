#!/usr/bin/env bash
# Once, when the images are built: certificates and ticket keys for docker-compose.yml and stack.yml, into docker/certs.
# It makes nothing anew that is there.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

if [ -n "$(find certs ! -type d -print -quit 2>/dev/null)" ]; then
    echo "init: docker/certs has files and is left as it is; move it away to get new certificates"
    exit 0
fi
if ! docker image inspect tunnel-server >/dev/null 2>&1; then
    echo "init: there is no image tunnel-server yet; run 'docker compose -f docker/docker-compose.yml build' first" >&2
    exit 1
fi
# Containers that were started before this script was run have made Docker make the directories, as root, and look for
# their files again and again. They belong to a project of the folder's name, because there was no .env either.
if [ -e certs ]; then
    if docker compose version >/dev/null 2>&1; then compose=(docker compose); else compose=(docker-compose); fi
    "${compose[@]}" --project-name "$(basename "$PWD")" --file docker-compose.yml down
    if ! rmdir certs/* certs 2>/dev/null; then
        mv --no-target-directory certs "certs.empty.$$"
        echo "init: docker/certs was empty and not ours to remove; it is docker/certs.empty.$$ now, and can be deleted"
    fi
fi

# The containers run as the owner of the keys, never as root: nobody else can read the keys.
owner="$(id -u):$(id -g)"
if [ "$(id -u)" -eq 0 ]; then owner=1654:1654; fi
umask 077
# Under its name when it is complete: what breaks off half-way would be left as it is by the next run.
new="$(mktemp -d certs.new.XXXXXX)"
trap 'rm -rf "$new"' EXIT
mkdir "$new/client" "$new/server"
head -c 48 /dev/urandom | base64 >"$new/server/ticket_keys"
chown -R "$owner" "$new"
docker run --rm --network none --read-only --cap-drop ALL --user "$owner" --volume "$PWD/$new:/certs" \
    tunnel-server certs init --dir /certs --server-name tunnel-server
cp --preserve=mode,ownership "$new/ca.crt" "$new/client"
cp --preserve=mode,ownership "$new/ca.crt" "$new/server"
mv "$new/client.crt" "$new/client.key" "$new/client"
mv "$new/server.crt" "$new/server.key" "$new/server"
mv --no-target-directory "$new" certs

# Both compose programs read it.
printf 'COMPOSE_PROJECT_NAME=tunnel\nTUNNEL_USER=%s\n' "$owner" >.env
echo "init: made docker/certs and docker/.env. Keep docker/certs/ca.key elsewhere: no container needs it."

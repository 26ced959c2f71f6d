#!/usr/bin/env bash
# docker-compose.yml as its user sees it: builds the images, starts everything, tries it, removes everything.
# Needs a Docker engine, "docker compose" or docker-compose 1.29, and the port 127.0.0.1:1080.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
. ./checks.sh

# As Compose calls a project in that folder.
early=("${program[@]}" --project-name early --file "$work/early/docker-compose.yml")

clean_up() {
    "${early[@]}" down >/dev/null 2>&1 || true
    docker rm --force tunnel-test-stranger >/dev/null 2>&1 || true
    "${compose[@]}" down --volumes >/dev/null 2>&1 || true
    forget
}
trap clean_up EXIT

container() { "${compose[@]}" ps --quiet "$1"; }

# ask PORT TEXT: prints what comes back, up to a line's end.
ask() {
    local there answer
    exec {there}<>"/dev/tcp/localhost/$1" && echo "$2" >&"$there" && IFS= read -r -t 30 answer <&"$there" &&
        exec {there}>&- && echo "$answer"
}

message() { [ "$(ask 1080 "$1")" = "$1" ]; }

bulk() {
    local there
    head --bytes 100M /dev/urandom >"$work/sent"
    exec {there}<>/dev/tcp/localhost/1080
    cat "$work/sent" >&"$there" &
    timeout 120 head --bytes 100M <&"$there" >"$work/received" && cmp "$work/sent" "$work/received"
}

# Each one started when the one it needs had been found healthy.
in_order() {
    local before="" started name
    for name in echo-server tunnel-server tunnel-client; do
        started="$(date +%s%N --date "$(docker inspect --format '{{.State.StartedAt}}' "$(container "$name")")")"
        if [ -n "$before" ] && [ "$started" -lt "$before" ]; then return 1; fi
        before="$(docker inspect --format '{{range .State.Health.Log}}{{.ExitCode}} {{.End.UnixNano}}{{"\n"}}{{end}}' \
            "$(container "$name")" | awk '$1 == 0 { print $2; exit }')"
        [ -n "$before" ] || return 1
    done
}

# The connection is made while there is no server, and is answered when there is one again.
recovers() {
    quietly "${compose[@]}" stop tunnel-server || return 1
    (sleep 4 && "${compose[@]}" start tunnel-server >/dev/null 2>&1) &
    message "asked while the server is away" && healthy "$(container tunnel-client)"
}

# The same client with no certificate to show.
start_stranger() {
    sed -E 's/^(  client_(cert|key):).*/\1/' client_config.yaml >"$work/stranger.yaml"
    chmod 644 "$work/stranger.yaml"
    docker run --detach --name tunnel-test-stranger --network tunnel-test_tunnel --publish 127.0.0.1:1081:1080 \
        --user "$(docker inspect --format '{{.Config.User}}' "$(container tunnel-client)")" --read-only --tmpfs /run/tunnel \
        --volume "$work/stranger.yaml:/etc/tunnel/client_config.yaml:ro" --volume "$PWD/certs/client:/etc/tunnel/certs:ro" \
        tunnel-client >/dev/null
    within 30 healthy tunnel-test-stranger
}

gets_nothing() {
    local there
    exec {there}<>/dev/tcp/localhost/1081 && echo "let me in" >&"$there"
    # An end, in order or not, but no byte, and not the limit's 124.
    timeout 20 head --bytes 1 <&"$there" >"$work/nothing" 2>/dev/null || [ $? -ne 124 ] && [ ! -s "$work/nothing" ]
}

told_why() {
    # By way of files: who stops reading in the middle ends "docker logs" by SIGPIPE.
    docker logs tunnel-test-stranger >"$work/client.log" 2>&1
    docker logs "$(container tunnel-server)" >"$work/server.log" 2>&1
    grep --quiet 'reason=refused_by_peer' "$work/client.log" &&
        grep --max-count 1 --only-matching 'refusal=.* detail="[^"]*"' "$work/server.log"
}

no_shell() {
    local output
    output="$(! docker run --rm --entrypoint /bin/sh "$1" -c true 2>&1)" &&
        grep --quiet 'no such file or directory' <<<"$output"
}

# ends_saying WORDS IMAGE [RUN OPTION...]: what somebody reads who has forgotten to mount something.
ends_saying() {
    local words="$1" image="$2" output
    shift 2
    output="$(! docker run --rm "$@" "$image" 2>&1)" && grep --max-count 1 --only-matching "$words" <<<"$output"
}

# Somebody starts everything before init.sh was run, in a folder of his own.
start_too_early() {
    mkdir "$work/early"
    cp init.sh docker-compose.yml client_config.yaml server_config.yaml "$work/early"
    ! "${early[@]}" up --detach >/dev/null 2>&1 && [ -d "$work/early/certs/server" ] &&
        "${early[@]}" logs tunnel-server >"$work/early.log" 2>&1 &&
        grep --max-count 1 --only-matching 'docker/init.sh makes [^;]*' "$work/early.log"
}

init_works_then() {
    quietly "$work/early/init.sh" && [ -s "$work/early/certs/server/server.key" ] &&
        [ -s "$work/early/certs/client/client.key" ] && [ -z "$("${early[@]}" ps --quiet)" ] &&
        "$work/early/init.sh" | grep 'left as it is' >/dev/null
}

no_warning() { ! docker logs "$1" 2>&1 | grep WARN; }

prepare
for role in client server; do
    check "an image without a configuration asks for the one of the $role" \
        ends_saying "${role}_config.yaml: the file does not exist (looked for it from /etc/tunnel); name the $role's" "tunnel-$role"
done
check "containers without certificates say where they come from" start_too_early
check "init.sh works after that, and removes them" init_works_then
check "everything starts" quietly "${compose[@]}" up --detach
check "everything becomes healthy" within 30 healthy "$(container tunnel-client)"
check "each waited until what it needs was healthy" in_order
check "the client starts without a warning" no_warning "$(container tunnel-client)"
check "a message comes back" message "hello through the tunnel"
check "100 MiB come back unchanged" bulk
check "a connection made while the server is away is served when it is back" recovers
check "the next one at once" message "hello again"
check "a client without a certificate can be started" start_stranger
check "it carries nothing" gets_nothing
check "the server says why" told_why
for name in tunnel-client tunnel-server echo-server; do
    check "$name is confined" confined "$(container "$name")"
done
check "tunnel-client needs no shell" no_shell tunnel-client
check "tunnel-server needs no shell" no_shell tunnel-server

for name in tunnel-client tunnel-server; do
    echo "$name: image $(megabytes $name), $(milliseconds_to "$(container $name)" listening) ms from start to listening"
done
verdict

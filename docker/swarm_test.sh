#!/usr/bin/env bash
# stack.yml on a swarm of this one machine: a rolling update and the loss of a replica, both under load.
# Needs a Docker engine that is in no swarm, and "docker compose" or docker-compose 1.29 to build the images.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
. ./checks.sh

stack=tunnel-test
servers=${stack}_tunnel-server
joined=false

clean_up() {
    docker rm --force $stack-load >/dev/null 2>&1 || true
    if $joined; then
        docker stack rm $stack >/dev/null 2>&1 || true
        # What has ended stays behind as history, and networks would outlive the swarm.
        docker ps --all --quiet --filter "label=com.docker.stack.namespace=$stack" | xargs --no-run-if-empty \
            docker rm --force >/dev/null 2>&1 || true
        within 30 no_networks || true
        docker swarm leave --force >/dev/null 2>&1 || true
    fi
    docker image rm tunnel-server:next >/dev/null 2>&1 || true
    forget
}
trap clean_up EXIT

no_networks() { [ -z "$(docker network ls --quiet --filter "name=${stack}_")" ]; }

replicas() { docker ps --quiet --filter "label=com.docker.swarm.service.name=$servers"; }

all_run() { [ -z "$(docker service ls --format '{{.Replicas}}' | awk -F / '$1 != $2')" ]; }

# An application's load for SECONDS, in the background.
start_load() {
    docker rm --force $stack-load >/dev/null 2>&1 || true
    docker run --detach --name $stack-load --network ${stack}_apps --read-only tunnel-echo-server \
        load tunnel-client 1080 "$1" >/dev/null
}

load_went_well() {
    docker wait $stack-load >"$work/exit"
    docker logs $stack-load | paste --serial --delimiters ';'
    [ "$(cat "$work/exit")" = 0 ]
}

load_runs() { [ "$(docker inspect --format '{{.State.Running}}' $stack-load)" = true ]; }

updated() { [ "$(docker service inspect --format '{{.UpdateStatus.State}}' $servers)" = completed ]; }

update() {
    docker tag tunnel-server:latest tunnel-server:next
    docker service update --detach --quiet --no-resolve-image --image tunnel-server:next $servers >/dev/null &&
        within 120 updated && within 40 all_ended "$@" && load_runs
}

all_ended() { [ -z "$(docker inspect --format '{{if .State.Running}}running{{end}}' "$@" | grep . || true)" ]; }

# Those that had sessions when they were told to stop let them end in order, and each ended by itself. On a machine that is
# slow to say so, one may have had its last session's end before.
drained() {
    local replica after all=0
    for replica in "$@"; do
        docker logs "$replica" >"$work/log" 2>&1
        after="$(sed '1,/SIGTERM/d' "$work/log" | grep --count 'closed: .*reason=eof' || true)"
        all=$((all + after))
        echo -n "$replica $after sessions; "
        if ! grep --quiet 'every session had ended' "$work/log" ||
            [ "$(docker inspect --format '{{.State.ExitCode}}' "$replica")" != 0 ]; then
            return 1
        fi
    done
    [ "$all" -gt 0 ]
}

# The client had no ticket of these very servers.
only_resumed() {
    local replica full resumed
    for replica in "$@"; do
        docker logs "$replica" >"$work/log" 2>&1
        full="$(grep --count 'resumed=no' "$work/log")"
        resumed="$(grep --count 'resumed=yes' "$work/log")"
        echo -n "$replica $resumed by ticket, $full in full; "
        if [ "$resumed" -eq 0 ] || [ "$full" -ne 0 ]; then return 1; fi
    done
}

lose() {
    docker kill "$1" >/dev/null
    lost_ms="$(date +%s%3N)"
}

# What was on the lost replica is lost; whatever began after that went well.
only_its_own_lost() {
    docker wait $stack-load >/dev/null
    docker logs $stack-load | grep --invert-match '^failed ' | paste --serial --delimiters ';'
    docker logs $stack-load | awk -v lost_ms="$lost_ms" '/^failed / { split($2, began, "="); seen++ }
        /^failed / && began[2] > lost_ms { late++; print "; " $0 } END { exit !(seen > 0 && late == 0) }'
}

prepare
docker swarm init --advertise-addr 127.0.0.1 --listen-addr 127.0.0.1:2377 >/dev/null
joined=true
check "the stack is taken" quietly docker stack deploy --resolve-image never --compose-file stack.yml $stack
check "all of it runs" within 90 all_run

mapfile -t first < <(replicas)
start_load 75
check "three replicas are replaced under load" update "${first[@]}"
check "no connection failed" load_went_well
check "each old one ended when its last session had" drained "${first[@]}"
mapfile -t second < <(replicas)
check "the new ones took the tickets of the old" only_resumed "${second[@]}"

start_load 30
sleep 8
lose "${second[0]}"
check "a replica is killed under load: its own connections were lost, new ones not" only_its_own_lost
check "there are three again" within 60 all_run
verdict

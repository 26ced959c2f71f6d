# Sourced by the test scripts: what both need before they start, and their checks: one line for each, PASS or FAIL, and
# a last one with the verdict.
# shellcheck shell=bash
passed=0
failed=0
made_certs=false
work="$(mktemp -d)"
if docker compose version >/dev/null 2>&1; then program=(docker compose); else program=(docker-compose); fi
compose=("${program[@]}" --project-name tunnel-test)

# The images, and certificates unless there are some.
prepare() {
    echo "Building the images with Compose $("${compose[@]}" version --short)"
    if ! "${compose[@]}" build >"$work/build.log" 2>&1; then
        tail --lines 20 "$work/build.log"
        echo "FAIL: the images cannot be built"
        exit 1
    fi
    if [ ! -e certs ]; then
        made_certs=true
        ./init.sh >/dev/null
    fi
}

forget() {
    if $made_certs; then rm -rf certs .env; fi
    rm -rf "$work"
}

# check WORDS COMMAND...: the command's exit status decides; what it prints is added to the words.
check() {
    local words="$1" output
    shift
    if output="$("$@" 2>&1)"; then
        passed=$((passed + 1))
        echo "PASS  $words${output:+: $output}"
    else
        failed=$((failed + 1))
        echo "FAIL  $words${output:+: $output}"
    fi
}

verdict() {
    if [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]; then
        echo "PASS: all $passed checks"
    else
        echo "FAIL: $failed of $((passed + failed)) checks"
        return 1
    fi
}

# quietly COMMAND...: prints what the command prints only if it fails.
quietly() {
    local output
    output="$("$@" 2>&1)" || {
        echo "$output"
        return 1
    }
}

# within SECONDS COMMAND...: tries it until it succeeds.
within() {
    local end=$((SECONDS + $1))
    shift
    until "$@"; do
        if [ "$SECONDS" -ge "$end" ]; then return 1; fi
        sleep 0.2
    done
}

healthy() {
    [ "$(docker inspect --format '{{.State.Health.Status}}' "$1")" = healthy ]
}

# What a container is allowed, as its image and the file that starts it have it.
confined() {
    local user read_only
    read -r user read_only < <(docker inspect --format '{{.Config.User}} {{.HostConfig.ReadonlyRootfs}}' "$1")
    echo "user $user, read-only: $read_only"
    [ "$read_only" = true ] && [ "${user%%:*}" -gt 0 ]
}

# Milliseconds from the start of a container's process to the log line that has PATTERN.
milliseconds_to() {
    local started line
    started="$(docker inspect --format '{{.State.StartedAt}}' "$1")"
    line="$(docker logs --timestamps --since "$started" "$1" 2>&1 | grep --max-count 1 -- "$2")"
    echo $(($(date +%s%3N --date "${line%% *}") - $(date +%s%3N --date "$started")))
}

megabytes() {
    echo "$(($(docker image inspect --format '{{.Size}}' "$1") / 1000000)) MB"
}

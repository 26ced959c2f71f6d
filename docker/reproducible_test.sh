#!/usr/bin/env bash
# Publishes the commit twice, in two folders, as the Dockerfile does, and compares every byte. With the name of an image,
# compares what that holds too; it must have been built of the same commit by the same SDK.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. docker/checks.sh
trap forget EXIT

# publish SOURCES PROGRAM
publish() {
    (cd "$1" && dotnet publish src/Tunnel.Cli --configuration Release --os linux --output "$2")
}

# As in an image, without git.
unpack_commit() { mkdir "$1" && git archive HEAD | tar --extract --directory "$1"; }

# As on a developer's machine, with a remote that a compiler would like to write down.
clone_commit() {
    git clone . "$1" && git -C "$1" remote set-url origin https://github.com/example/tunnel.git
}

take_out() {
    local container
    container="$(docker create "$1")" && docker cp "$container:/opt/tunnel" "$work/image" && docker rm "$container"
}

same() {
    diff --recursive "$work/first" "$1" && (cd "$1" && sha256sum -- *)
}

check "the commit is unpacked" quietly unpack_commit "$work/a"
check "and published" quietly publish "$work/a" "$work/first"
check "it is cloned into another folder" quietly clone_commit "$work/another/deeper"
check "and published there" quietly publish "$work/another/deeper" "$work/second"
check "both programs are the same" same "$work/second"
if [ $# -gt 0 ]; then
    check "the program of the image $1 is taken out" quietly take_out "$1"
    check "and is the same" same "$work/image"
fi
verdict

#!/usr/bin/env bash
# Stand-ins for the two .NET base images, for a machine that reaches no image registry, out of what it has: its Debian
# mirror (with the linker of native files), its .NET SDK, and the NuGet packages that the build wants. For tests: nobody
# updates them. Run it as root, and again when packages change.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
debian="$work/debian"
libraries="$work/libraries"

# shellcheck disable=SC1091 # Every Debian has it.
suite="$(. /etc/os-release && echo "$VERSION_CODENAME")"
# shellcheck disable=SC2016 # The names are apt's to fill in.
mirror="$(apt-get indextargets --format '$(RELEASE) $(REPO_URI)' 'Created-By: Packages' |
    awk -v suite="$suite" '$1 == suite && !found { found = 1; print $2 }')"
if [ -z "$mirror" ]; then
    echo "make-base: apt knows no mirror of Debian $suite; run 'apt-get update' and try again" >&2
    exit 1
fi

echo "make-base: Debian $suite"
if ! debootstrap --variant=minbase --include=openssl,gcc,libc6-dev "$suite" "$debian" "$mirror" >"$work/debootstrap.log"; then
    tail -n 5 "$work/debootstrap.log" >&2
    exit 1
fi

# Like the chiseled image: libraries alone, without a shell or a package manager. libssl of Debian 13 wants the last two.
mkdir "$libraries"
for package in libc6 'libssl3*' zlib1g libzstd1; do
    # shellcheck disable=SC2086 # A glob: Debian 13 calls it libssl3t64.
    dpkg-deb --extract "$debian"/var/cache/apt/archives/${package}_*.deb "$libraries"
done
rm -rf "${libraries:?}/usr/share" "$debian/var/cache/apt" "$debian/var/lib/apt/lists" "$debian/etc/apt/sources.list"
tar --create --directory "$libraries" . | docker import --message "make-base.sh" - tunnel-base/runtime-deps >/dev/null

# Restored into a folder of their own, so that the image gets what the build wants and nothing else of this machine.
echo "make-base: NuGet packages"
for project in src/Tunnel.Cli docker/echo-server; do
    NUGET_PACKAGES="$debian/nuget" dotnet restore "$project" --os linux --artifacts-path "$work/artifacts" \
        -p:Configuration=Release --verbosity quiet
done

echo "make-base: .NET SDK $(dotnet --version)"
dotnet="$(dirname "$(readlink -f "$(command -v dotnet)")")"
# An audit would ask the package source, which the container does not reach.
tar --create --directory "$debian" . --directory / "${dotnet#/}" | docker import --message "make-base.sh" \
    --change "ENV PATH=$dotnet:/usr/bin:/bin NUGET_PACKAGES=/nuget NuGetAudit=false" \
    --change "ENV DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1" \
    - tunnel-base/sdk >/dev/null

echo "make-base: done; build with SDK_IMAGE=tunnel-base/sdk RUNTIME_IMAGE=tunnel-base/runtime-deps"

#!/usr/bin/env bash
# Holds the manifests against the types and the JSON schema of the Kubernetes API, without a cluster. Needs npm and node.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
npm install --prefix "$work" --silent --no-audit --no-fund --ignore-scripts \
    kubernetes-models@4.5.1 typescript@5.9.3 yaml@2.9.1

cp validate.mjs ./*.yaml "$work"
cd "$work"
for manifest in *.yaml; do node validate.mjs "$manifest" >"${manifest%.yaml}.ts"; done
node_modules/.bin/tsc --strict --skipLibCheck --module commonjs --moduleResolution node10 --target es2020 ./*.ts
for manifest in *.yaml; do node "${manifest%.yaml}.js"; done

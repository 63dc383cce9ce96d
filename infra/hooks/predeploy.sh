#!/bin/sh
# The page has to know where the API is; it reads that from config.json beside it.
set -eu

mkdir -p src/site/public
printf '{ "apiUrl": "%s" }\n' "${SELFIE3D_API%/api}" > src/site/public/config.json

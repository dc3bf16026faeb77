#!/bin/sh
# usage: build.sh OUTPUT   Compiles the wire, unless OUTPUT is newer than every source.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
output=$1
if [ -e "$output" ] && [ -z "$(find "$here" -newer "$output" -type f)" ]; then
    exit 0
fi
if ! command -v clang >/dev/null; then
    echo "build.sh: clang is missing: apt-get install clang libc6-dev linux-libc-dev" >&2
    exit 1
fi
mkdir -p "$(dirname "$output")"
clang -O2 -g -std=gnu11 -Wall -Wextra -Werror -o "$output.new" "$here/wire.c" "$here/line.c"
mv "$output.new" "$output"

#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# usage: compile.sh OUTPUT   Compiles coral.bpf.c, unless OUTPUT is newer than every source.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
output=$1
if [ -e "$output" ] && [ -z "$(find "$here" -newer "$output" -type f)" ]; then
    exit 0
fi
if ! command -v clang >/dev/null; then
    echo "compile.sh: clang is missing: apt-get install clang libbpf-dev linux-libc-dev" >&2
    exit 1
fi
mkdir -p "$(dirname "$output")"
# Debian keeps asm/ below the machine's name, where a bpf target does not look.
clang -O2 -g -target bpf -Wall -Wextra -Wno-unused-parameter -Wno-sign-compare -Werror \
    -I"/usr/include/$(uname -m)-linux-gnu" -c "$here/coral.bpf.c" -o "$output.new"
mv "$output.new" "$output"

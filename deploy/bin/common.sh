# shellcheck shell=bash
# What every part of ./coral uses.

say() {
    printf 'coral: %s\n' "$*" >&2
}

die() {
    printf 'coral: error: %s\n' "$*" >&2
    exit 1
}

need_root() {
    [[ $EUID -eq 0 ]] || die "$1 needs root: run it as root, for example with sudo ./coral $1"
}

# The Java of JAVA_HOME, else the JDK 17 that setup installs.
use_java() {
    if [[ -z ${JAVA_HOME:-} ]]; then
        local found
        for found in /usr/lib/jvm/java-17-openjdk-*; do
            [[ -x $found/bin/javac ]] && JAVA_HOME=$found
        done
    fi
    [[ -n ${JAVA_HOME:-} && -x $JAVA_HOME/bin/javac ]] ||
        die "no JDK 17 or later found: run ./coral setup, or set JAVA_HOME"
    export JAVA_HOME
}

# Maven without its chatter and its colours; what fails is still told.
maven() {
    use_java
    (cd "$CORAL_HOME" && mvn --batch-mode --no-transfer-progress --quiet "$@" </dev/null 2>&1 |
        sed 's/\x1b\[[0-9;]*m//g')
}

# The value of a property of the root pom.
pom_property() {
    sed -n "s:.*<$1>\(.*\)</$1>.*:\1:p" "$CORAL_HOME/pom.xml" | head -n 1
}

coral_version() {
    sed -n 's:^  <version>\(.*\)</version>:\1:p' "$CORAL_HOME/pom.xml"
}

WAIT_LOOK_SECONDS=0.1

# wait_until SECONDS COMMAND...: polls; false when the time is over.
wait_until() {
    local deadline=$((SECONDS + $1))
    shift
    until "$@"; do
        ((SECONDS < deadline)) || return 1
        sleep "$WAIT_LOOK_SECONDS"
    done
}

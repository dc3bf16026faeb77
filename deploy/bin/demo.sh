# shellcheck shell=bash
# ./coral demo, soak, bench and doctor.

# demo [--ipv6] [OPTION]...
verb_demo() {
    local option options=()
    for option in "$@"; do
        case $option in
            --ipv6) DRILL_LAB_UP=--ipv6 ;;
            *) options+=("$option") ;;
        esac
    done
    drill demo "${options[@]}"
}

verb_soak() {
    drill soak "$@"
}

# bench [OPTION]... | bench pauses [OPTION]... | bench uploads [OPTION]...
verb_bench() {
    if [[ ${1:-} == pauses || ${1:-} == uploads ]]; then
        drill "$@"
    else
        drill bench "$@"
    fi
}

# drill COMMAND [OPTION]...: the program that breaks or measures the pair, in a lab of its own.
drill() {
    need_root "$1"
    verb_setup
    build_if_needed
    lab_lock
    need_no_lab
    use_java
    trap 'lab_down || true' EXIT
    (cd "$CORAL_HOME" && "$JAVA_HOME/bin/java" -Dcoral.root="$CORAL_HOME" \
        -Dcoral.lab.up="${DRILL_LAB_UP:-}" \
        -cp "$PARTS/drill/*" org.coralha.drill.Main "$@")
}

verb_doctor() {
    build_if_needed
    local host=$PARTS/host
    mkdir -p "$host"
    tar -xzf "$DIST"/coral-host-*.tar.gz -C "$host"
    use_java
    "$host/bin/coralctl" doctor "$@"
}

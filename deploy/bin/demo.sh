# shellcheck shell=bash
# ./coral demo, and ./coral doctor.

verb_demo() {
    need_root demo
    verb_setup
    build_if_needed
    lab_lock
    need_no_lab
    use_java
    trap 'lab_down || true' EXIT
    (cd "$CORAL_HOME" && "$JAVA_HOME/bin/java" -Dcoral.root="$CORAL_HOME" \
        -cp "$PARTS/drill/*" org.coralha.drill.Main demo "$@")
}

verb_doctor() {
    build_if_needed
    local host=$PARTS/host
    mkdir -p "$host"
    tar -xzf "$DIST"/coral-host-*.tar.gz -C "$host"
    use_java
    "$host/bin/coralctl" doctor "$@"
}

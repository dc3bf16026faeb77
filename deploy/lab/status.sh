# shellcheck shell=bash
# How the pair is.

# What "coralctl status --json" of a host says; nothing if its daemon does not answer. It is read from the
# daemon's socket: a Java process for each look would take processor time from the pair under test.
host_answer() {
    local host=$1
    process_of "$host.$(host_parts "$host" | head -n 1)" >/dev/null || return 0
    socat -t 5 - "UNIX-CONNECT:$LAB/$host/run/control.sock" <<<status 2>/dev/null || true
}

# The processes of this machine that a host consists of, one a line.
host_parts() {
    if is_vm "$1"; then echo vm; else printf '%s\n' heartbeat jetty; fi
}

# Both hosts are asked at the same time. A host without an answer has the role DOWN.
lab_status() {
    local a b
    exec {a}< <(host_answer a) {b}< <(host_answer b)
    jq -cn --arg service "http://$LAB_SERVICE" --rawfile a "/dev/fd/$a" --rawfile b "/dev/fd/$b" '
        def host: (try fromjson catch null) | if .role? then . else {role: "DOWN", epoch: 0} end;
        def mode: [.[].role] | sort | join("+") as $roles
            | if $roles == "BACKUP+PRIMARY" then "DUPLEX"
              elif $roles == "SIMPLEX+SIMPLEX" then "SPLIT"
              elif any(.[]; . == "SIMPLEX") then "SIMPLEX"
              elif any(.[]; . == "PRIMARY" or . == "BACKUP") then "CHANGING"
              elif $roles == "DOWN+DOWN" then "DOWN"
              else "STARTING" end;
        {a: ($a | host), b: ($b | host)} as $hosts
            | {service: $service, mode: ([$hosts[]] | mode), hosts: $hosts}'
    exec {a}<&- {b}<&-
}

verb_lab_status() {
    if [[ ${1:-} == --json ]]; then
        lab_status
        return
    fi
    lab_status | jq -r '"\(.mode)  \(.service)",
        (.hosts | to_entries[] | "host \(.key): \(.value.role), epoch \(.value.epoch)")'
    local host part
    ! has_witness || printf 'witness: %s %s\n' "${LAB_ADDRESS[witness]}" \
        "$(process_of witness.witness || echo 'does not run')"
    for host in "${LAB_HOSTS[@]}"; do
        for part in $(host_parts "$host"); do
            printf 'host %s: %s %s\n' "$host" "$part" \
                "$(process_of "$host.$part" || echo 'does not run')"
        done
    done
}

mode_is() {
    LAB_LAST_MODE=$(lab_status | jq -r .mode)
    [[ $LAB_LAST_MODE == "$1" ]]
}

# await MODE [SECONDS]
verb_lab_await() {
    local mode=${1:-DUPLEX} limit=${2:-60}
    need_word "$mode" DUPLEX SIMPLEX CHANGING STARTING DOWN SPLIT
    LAB_LAST_MODE=
    if ! wait_until "$limit" mode_is "$mode"; then
        verb_lab_status >&2 || true
        die "the pair is $LAB_LAST_MODE, not $mode, after $limit s: see ./coral lab logs a and b"
    fi
}

# logs HOST [LINES]
verb_lab_logs() {
    need_word "${1:-}" "${LAB_HOSTS[@]}"
    local part
    for part in $(! is_vm "$1" || echo vm console) heartbeat jetty; do
        log_tail "$1.$part" "${2:-40}" 2>&1
    done
}

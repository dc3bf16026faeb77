# shellcheck shell=bash
# What the lab remembers between two commands: its folder, the lock, the processes it started.

LAB=/var/lib/coral-lab
LAB_BPFFS=/sys/fs/bpf/coral-lab
LAB_LOCK_FILE=/run/lock/coral-lab.lock
LAB_HOSTS=(a b)

# One lab at a time. A command inside ./coral test or demo runs under their lock.
lab_lock() {
    [[ ${CORAL_LAB_LOCK:-} != held ]] || return 0
    mkdir -p "${LAB_LOCK_FILE%/*}"
    exec 9>"$LAB_LOCK_FILE"
    flock --wait 10 9 ||
        die "another ./coral command is working on the lab ($LAB_LOCK_FILE): wait until it ends"
    export CORAL_LAB_LOCK=held
}

need_lab() {
    [[ -e $LAB/owner ]] || die "the lab is not up: start it with ./coral lab up"
}

# need_word WORD ALLOWED...
need_word() {
    local word=$1 allowed
    shift
    for allowed in "$@"; do
        [[ $word == "$allowed" ]] && return
    done
    die "'$word' is none of: $*"
}

# When the process started, in clock ticks since boot: with the number it names a process for ever.
process_start() {
    local stat
    stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
    # State and the other fields follow the name, which may contain anything.
    read -ra stat <<<"${stat##*) }"
    [[ ${stat[0]} != [ZX] ]] || return 1
    echo "${stat[19]}"
}

# spawn NAME NAMESPACE COMMAND...: starts a process that outlives this command, and records it. Its
# input is $SPAWN_INPUT, which never ends if it is a pipe, because the process itself could write to it.
spawn() {
    local name=$1 space=$2
    shift 2
    setsid nsenter --net="/run/netns/$space" "$@" >>"$LAB/log/$name.log" 2>&1 \
        0<>"${SPAWN_INPUT:-/dev/null}" 9>&- &
    local pid=$!
    echo "$pid $(process_start "$pid")" >"$LAB/processes/$name"
}

# The number of the recorded process if it still runs.
process_of() {
    local pid start
    read -r pid start 2>/dev/null <"$LAB/processes/$1" || return 1
    [[ $(process_start "$pid") == "$start" ]] || return 1
    echo "$pid"
}

process_gone() {
    ! process_of "$1" >/dev/null
}

# Ends a recorded process for sure.
end_process() {
    local pid
    if pid=$(process_of "$1"); then
        kill -KILL "$pid" 2>/dev/null || true
        wait_until 10 process_gone "$1" || say "process $pid ($1) does not end: look at /proc/$pid"
    fi
    rm -f "$LAB/processes/$1"
}

# The last lines of a log, for an error message.
log_tail() {
    printf -- '--- last lines of %s\n' "$LAB/log/$1.log" >&2
    tail -n "${2:-15}" "$LAB/log/$1.log" >&2 || true
}

# shellcheck shell=bash
# Installs Coral on the two hosts of the lab, as people would do on theirs.

declare -A LAB_PAIR=(
    [pair.name]=lab
    [service.port]=$LAB_SERVICE_PORT
    [host.a.address]=${LAB_ADDRESS[a]}
    [host.b.address]=${LAB_ADDRESS[b]}
    [keys.dir]=$LAB/keys
    # Half of what is usual: the drills restart a host a hundred times.
    [warm.limit.ms]=2500
    [warm.paths]='/demo/random?bytes=137,/demo/random?bytes=1999,/demo/random?bytes=50000&chunks=5'
)
LAB_JETTY_OPTIONS=()
LAB_JVM_OPTIONS=()

# What of the pair's configuration follows from the family; what --pair has set stays.
name_addresses() {
    local outside=${LAB_ADDRESS[outside]}
    [[ $LAB_FAMILY != 6 ]] || outside+=,$(ipv6_of "$outside")
    : "${LAB_PAIR[service.address]:=$LAB_SERVICE_ADDRESS}" "${LAB_PAIR[outside.addresses]:=$outside}"
}

install_lab() {
    umask 022
    mkdir -p "$LAB/host" "$LAB/base"
    tar -xzf "$DIST"/coral-host-*.tar.gz -C "$LAB/host"
    unzip -q "$(jetty_home_zip)" -d "$LAB"
    mv "$LAB"/jetty-home-* "$LAB/jetty-home"
    cp "$PARTS/ledger.jar" "$LAB/"
    write_pair_properties
    printf '%s\n' "${LAB_JETTY_JVM[@]}" "${LAB_JVM_OPTIONS[@]}" >"$LAB/jvm.options"
    "$LAB/host/bin/coralctl" keys init "$LAB/keys" --name lab >>"$LAB/log/keys.log"
    local host
    for host in "${LAB_HOSTS[@]}"; do
        mkdir -p "$LAB/$host"/{state,run,bin,faults} "$LAB_BPFFS/$host"
        write_coralctl "$host"
        install_base "$host"
    done
}

write_pair_properties() {
    local key
    for key in "${!LAB_PAIR[@]}"; do
        echo "$key=${LAB_PAIR[$key]}"
    done | sort >"$LAB/pair.properties"
}

# The coralctl that "lab exec" finds on a host: it knows where the host's daemon is.
write_coralctl() {
    local script=$LAB/$1/bin/coralctl
    printf '#!/bin/sh\nexec %s --run-dir %s "$@"\n' "$LAB/host/bin/coralctl" "$LAB/$1/run" >"$script"
    chmod +x "$script"
}

# The drop-in zip in a JETTY_BASE of its own, and the demo application.
install_base() {
    local host=$1 base=$LAB/base/$1
    mkdir -p "$base"/{work,logs,webapps}
    unzip -q "$DIST"/coral-jetty-*.zip -d "$base"
    start_jar "$base" --approve-all-licenses --add-modules=http,ee10-deploy,ee10-webapp,coral \
        >"$LAB/log/$host.install.log" 2>&1 || {
        log_tail "$host.install"
        return 1
    }
    cp "$DIST/demo.war" "$base/webapps/"
    write_base_options "$host" >"$base/start.d/lab.ini"
    chown coral:coral "$base/work" "$base/logs"
}

# start_jar BASE ARGUMENT...
start_jar() {
    (cd "$1" && shift && "$JAVA_HOME/bin/java" -jar "$LAB/jetty-home/start.jar" "$@")
}

# The defaults that Jetty has for threads and backlog are below the concurrency of the drills.
write_base_options() {
    cat <<OPTIONS
jetty.http.host=$LAB_SERVICE_ADDRESS
jetty.http.port=$LAB_SERVICE_PORT
jetty.http.acceptQueueSize=1024
jetty.http.idleTimeout=120000
jetty.threadPool.maxThreads=1000
coral.pair=$LAB/pair.properties
coral.daemon.socket=$LAB/$1/run/daemon.sock
coral.spool.dir=$LAB/base/$1/work/coral
OPTIONS
    printf '%s\n' "${LAB_JETTY_OPTIONS[@]//%h/$1}"
}

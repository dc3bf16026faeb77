# shellcheck shell=bash
# ./coral build and dist.

DIST=$CORAL_HOME/target/dist
PARTS=$CORAL_HOME/target/lab-parts
BUILD_STAMP=$CORAL_HOME/target/dist/.built

verb_build() {
    say "building"
    maven package -DskipTests
    collect_build
}

verb_dist() {
    verb_build
    find "$DIST" -type f ! -name '.*' | sort
}

# Builds unless nothing has changed since the last build.
build_if_needed() {
    if [[ ! -e $BUILD_STAMP ]] || sources_changed; then
        verb_build
    fi
}

sources_changed() {
    local changed
    changed=$(cd "$CORAL_HOME" && find pom.xml pair kernel-helper heartbeat jetty-module deploy \
        -name target -prune -o -type f -newer "$BUILD_STAMP" ! -path 'deploy/lab/*' \
        ! -path 'deploy/bin/*' -print -quit)
    [[ -n $changed ]]
}

# Puts what people install into target/dist, and what the lab needs beside it.
collect_build() {
    local version
    version=$(coral_version)
    rm -rf "$DIST" "$PARTS"
    mkdir -p "$DIST" "$PARTS"
    cp "$CORAL_HOME"/deploy/dropin/target/coral-{"jetty-$version.zip","host-$version.tar.gz"} "$DIST"
    cp "$CORAL_HOME/deploy/demo-app/target/coral-demo-app-$version.war" "$DIST/demo.war"
    cp "$CORAL_HOME/deploy/demo-app/target/coral-demo-app-$version-classes.jar" "$PARTS/ledger.jar"
    cp -r "$CORAL_HOME/deploy/dropin/target/coral-drill-$version" "$PARTS/drill"
    fetch_jetty_home
    touch "$BUILD_STAMP"
}

jetty_home_zip() {
    echo "$CORAL_HOME/target/jetty-home-$(pom_property jetty.version).zip"
}

fetch_jetty_home() {
    [[ -e $(jetty_home_zip) ]] && return
    say "fetching jetty-home $(pom_property jetty.version)"
    maven --non-recursive dependency:copy -DoutputDirectory="$CORAL_HOME/target" \
        -Dartifact="org.eclipse.jetty:jetty-home:$(pom_property jetty.version):zip"
}

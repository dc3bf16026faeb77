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
    changed=$(cd "$CORAL_HOME" && find pom.xml pair wire-check kernel-helper heartbeat jetty-module deploy \
        -name target -prune -o -type f -newer "$BUILD_STAMP" ! -path 'deploy/lab/*' \
        ! -path 'deploy/bin/*' -print -quit)
    [[ -n $changed ]]
}

# ./coral sim: compiles the simulator and the cores, then runs seeds.
verb_sim() {
    local module version classes=''
    use_java
    maven compile --projects simulator --also-make
    version=$(pom_property slf4j.version)
    for module in simulator pair kernel-helper heartbeat jetty-module; do
        classes+=$CORAL_HOME/$module/target/classes:
    done
    classes+=$HOME/.m2/repository/org/slf4j/slf4j-api/$version/slf4j-api-$version.jar
    "$JAVA_HOME/bin/java" -XX:+UseSerialGC -Dslf4j.internal.verbosity=ERROR -cp "$classes" \
        org.coralha.sim.SimCommand "$@"
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

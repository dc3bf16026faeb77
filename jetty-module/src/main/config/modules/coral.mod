[description]
Makes the service on the http connector one half of a fault-tolerant pair: when one of the two
hosts dies, every client connection goes on at the other one. Needs the daemon coral-heartbeatd
on this host and the same pair.properties on both hosts.

[tags]
3rdparty
coral
ha

[depend]
http

[lib]
lib/coral/*.jar

[xml]
etc/coral.xml

[ini-template]
## The configuration of the pair, the same file on both hosts.
# coral.pair=/etc/coral/pair.properties

## The Unix-domain socket of the daemon coral-heartbeatd on this host.
# coral.daemon.socket=/run/coral/daemon.sock

## Directory for replies and requests beyond log.memory.bytes; created if it is missing,
## must be writable for the user that runs Jetty.
# coral.spool.dir=${jetty.base}/work/coral

## For tests only: a directory whose files slow this host down (ack-delay-ms, hold-release,
## hold-end); each module answers in the file "state" there, and in "log-journal", if that file
## exists when it starts, writes down what it says of the reply log. Empty: none of it.
# coral.faults.dir=

[jpms]
add-exports: org.eclipse.jetty.server/org.eclipse.jetty.server.internal=coral.jetty.module

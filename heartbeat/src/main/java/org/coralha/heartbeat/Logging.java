package org.coralha.heartbeat;

/** Settings of slf4j-simple: one line per event on stderr, with the time in milliseconds. */
final class Logging {
    private static final String PREFIX = "org.slf4j.simpleLogger.";

    private Logging() {}

    /** Sets what the command line did not set; call it before the first logger is made. */
    static void configure() {
        setDefault("showDateTime", "true");
        setDefault("dateTimeFormat", "yyyy-MM-dd'T'HH:mm:ss.SSSXXX");
        setDefault("showThreadName", "false");
        setDefault("showShortLogName", "true");
        setDefault("logFile", "System.err");
    }

    private static void setDefault(String name, String value) {
        if (System.getProperty(PREFIX + name) == null) {
            System.setProperty(PREFIX + name, value);
        }
    }
}

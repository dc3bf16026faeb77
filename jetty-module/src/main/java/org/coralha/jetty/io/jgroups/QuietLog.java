package org.coralha.jetty.io.jgroups;

import org.jgroups.logging.CustomLogFactory;
import org.jgroups.logging.Log;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * JGroups' own messages, all at level DEBUG: it warns of every refused connection and every try to
 * join, and what matters of that is logged by this module in its own words. To see them set the
 * level of {@code org.jgroups} to DEBUG.
 */
final class QuietLog implements Log {
    private final Logger log;

    private QuietLog(String category) {
        log = LoggerFactory.getLogger(category);
    }

    /** Makes JGroups log through this class; before the first channel is made. */
    static void install() {
        org.jgroups.logging.LogFactory.setCustomLogFactory(
                new CustomLogFactory() {
                    @Override
                    public Log getLog(Class<?> type) {
                        return new QuietLog(type.getName());
                    }

                    @Override
                    public Log getLog(String category) {
                        return new QuietLog(category);
                    }
                });
    }

    private void say(String format, Object... arguments) {
        if (log.isDebugEnabled()) {
            log.debug(arguments.length == 0 ? format : String.format(format, arguments));
        }
    }

    @Override
    public boolean isFatalEnabled() {
        return log.isDebugEnabled();
    }

    @Override
    public boolean isErrorEnabled() {
        return log.isDebugEnabled();
    }

    @Override
    public boolean isWarnEnabled() {
        return log.isDebugEnabled();
    }

    @Override
    public boolean isInfoEnabled() {
        return log.isDebugEnabled();
    }

    @Override
    public boolean isDebugEnabled() {
        return log.isDebugEnabled();
    }

    @Override
    public boolean isTraceEnabled() {
        return log.isTraceEnabled();
    }

    @Override
    public void fatal(String message) {
        say(message);
    }

    @Override
    public void fatal(String format, Object... arguments) {
        say(format, arguments);
    }

    @Override
    public void fatal(String message, Throwable cause) {
        log.debug(message, cause);
    }

    @Override
    public void error(String message) {
        say(message);
    }

    @Override
    public void error(String format, Object... arguments) {
        say(format, arguments);
    }

    @Override
    public void error(String message, Throwable cause) {
        log.debug(message, cause);
    }

    @Override
    public void warn(String message) {
        say(message);
    }

    @Override
    public void warn(String format, Object... arguments) {
        say(format, arguments);
    }

    @Override
    public void warn(String message, Throwable cause) {
        log.debug(message, cause);
    }

    @Override
    public void info(String message) {
        say(message);
    }

    @Override
    public void info(String format, Object... arguments) {
        say(format, arguments);
    }

    @Override
    public void debug(String message) {
        say(message);
    }

    @Override
    public void debug(String format, Object... arguments) {
        say(format, arguments);
    }

    @Override
    public void debug(String message, Throwable cause) {
        log.debug(message, cause);
    }

    @Override
    public void trace(Object object) {
        log.trace("{}", object);
    }

    @Override
    public void trace(String message) {
        log.trace(message);
    }

    @Override
    public void trace(String format, Object... arguments) {
        if (log.isTraceEnabled()) {
            log.trace(String.format(format, arguments));
        }
    }

    @Override
    public void trace(String message, Throwable cause) {
        log.trace(message, cause);
    }

    @Override
    public void setLevel(String level) {
        // The level is a matter of the server's logging configuration.
    }

    @Override
    public String getLevel() {
        return log.isTraceEnabled() ? "trace" : log.isDebugEnabled() ? "debug" : "off";
    }
}

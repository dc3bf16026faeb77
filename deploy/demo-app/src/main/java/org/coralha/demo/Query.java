package org.coralha.demo;

import jakarta.servlet.http.HttpServletRequest;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The parameters of a query string. {@code getParameter} is no substitute: it would read the body
 * of an upload that calls itself a form.
 */
final class Query {
    private static final Pattern ID = Pattern.compile("[!-~]{1,200}");

    private final Map<String, String> values = new HashMap<>();

    private Query() {}

    /** The parameters of the request; the last of equal names counts. */
    static Query of(HttpServletRequest request) throws BadParameterException {
        return parse(request.getQueryString());
    }

    /**
     * @param text a query string, or null
     */
    static Query parse(String text) throws BadParameterException {
        Query query = new Query();
        if (text == null) {
            return query;
        }
        for (String pair : text.split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                query.values.put(pair.substring(0, equals), decode(pair.substring(equals + 1)));
            } else if (!pair.isEmpty()) {
                throw new BadParameterException("parameter " + decode(pair) + " has no value");
            }
        }
        return query;
    }

    boolean has(String name) {
        return values.containsKey(name);
    }

    /** A required whole number in the range. */
    long number(String name, long min, long max) throws BadParameterException {
        String value = values.get(name);
        if (value == null) {
            throw new BadParameterException(
                    "missing parameter " + name + ": a whole number in " + min + ".." + max);
        }
        try {
            long number = Long.parseLong(value);
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            // reported below, together with numbers out of range
        }
        throw new BadParameterException(
                "parameter "
                        + name
                        + "="
                        + value
                        + " is not a whole number in "
                        + min
                        + ".."
                        + max);
    }

    /** A whole number in the range, or the default if the parameter is absent. */
    long number(String name, long min, long max, long otherwise) throws BadParameterException {
        return has(name) ? number(name, min, max) : otherwise;
    }

    /** A required name that fits into one field of one line. */
    String id(String name) throws BadParameterException {
        String value = values.get(name);
        if (value == null || !ID.matcher(value).matches()) {
            throw new BadParameterException(
                    "parameter " + name + " is required and must match " + ID.pattern());
        }
        return value;
    }

    private static String decode(String text) throws BadParameterException {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new BadParameterException("badly encoded query string: " + e.getMessage());
        }
    }
}

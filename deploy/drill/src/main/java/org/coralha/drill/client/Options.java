package org.coralha.drill.client;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * The {@code name=value} words of an {@code open} command. Names: {@code bytes}, {@code ms}, {@code
 * rate} (bytes per second), {@code chunks}, {@code id}, {@code depth}, {@code max}, {@code min},
 * {@code step} (1: ask what matters when told), {@code every} (rest between two requests).
 */
public record Options(Map<String, String> values) {
    /** Sorts the options by name. */
    public Options {
        values = Collections.unmodifiableMap(new TreeMap<>(values));
    }

    /**
     * @param words the words of the command
     * @param from index of the first option
     * @throws IllegalArgumentException if a word is not {@code name=value}
     */
    public static Options parse(String[] words, int from) {
        Map<String, String> values = new TreeMap<>();
        for (int i = from; i < words.length; i++) {
            int equals = words[i].indexOf('=');
            if (equals < 1) {
                throw new IllegalArgumentException("option '" + words[i] + "' is not NAME=VALUE");
            }
            values.put(words[i].substring(0, equals), words[i].substring(equals + 1));
        }
        return new Options(values);
    }

    long number(String name, long otherwise) {
        String value = values.get(name);
        return value == null ? otherwise : Long.parseLong(value);
    }

    String text(String name, String otherwise) {
        return values.getOrDefault(name, otherwise);
    }
}

package org.coralha.sim.mutation;

import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A mistake that somebody could make in a core: one place of its source, written differently.
 * Blanks and line ends in the two texts stand for any white space, so that formatting does not
 * matter.
 *
 * @param name what the mistake is
 * @param breaks the promise that it breaks, as a sentence
 * @param invariants names of the invariants of the simulator that may notice it, separated by a bar
 * @param source path of the source from the root of the project
 * @param snippet occurs exactly once in it
 * @param replacement what stands there instead
 */
record Mutation(
        String name,
        String breaks,
        String invariants,
        String source,
        String snippet,
        String replacement) {

    /**
     * The source with the mistake in it.
     *
     * @throws AssertionError if the snippet does not occur exactly once
     */
    String applyTo(String text) {
        String words =
                Stream.of(snippet.strip().split("\\s+"))
                        .map(Pattern::quote)
                        .collect(Collectors.joining("\\s+"));
        Matcher places = Pattern.compile(words).matcher(text);
        long count = places.results().count();
        if (count != 1) {
            throw new AssertionError(
                    "mutation '%s': its snippet occurs %d times in %s, must occur once: %s"
                            .formatted(name, count, source, snippet));
        }
        places.reset();
        MatchResult place = places.results().findFirst().orElseThrow();
        return text.substring(0, place.start()) + replacement + text.substring(place.end());
    }

    /**
     * True if the description of a failure begins with the name of an expected invariant. In seeds
     * with a witness a second sender breaks the stricter one.
     */
    boolean isExpected(String failure) {
        String names =
                invariants.replace("OneSenderAtATime", "OneSenderAtATime|OneSenderWithAWitness");
        return Stream.of(names.split("\\|")).anyMatch(failure::startsWith);
    }

    /** Name of the class, without its package, that the source defines. */
    String className() {
        return source.substring(source.lastIndexOf('/') + 1, source.length() - ".java".length());
    }

    @Override
    public String toString() {
        return name;
    }
}

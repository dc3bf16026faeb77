package org.coralha.pair.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The inputs of a fuzz target that are kept in the tree, and those that its encoders made. */
public final class Corpus {
    private static final Path ROOT = Path.of("src", "test", "resources", "fuzz");

    private Corpus() {}

    /**
     * Files of the target, in the order of their names. The working directory is that of the
     * target's module.
     *
     * @throws IllegalStateException if there is none: a test without inputs proves nothing
     */
    public static List<Path> of(Class<?> target) {
        Path directory = ROOT.resolve(target.getSimpleName().replace("FuzzTest", ""));
        try (Stream<Path> files = Files.list(directory)) {
            List<Path> inputs = files.sorted().toList();
            if (inputs.isEmpty()) {
                throw new IllegalStateException("no inputs in " + directory.toAbsolutePath());
            }
            return inputs;
        } catch (IOException e) {
            throw new UncheckedIOException("inputs of " + target.getSimpleName(), e);
        }
    }

    /** Content of an input. */
    public static byte[] read(Path input) {
        try {
            return Files.readAllBytes(input);
        } catch (IOException e) {
            throw new UncheckedIOException("input " + input, e);
        }
    }
}
